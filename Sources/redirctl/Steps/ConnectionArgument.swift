import Diagnostics
import PolicyModel
import PolicyYAML
import Reporting

extension Console {
    /// Reads a connection of the command line; `nil` if it was refused, which is then printed.
    func connection(_ text: String, for command: String) throws -> Connection? {
        do throws(PolicyRejected) {
            return try ConnectionReader().read(text)
        } catch {
            warn(error.findings, in: error.sources)
            if format.isForPrograms {
                let report = FailureReport(
                    error: "the connection was refused",
                    findings: DiagnosticReport(error.findings, sources: error.sources)
                )
                try print(command, .failure(report))
            }
            return nil
        }
    }
}
