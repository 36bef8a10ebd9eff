public import Addressing
public import Nftables
public import RulesetModel

/// Connection labels by which another table masquerades, too.
///
/// Each of the two tables would change the sources of the other's connections.
public struct LabelConflict: Sendable, Hashable {
    /// The other table; its family is `inet`.
    public let table: String

    /// The labels that both tables use.
    public let labels: Set<ConnectionLabel>

    /// Finds another table of this network namespace that uses labels of a ruleset; `nil` if there is
    /// none.
    ///
    /// - Throws: If the kernel's tables can't be read.
    public init?(of ruleset: Ruleset) throws(KernelError) {
        let wanted = ruleset.labelsOfChangedSources
        guard !wanted.isEmpty else { return nil }
        let others = try NftKernel().labelsOfChangedSources(besides: ruleset.table)
        let shared = others.mapValues { $0.intersection(wanted) }.filter { !$0.value.isEmpty }
        guard let first = shared.min(by: { $0.key < $1.key }) else { return nil }
        (table, labels) = first
    }
}
