/// What is left in a table whose redirects are gone, as long as connections that they took live on.
///
/// The kernel goes on translating them while a NAT chain and a rule that needs connection tracking are
/// there.
extension Ruleset {
    /// The rule that needs connection tracking, and changes nothing: where a NAT chain has decided
    /// about a connection, none behind it is asked.
    static let drainingRule = Rule(
        selector: Selector(original: OriginalTuple()),
        statement: .accept
    )

    /// The ruleset that redirects nothing and keeps the chains of another one.
    public init(draining ruleset: Ruleset) {
        self.init(
            table: ruleset.table,
            chains: ruleset.chains.map { BaseChain(head: $0.head, rules: [Self.drainingRule]) }
        )
    }

    /// Whether it redirects nothing and only lets connections live on.
    public var isDraining: Bool { !chains.isEmpty && self == Ruleset(draining: self) }
}

extension LiveTable {
    /// Whether it redirects nothing and only lets connections live on.
    public var isDraining: Bool {
        let bases = chains.filter { $0.attachment.head != nil }
        return !bases.isEmpty && maps.isEmpty
            && bases.allSatisfy { $0.rules.map(\.known) == [Ruleset.drainingRule] }
    }
}
