import Addressing
import RulesetModel

/// The rules of a table by the redirect they belong to, and what elements of maps say as rules.
struct RulesByRedirect {
    private var rules: [String: [PlacedRule]] = [:]

    /// The hooks from which chains are reached.
    private var hooks: [String: Hook] = [:]

    /// What connections with a label get as their source.
    private var sources: [ConnectionLabel: [Statement]] = [:]

    private let limit: Int

    /// Gathers the rules of the redirects that a table's content is about, of each the first ones.
    init(_ content: TableContent, ofEachAtMost limit: Int = .max) {
        self.limit = limit
        for chain in content.chains {
            for rule in chain.rules {
                if let label = rule.labelWhoseSourceItChanges {
                    sources[label, default: []].append(rule.statement)
                }
                if case .jump(let target) = rule.statement { hooks[target] = chain.hook }
                guard let map = rule.sharedMap else { continue }
                for case .jump(let target) in (content.sharedElements[map] ?? []).lazy.map(\.value)
                {
                    hooks[target] = chain.hook
                }
            }
        }
        let maps = PortMaps(content)
        for chain in content.chains {
            for rule in chain.rules {
                if let lookup = rule.lookup, rule.comment == nil {
                    let elements = content.sharedElements[lookup.map] ?? []
                    place(elements, foundBy: lookup, asked: rule, in: chain)
                } else if content.isAbout(rule.comment) {
                    place(rule, in: chain, ports: maps.ports(of: rule))
                }
            }
        }
    }

    subscript(name: String) -> [PlacedRule] { rules[name] ?? [] }

    /// How many rules there are of all redirects that a table's content is about.
    static func count(in content: TableContent) -> Int {
        content.chains.lazy.flatMap(\.rules).reduce(0) { count, rule in
            guard let map = rule.sharedMap else {
                return count + (content.isAbout(rule.comment) ? 1 : 0)
            }
            let elements = content.sharedElements[map] ?? []
            return count + elements.count { rule.narrowed(to: $0)?.comment != nil }
        }
    }

    private mutating func place(
        _ elements: [MapElement],
        foundBy lookup: Lookup,
        asked rule: Rule,
        in chain: TableContent.Chain
    ) {
        for element in elements {
            guard let narrowed = rule.narrowed(to: element) else { continue }
            place(narrowed, in: chain, found: FoundElement(element, by: lookup))
        }
    }

    private mutating func place(
        _ rule: Rule,
        in chain: TableContent.Chain,
        ports: ShiftedPorts? = nil,
        found: FoundElement? = nil
    ) {
        guard let name = rule.comment, limit == .max || rules[name]?.count ?? 0 < limit
        else { return }
        rules[name, default: []].append(
            PlacedRule(
                chain: chain.name,
                hook: chain.hook ?? hooks[chain.name],
                rule: rule,
                ports: ports,
                found: found,
                source: rule.labelItSets.map { sources[$0] ?? [] } ?? []
            )
        )
    }
}
