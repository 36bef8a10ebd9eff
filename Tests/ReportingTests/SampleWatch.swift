import GenerationModel
import Reporting
import RulesetModel

extension Sample {
    /// An event of a watch.
    static func watch(_ sample: SampleReport) throws -> WatchReport {
        func report(
            _ event: WatchReport.Event,
            by authors: [TransactionAuthor?],
            _ reading: TableCheck?,
            healing: HealingReport? = nil
        ) -> WatchReport {
            var list = WatchReport.Authors()
            for author in authors { list.add(author) { $0 } }
            list.areIncomplete = sample == .watchOfManyAuthors
            return WatchReport(
                event,
                of: "t",
                by: list,
                reading,
                because: reading == nil ? "head.json is damaged" : nil,
                healing: healing,
                atMost: 20
            )
        }
        let nft = TransactionAuthor(
            process: 7,
            name: "nft",
            command: ["nft", "delete rule inet t output handle 7"]
        )
        let changed = Self.reading(try snapshot(.changed))
        let manifest = manifest(1)
        let matching = TableCheck(
            table: "t",
            storeDirectory: "/state",
            live: .cached(manifest),
            generation: manifest,
            drift: Drift.none
        )
        switch sample {
        case .watchOfRestoration:
            return report(.restored, by: [.init(process: 8, name: "redirctl")], matching)
        case .watchOfTrialEnd: return report(.trialEnded, by: [], matching)
        case .watchOfManyAuthors:
            let others = (1...7).map { TransactionAuthor(process: $0, name: "a\u{1B}[31m") }
            return report(.unchanged, by: [nft, nft] + others + [nil], changed)
        case .watchOfNoReading: return report(.unreadable, by: [], nil)
        default:
            let change = ChangeReport(.restored(generation: 1, difference), table: "t")
            return report(.drift, by: [nft], changed, healing: .done(change))
        }
    }
}
