import ArgumentParser
import Diagnostics
import Generations
import Glibc
import Nftables
import PolicyYAML
import Reporting
import TrustedFiles

/// A command of this program: what it does, and one way to fail.
protocol Command: ParsableCommand {
    var output: OutputOptions { get }

    /// The place of a table that an error is about; `nil` stands for the table of a policy.
    func place(ofTable name: String?) -> CommandHint

    /// Does the work and prints the result; what it returns is the exit status.
    func run(_ console: Console) throws -> ExitStatus
}

/// The exit statuses, as the help and the README promise them.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case different = 2
    case tryAgain = 75
}

/// A command that works with a table in a network namespace.
protocol SiteCommand: Command {
    var location: LocationOptions { get }
}

extension SiteCommand {
    func place(ofTable name: String?) -> CommandHint {
        name.map { CommandHint(location, named: $0) } ?? CommandHint(location)
    }
}

extension CommandHint {
    /// Names the place of a command; what is the default needs no option.
    init(_ location: LocationOptions, table: TableOptions? = nil) {
        self.init(
            location: location.words,
            table: table?.words ?? [],
            isNamed: location.netns != nil
        )
    }

    /// Names the place of a table, and the policy that the command reads.
    init(_ location: LocationOptions, named table: String?, policy: String?) {
        self = table.map { CommandHint(location, named: $0) } ?? CommandHint(location)
        if let policy { self.policy = policy.pathForShell }
    }

    /// Names the place of a table.
    init(_ location: LocationOptions, named table: String) {
        self.init(
            location: location.words,
            table: TableOptions.words(for: table),
            isNamed: location.netns != nil
        )
    }
}

extension Command {
    func place(ofTable name: String?) -> CommandHint { CommandHint() }

    func run() throws {
        // Whoever stops reading must not stop a change half-way.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow any more (setrlimit(2)) is an error like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        let console = output.console
        if !console.format.isForPrograms { Progress.enable() }
        defer { Progress.end() }
        let status: ExitStatus
        do {
            status = try run(console)
        } catch {
            status = console.report(error, command: Self._commandName, place(ofTable:))
        }
        if status != .done { throw ExitCode(status.rawValue) }
    }
}

extension Console {
    /// Shows an error on standard error, and where JSON is wanted also as the result.
    func report(
        _ error: any Error,
        command: String,
        _ place: (String?) -> CommandHint = { _ in CommandHint() }
    ) -> ExitStatus {
        if let rejected = error as? PolicyRejected {
            warn(rejected.findings, in: rejected.sources)
            reportAsJSON(
                command,
                FailureReport(
                    error: "the policy was refused",
                    findings: DiagnosticReport(rejected.findings, sources: rejected.sources)
                )
            )
            return .failed
        }
        if let failed = error as? TestsFailed {
            warn(failed.findings, in: failed.sources)
            fail(failed.message)
            reportAsJSON(
                command,
                FailureReport(
                    error: failed.message,
                    findings: DiagnosticReport(failed.findings, sources: failed.sources)
                )
            )
            return .failed
        }
        if let lost = error as? OutputLost {
            // A reader that has seen enough, such as `head`, is no failure worth a word.
            if lost.errno != EPIPE || lost.change != nil {
                let reason = errorText(lost.errno)
                fail(
                    (lost.change.map { "\($0)\n" } ?? "")
                        + "the result could not be written: \(reason)"
                )
            }
            return .failed
        }
        let failure = Failure(error, at: place)
        fail(failure.message)
        reportAsJSON(command, FailureReport(error: failure.message))
        return failure.status
    }

    private func reportAsJSON(_ command: String, _ report: FailureReport) {
        guard format.isForPrograms else { return }
        // Standard error has the failure; a result that can't be written adds nothing to it.
        try? print(command, .failure(report))
    }
}
