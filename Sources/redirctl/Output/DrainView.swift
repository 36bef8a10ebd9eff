import GenerationModel
import Generations
import LiveFlows
import Nftables
import Planning
import RulesetModel

/// A table that redirects nothing any more, and waits for its connections to end.
struct DrainView: Encodable {
    /// How many there are; nothing where that can't be told.
    let liveFlows: Int?

    /// Looks at a table, or nothing where its table does not drain.
    init?(_ snapshot: Snapshot, at managed: ManagedTable, _ console: Console) throws {
        guard let current = snapshot.current, current.ruleset?.isDraining == true else {
            return nil
        }
        do {
            liveFlows = try RedirectedFlows.all(at: managed, current: current.manifest.number).count
        } catch let error as KernelError {
            console.note("live flows could not be counted: \(error)")
            liveFlows = nil
        }
    }

    func lines(at place: CommandHint) -> [ReportLine] {
        let left = liveFlows.map { "\(RedirectedFlows.words($0)) left" } ?? "flows unknown"
        return [
            ReportLine(
                .plain,
                "Draining, \(left); \(place.line("remove --drain")) takes it away when there are none."
            )
        ]
    }
}
