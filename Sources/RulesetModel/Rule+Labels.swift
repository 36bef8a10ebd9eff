public import Addressing

/// How a decision reaches the chain that changes sources: by a bit of the connection's label.
extension Rule {
    /// The label that the rule sets.
    public var labelItSets: ConnectionLabel? {
        if case .label(let label) = statement { label } else { nil }
    }

    /// The label of the connections whose source the rule changes, on behalf of every redirect that
    /// sets this label.
    public var labelWhoseSourceItChanges: ConnectionLabel? {
        guard comment == nil, case .redirected(let label) = selector.tracked else { return nil }
        return switch statement {
        case .masquerade, .snat: label
        case .dnatPort, .dnat, .dnatPrefix, .dnatMapped, .redirect, .label, .log, .accept, .drop,
            .return, .jump, .verdict, .trial:
            nil
        }
    }
}

extension Ruleset {
    /// The labels of connections whose source it changes.
    public var labelsOfChangedSources: Set<ConnectionLabel> {
        Set(chains.flatMap(\.rules).compactMap(\.labelWhoseSourceItChanges))
    }
}

extension LiveTable {
    /// The labels of connections whose source it changes.
    public var labelsOfChangedSources: Set<ConnectionLabel> {
        Set(chains.lazy.flatMap(\.rules).compactMap { $0.known?.labelWhoseSourceItChanges })
    }

    /// The rules that change sources of connections which its own redirects have labelled: they go with
    /// these redirects.
    public var sourceRulesOfRedirects: Set<Handle> {
        let rules = chains.lazy.flatMap(\.rules)
        let labels = Set(rules.compactMap { $0.known?.labelItSets })
        if labels.isEmpty { return [] }
        return Set(
            rules.filter { rule in
                rule.known?.labelWhoseSourceItChanges.map { labels.contains($0) } ?? false
            }.map(\.handle)
        )
    }
}
