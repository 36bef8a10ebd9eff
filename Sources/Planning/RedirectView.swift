import Addressing
public import RulesetModel

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

    /// What is carved out, each as the rule that lets it go; nothing for nothing.
    public var exceptions: [String]?

    /// Where they go: `:8080`, `10.0.0.5:8080`, `this machine :5353`, or `left alone`.
    public var target: String

    /// Describes the rules of one redirect, or nothing where they don't make up one redirect.
    public init?(_ rules: [PlacedRule]) {
        let deciding = rules.filter(\.rule.statement.isDecision)
        guard let first = deciding.first?.rule,
            deciding.allSatisfy({ $0.rule.resembles(first) })
        else { return nil }
        switch Set(deciding.compactMap(\.hook)) {
        case [.prerouting]: direction = "inbound"
        case [.output]: direction = "outbound"
        case []: return nil
        default: direction = "both"
        }
        let selectors = deciding.map(\.rule.selector)
        let families = Set(selectors.map(\.family))
        family = families.count == 1 ? (families.first ?? nil)?.title : nil
        protocols =
            first.selector.protocols.isEmpty
            ? "any" : first.selector.protocols.map(\.rawValue).joined(separator: ",")
        source = ViewWords.source(of: selectors)
        destination = ViewWords.destination(of: selectors)
        let returning = rules.map(\.rule).filter { $0.statement == .return }
        var seen: Set<Selector> = []
        let texts = returning.filter { seen.insert($0.selector).inserted }
            .map { Rule(selector: $0.selector, statement: .return).text }
        exceptions = texts.isEmpty ? nil : texts
        target = first.statement.view
    }

    /// The redirects that a table holds, in the order of their rules.
    public static func redirects(in table: LiveTable?) -> [(name: String, rules: [PlacedRule])] {
        let rules = RulesByRedirect(table?.chains ?? [])
        return rules.names.map { ($0, rules[$0]) }
    }

    /// What reads differently in another view of the same redirect, in that view's words.
    func differences(from other: RedirectView) -> [String] {
        var words: [String] = []
        if other.direction != direction { words.append(other.direction) }
        if other.family != family { words.append(other.family ?? "both families") }
        if other.protocols != protocols { words.append(other.protocols) }
        if other.source != source { words.append("from \(other.source ?? "anywhere")") }
        if other.destination != destination { words.append(other.destination) }
        if other.exceptions != exceptions {
            switch (exceptions, other.exceptions) {
            case (_, nil): words.append("no exceptions")
            case (nil, _): words.append("exceptions")
            default: words.append("other exceptions")
            }
        }
        if other.target != target { words.append("→ \(other.target)") }
        return words
    }
}

extension Rule {
    /// Whether both differ at most in what the rules of one redirect differ in: family, addresses
    /// and interfaces.
    fileprivate func resembles(_ other: Rule) -> Bool {
        selector.protocols == other.selector.protocols
            && selector.sourcePorts == other.selector.sourcePorts
            && selector.destinationPorts == other.selector.destinationPorts
            && selector.users == other.selector.users && selector.groups == other.selector.groups
            && selector.mark == other.selector.mark && statement == other.statement
    }
}

extension Statement {
    /// Whether a rule with it decides what becomes of a connection.
    fileprivate var isDecision: Bool {
        switch self {
        case .return, .jump: false
        default: true
        }
    }

    fileprivate var view: String {
        switch self {
        case .dnatPort(let port): ":\(port)"
        case .dnat(let address, let port?): address.text(withPort: port)
        case .dnat(let address, nil): "\(address)"
        case .redirect(let port?): "this machine :\(port)"
        case .redirect(nil): "this machine"
        case .accept: "left alone"
        case .return: "the next redirect"
        case .jump(let chain): "chain \(chain)"
        }
    }
}
