import ArgumentParser
import GenerationModel
import Generations
import LiveFlows
import Nftables
import Reporting
import RulesetModel

struct Status: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the live redirects and what they have counted",
        discussion: """
            A counter counts the new connections that its redirect has redirected or bypassed, not \
            packets: NAT sees only the first packet of a connection.

              $ sudo redirctl status
            """
    )

    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        let place = CommandHint(location, table: table)
        let check = try managed.check(reading: .listed)
        managed.recordVerification(by: check)
        let draining = try draining(check.snapshot, at: managed, console)
        console.tellOfTrial(in: check, at: place)
        let report = StatusReport(
            // The text only says that there is a difference.
            console.format.isForPrograms
                ? managed.worded(check, first: console.format.listLimit) : check,
            // Beside a trial, the confirmed objects have no effect.
            redirectsOf: check.snapshot?.decidingTable,
            draining: draining
        )
        try console.print("status", .status(report), at: place)
        return .done
    }

    /// The connections that the table waits for; `nil` if it does not drain.
    private func draining(
        _ snapshot: Snapshot?,
        at managed: ManagedTable,
        _ console: Console
    ) throws -> DrainingReport? {
        guard let current = snapshot?.current, current.ruleset?.isDraining == true else {
            return nil
        }
        let number = current.manifest.number
        var flows: Int?
        do {
            flows = try RedirectedFlows.all(at: managed, current: number).count
        } catch let error as KernelError {
            console.note("live flows could not be counted: \(error)")
        }
        return DrainingReport(table: managed.name, generation: number, liveFlows: flows)
    }
}
