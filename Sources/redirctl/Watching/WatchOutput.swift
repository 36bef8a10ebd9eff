import GenerationModel
import Generations
import Reporting
import RulesetModel

/// Where a watch tells what happens.
struct WatchOutput {
    private static let command = "watch"

    let managed: ManagedTable
    let place: CommandHint
    let location: LocationOptions
    let listing: ListOptions
    let logging: LogOptions
    let console: Console

    /// The comparison as it is printed; the words of rules that are not from redirctl are gone once the
    /// table is healed.
    func worded(_ check: TableCheck) -> TableCheck {
        managed.worded(managed.inOrder(check), first: listing.limit(in: console.format))
    }

    /// Prints an event with the state of the table.
    @discardableResult
    func print(
        _ event: WatchReport.Event,
        _ check: TableCheck? = nil,
        by authors: WatchReport.Authors = WatchReport.Authors(),
        because reason: String? = nil,
        healing: HealingReport? = nil
    ) throws -> WatchReport {
        let report = WatchReport(
            event,
            of: managed.name,
            by: authors,
            check,
            because: reason,
            healing: healing,
            atMost: listing.limit(in: console.format)
        )
        try console.print(Self.command, .watch(report), at: place)
        return report
    }

    /// Writes a drift to the system's log.
    func log(_ check: TableCheck) { logging.write(check, of: managed) }

    /// Prints a warning, if there is one.
    func warn(_ text: String?) {
        if let text { console.warn(text) }
    }

    /// An error in one line.
    func message(of error: any Error) -> String {
        Failure(error) { _ in place }.message.split(separator: "\n").joined(separator: "; ")
    }

    /// What a command gets that runs for an event: the line of JSON, and variables by which commands of
    /// this program work at the same place.
    func input(for report: WatchReport) -> (line: String, variables: [String: String])? {
        let context = ReportContext(command: Self.command, place: place, now: .now)
        guard let line = try? JSONFormat().text(of: .watch(report), in: context) else { return nil }
        var variables = [
            "REDIRCTL_TABLE": managed.name, "REDIRCTL_EVENT": report.event.rawValue,
            "REDIRCTL_AUTHOR": report.authors.named.first?.name ?? "",
            "REDIRCTL_STATE_DIR": Invocation.absolutePath(of: location.stateDir),
        ]
        if let netns = location.netns { variables["REDIRCTL_NETNS"] = netns }
        return (line, variables)
    }
}
