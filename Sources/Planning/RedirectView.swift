import Addressing
public import RulesetModel

/// A rule with the chain that holds it.
public struct PlacedRule: Sendable, Hashable {
    /// The hook whose chain holds the rule.
    public var hook: Hook

    /// The rule.
    public var rule: Rule

    /// Creates a placed rule.
    public init(hook: Hook, rule: Rule) {
        self.hook = hook
        self.rule = rule
    }
}

/// A redirect in the policy's words, read off its rules.
///
/// The rules are the source, not the policy, so that what the kernel holds can be told in the same
/// words as what was asked for.
public struct RedirectView: Sendable, Hashable, Encodable {
    /// `inbound`, `outbound` or `both`.
    public var direction: String

    /// `IPv4` or `IPv6`; nothing for both.
    public var family: String?

    /// The protocols, as `tcp,udp`, or `any`.
    public var protocols: String

    /// Where connections come from, or nothing for anywhere.
    public var source: String?

    /// Where connections were sent: `203.0.113.7:80`, `port 80` or `any`.
    public var destination: String

    /// Where they go: `:8080`, `10.0.0.5:8080` or `this machine :5353`.
    public var target: String

    /// Describes the rules of one redirect, or nothing where they don't make up one redirect.
    public init?(_ rules: [PlacedRule]) {
        guard let first = rules.first?.rule,
            rules.allSatisfy({ $0.rule.resembles(first) })
        else { return nil }
        let hooks = Set(rules.map(\.hook))
        direction =
            switch hooks {
            case [.prerouting]: "inbound"
            case [.output]: "outbound"
            default: "both"
            }
        let families = Set(rules.map(\.rule.selector.family))
        let only = families.count == 1 ? families.first ?? nil : nil
        family = only?.title
        protocols =
            first.selector.protocols.isEmpty
            ? "any" : first.selector.protocols.map(\.rawValue).joined(separator: ",")
        source = Self.endpoint(
            rules.compactMap(\.rule.selector.sourceAddresses),
            ports: first.selector.sourcePorts
        )
        destination =
            Self.endpoint(
                rules.compactMap(\.rule.selector.destinationAddresses),
                ports: first.selector.destinationPorts
            ) ?? "any"
        target = first.statement.view
    }

    /// The redirects that a table holds, in the order of their rules.
    public static func redirects(in table: LiveTable?) -> [(name: String, rules: [PlacedRule])] {
        let chains = (table?.chains ?? []).compactMap { chain -> (hook: Hook, rules: [Rule])? in
            guard case .nat(let head) = chain.attachment else { return nil }
            return (head.hook, chain.rules.compactMap(\.known))
        }
        let rules = RulesByRedirect(chains)
        return rules.names.map { ($0, rules[$0]) }
    }

    private static func endpoint(_ addresses: [AddressSet], ports: PortSet?) -> String? {
        let ranges = AddressSet(addresses.flatMap(\.ranges)).ranges
        switch (ranges.count, ports) {
        case (0, nil): return nil
        case (0, let ports?): return "port \(ports)"
        case (_, nil): return Self.abridged(ranges)
        case (1, let ports?) where ranges[0].family == .ipv6: return "[\(ranges[0])]:\(ports)"
        case (1, let ports?): return "\(ranges[0]):\(ports)"
        case (_, let ports?): return "\(Self.abridged(ranges)) port \(ports)"
        }
    }

    /// The first ranges of a long list: a line is for reading, the objects are there for the rest.
    private static func abridged(_ ranges: [AddressRange]) -> String {
        let shown = ranges.prefix(3).map(\.description).joined(separator: ",")
        return ranges.count > 3 ? "\(shown),… (\(ranges.count))" : shown
    }

    /// What reads differently in another view of the same redirect, in that view's words.
    func differences(from other: RedirectView) -> [String] {
        var words: [String] = []
        if other.direction != direction { words.append(other.direction) }
        if other.family != family { words.append(other.family ?? "both families") }
        if other.protocols != protocols { words.append(other.protocols) }
        if other.source != source { words.append("from \(other.source ?? "anywhere")") }
        if other.destination != destination { words.append(other.destination) }
        if other.target != target { words.append("→ \(other.target)") }
        return words
    }
}

extension Rule {
    /// Whether both differ at most in family and addresses, as the rules of one redirect do.
    fileprivate func resembles(_ other: Rule) -> Bool {
        selector.protocols == other.selector.protocols
            && selector.sourcePorts == other.selector.sourcePorts
            && selector.destinationPorts == other.selector.destinationPorts
            && statement == other.statement
    }
}

extension Statement {
    fileprivate var view: String {
        switch self {
        case .dnatPort(let port): ":\(port)"
        case .dnat(let address, let port?): address.text(withPort: port)
        case .dnat(let address, nil): "\(address)"
        case .redirect(let port?): "this machine :\(port)"
        case .redirect(nil): "this machine"
        }
    }
}
