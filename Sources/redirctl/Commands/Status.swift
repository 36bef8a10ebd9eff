import ArgumentParser
import GenerationModel
import Generations
import Planning
import RulesetModel

struct Status: Command {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the live redirects and what they have counted",
        discussion: """
            A counter counts the new connections that its redirect has decided, not packets: NAT \
            sees only the first packet of a connection.

              $ sudo redirctl status
            """
    )

    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let target = try location.managedTable(table.table)
        let place = CommandHint(location, table: table)
        let check = try target.check(reading: .listed)
        target.recordVerification(by: check)
        let drift = DriftView(check, of: target, at: place)
        // What decides is what people ask for; the confirmed objects only wait beside a trial.
        let status = StatusView(drift.snapshot?.decidingTable)
        let draining = try drift.snapshot.flatMap { try DrainView($0, at: target, console) }
        drift.tellOfTrial(console)
        switch console.format {
        case .text:
            try console.print(
                [drift.stateLine] + drift.trialLine + drift.hint
                    + (draining?.lines(at: place) ?? []) + status.lines
            )
        case .json: try console.print("status", StatusReport(drift, status, draining))
        }
        return .done
    }
}
