import Addressing
import Nftables
import RulesetModel

/// Refuses labels that another table changes sources by: it would give its sources to connections of
/// ours, or ours to its.
enum LabelGuard {
    /// Throws where another table of this network namespace has labels of a ruleset.
    static func check(_ ruleset: Ruleset) throws {
        if let conflict = try conflict(of: ruleset) { throw Failure(conflict) }
    }

    /// The labels that a ruleset shares with another table, in a sentence.
    static func conflict(of ruleset: Ruleset) throws(KernelError) -> String? {
        let labels = ruleset.labelsOfChangedSources
        guard !labels.isEmpty else { return nil }
        let others = try NftKernel().labelsOfChangedSources(besides: ruleset.table)
        let shared = others.mapValues { $0.intersection(labels) }.filter { !$0.value.isEmpty }
        guard let (table, found) = shared.min(by: { $0.key < $1.key }) else { return nil }
        let bits = found.sorted().map(\.description).joined(separator: ", ")
        return
            "table inet \(table) masquerades connections with \(found.count == 1 ? "label" : "labels") "
            + "\(bits), too, so each table would change sources of the other's connections; give this "
            + "policy other ones (`settings: {labels: …}`)"
    }
}
