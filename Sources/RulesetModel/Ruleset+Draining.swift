import Addressing

/// What is left in a table whose redirects are gone, as long as connections that they took live on.
///
/// The kernel goes on translating them while a NAT chain and a rule that needs connection tracking are
/// there.
extension Ruleset {
    /// The rule that needs connection tracking, and changes nothing: where a NAT chain has decided
    /// about a connection, no later rule is tried.
    static let drainingRule = Rule(
        selector: Selector(original: OriginalTuple()),
        statement: .accept
    )

    /// The ruleset that redirects nothing and keeps the chains of another one.
    public init(draining ruleset: Ruleset) {
        self.init(
            table: ruleset.table,
            maps: IPFamily.allCases.map(Holdback.set),
            chains: ruleset.chains.map { chain in
                BaseChain(
                    head: chain.head,
                    rules: Rule.fixed(at: chain.head.hook) + [Self.drainingRule]
                )
            }
        )
    }

    /// Whether it redirects nothing and only lets connections live on.
    public var isDraining: Bool {
        !chains.isEmpty && regularChains.isEmpty && maps.allSatisfy(\.type.isTimed)
            && chains.allSatisfy { Self.isDraining($0.rules, at: $0.head.hook) }
    }

    /// Whether rules are those of a chain that drains; versions before 0.2 had no fixed ones.
    fileprivate static func isDraining(_ rules: [Rule], at hook: Hook) -> Bool {
        rules.last == drainingRule
            && rules.dropLast().allSatisfy(Rule.fixed(at: hook).contains)
    }
}

extension LiveTable {
    /// Whether it redirects nothing and only lets connections live on.
    public var isDraining: Bool {
        let bases = chains.compactMap { chain in chain.attachment.head.map { (chain, $0.hook) } }
        return !bases.isEmpty && maps.allSatisfy(\.type.isTimed)
            && bases.allSatisfy { chain, hook in
                let rules = chain.rules.compactMap(\.known)
                return rules.count == chain.rules.count && Ruleset.isDraining(rules, at: hook)
            }
    }
}
