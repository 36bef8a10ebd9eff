public import RulesetModel

extension NftCommand {
    /// What of the kernel the command needs besides nf_tables itself.
    public var features: Set<KernelFeature> {
        switch self {
        case .appendRule(let rule, _), .prependRule(let rule, _), .insertRule(let rule, _, _):
            rule.features
        case .addChain: [.natChains]
        case .addCounter: [.counters]
        case .addMap(_, let type, _): type.isCounting ? [.counters] : []
        case .addTable, .deleteTable, .acceptByDefault, .addRegularChain, .flushChain, .deleteChain,
            .deleteCounter, .deleteMap, .addElements, .deleteElements, .deleteRule, .deleteObject,
            .addLease, .grantLease, .revokeLease, .deleteLease, .addMarker, .deleteMarker:
            []
        }
    }
}

extension [NftCommand] {
    /// The redirects that one of the commands, or a part of its text, is about, each once.
    ///
    /// A rule without a comment is about the redirects whose elements it looks up, or whose label it
    /// asks for, as far as the other commands tell.
    public func redirects(
        of index: Int,
        table: String,
        at part: ClosedRange<Int>? = nil
    ) -> [String] {
        guard indices.contains(index) else { return [] }
        let named = self[index].redirects(table: table, at: part)
        guard named.isEmpty, let rule = self[index].addedRule else { return named }
        var names = looked(up: rule)
        if let label = rule.labelWhoseSourceItChanges {
            for other in compactMap(\.addedRule) where other.labelItSets == label {
                names += other.comment.map { [$0] } ?? looked(up: other)
            }
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private func looked(up rule: Rule) -> [String] {
        guard let map = rule.lookup?.map else { return [] }
        return flatMap { command -> [String] in
            guard case .addElements(let elements, map, _) = command else { return [] }
            return elements.compactMap(\.element.redirect)
        }
    }
}

extension NftCommand {
    fileprivate var addedRule: Rule? {
        switch self {
        case .appendRule(let rule, _), .prependRule(let rule, _), .insertRule(let rule, _, _): rule
        default: nil
        }
    }
}
