internal import RulesetModel

/// Finds out by an experiment what the kernel lacks.
enum FeatureProbe {
    private static let table = "redirctl_probe"
    private static let chain = "c"

    /// Tries out features.
    ///
    /// It is made in a network namespace of its own, which ends with it. Features are the same in all
    /// namespaces, and the kernel loads their modules as it would for any other transaction.
    ///
    /// - Parameters:
    ///   - features: The features.
    ///   - probe: The commands that a kernel without a feature refuses.
    /// - Returns: Those that the kernel refuses; none if the experiment can't be made.
    static func missing(
        among features: Set<KernelFeature>,
        by probe: (KernelFeature) -> [String] = { $0.probe(table: table, chain: chain) }
    ) -> Set<KernelFeature> {
        var commands = ["add table inet \(table)", "add chain inet \(table) \(chain)"]
        var owners = [KernelFeature?](repeating: nil, count: commands.count)
        for feature in features {
            let tried = probe(feature)
            commands += tried
            owners += tried.map { _ in feature }
        }
        do throws(KernelError) {
            try Libnftables.runAlone(commands.joined(separator: "\n") + "\n")
        } catch {
            // Each command has its complaint, because the kernel goes on after a refusal.
            guard case .refused(let complaints) = error else { return [] }
            let refused = complaints.map { complaint in
                complaint.command.flatMap { owners.indices.contains($0) ? owners[$0] : nil }
            }
            // Where even a table is refused, the rest says nothing.
            return refused.contains(nil) ? [] : Set(refused.compactMap(\.self))
        }
        return []
    }
}
