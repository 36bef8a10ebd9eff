import Addressing
public import RulesetModel

/// A redirect in the policy's words, read off its rules.
///
/// The rules are the source, not the policy, so that the kernel's table can be described in the same
/// words as what was asked for.
public struct RedirectView: Sendable, Hashable, Codable {
    /// `inbound`, `outbound` or `both`.
    public var direction: String

    /// `IPv4` or `IPv6`; `nil` for both.
    public var family: String?

    /// The protocols, as `tcp,udp`, or `any`.
    public var protocols: String

    /// What else connections must be, in the words that follow the destination in a policy:
    /// `source=10.0.0.0/8 interface=eth0`; `nil` for nothing.
    public var source: String?

    /// Where connections were sent: `203.0.113.7:80`, `*:80` or `*`.
    public var destination: String

    /// What is carved out, each as the rule that lets it go; `nil` for nothing.
    public var exceptions: [String]?

    /// Where they go: `:8080`, `10.0.0.5:8080`, `local:5353`, or `unchanged`.
    public var target: String

    /// Whose source address is exchanged: `all`, or addresses; `nil` if no address is.
    public var masquerade: String?

    /// The addresses that sources become, if the policy chooses them; `nil` for those of the
    /// interface by which connections leave.
    public var masqueradeTo: String?

    /// The label by which the source is changed; `nil` if it stays.
    public var label: String?

    /// The line in a log that each gives, in nft's words; `nil` for none.
    public var log: String?

    /// Describes the rules of one redirect, or returns `nil` if they don't make up one redirect.
    public init?(_ rules: [PlacedRule]) {
        let selectors = Self.entries(of: rules)
        guard !selectors.isEmpty, let target = ViewTarget(rules) else { return nil }
        switch Set(rules.filter { $0.hook != .postrouting }.compactMap(\.hook)) {
        case [.prerouting]: direction = "inbound"
        case [.output]: direction = "outbound"
        default: direction = "both"
        }
        let families = Set(selectors.map(\.family))
        family = families.count == 1 ? (families.first ?? nil)?.title : nil
        protocols = ViewWords.protocols(of: selectors)
        let isImplied = target.isOfOneFamily || ViewWords.nameFamily(selectors)
        let written = isImplied || families.count > 1 ? nil : families.first ?? nil
        let options =
            (written.map { ["family=\($0.rawValue)"] } ?? []) + ViewWords.options(of: selectors)
        source = options.isEmpty ? nil : options.joined(separator: " ")
        destination = ViewWords.destination(of: selectors)
        exceptions = Self.exceptions(of: rules)
        self.target = target.words
        masquerade = ViewWords.masquerade(of: rules)
        masqueradeTo = ViewWords.chosenSources(of: rules)
        let labels = Set(rules.compactMap(\.rule.labelItSets)).sorted().map(\.description)
        label = labels.isEmpty ? nil : labels.joined(separator: ",")
        log = ViewWords.log(of: rules)
    }

    /// The directions as a policy's `connection` writes them.
    public var directions: String { direction == "both" ? "inbound,outbound" : direction }

    /// What connections must be for a redirect, and the first of its rules, to apply.
    static func entries(of rules: [PlacedRule]) -> [Selector] {
        rules.filter {
            $0.isInBaseChain && $0.hook != .postrouting && $0.rule.labelItSets == nil
        }.map(\.rule.selector)
    }

    /// What is carved out.
    static func exceptionSelectors(of rules: [PlacedRule]) -> [Selector] {
        var seen: Set<Selector> = []
        return rules.filter { $0.hook != .postrouting && $0.rule.statement == .return }
            .map(\.rule.selector).filter { seen.insert($0).inserted }
    }

    private static func exceptions(of rules: [PlacedRule]) -> [String]? {
        let texts = exceptionSelectors(of: rules)
            .map { Rule(selector: $0, statement: .return).text }
        return texts.isEmpty ? nil : texts
    }

    /// The redirects in a table, in the order of their rules.
    public static func redirects(in table: LiveTable?) -> [(name: String, rules: [PlacedRule])] {
        guard let table else { return [] }
        let content = TableContent(table, without: table.rulesAskingOnceMore)
        let rules = RulesByRedirect(content)
        return content.redirects.map { ($0, rules[$0]) }
    }

    /// What is done beside changing the destination, in one or two words each.
    public var additions: [String] {
        var words: [String] = []
        if let masqueradeWords { words.append(masqueradeWords) }
        if log != nil { words.append("logged") }
        return words
    }

    /// The names of options: `source` and `interface`.
    private static func names(of options: String) -> String {
        options.split(separator: " ").map { String($0.prefix { $0 != "=" }) }
            .joined(separator: " and ")
    }

    private var masqueradeWords: String? {
        masquerade.map { clients in
            "masqueraded" + (masqueradeTo.map { " as \($0)" } ?? "")
                + (clients == "all" ? "" : " for \(clients)")
        }
    }

    /// What reads differently in another view of the same redirect, in that view's words.
    ///
    /// Parts of which the lists that differ are shown are left out.
    func differences(
        from other: RedirectView,
        showsSource: Bool,
        showsDestination: Bool,
        showsExceptions: Bool
    ) -> [String] {
        var words: [String] = []
        if other.direction != direction { words.append(other.directions) }
        // Otherwise the words of the source say it.
        if other.family != family, other.source == source {
            words.append(other.family ?? "both families")
        }
        if other.protocols != protocols { words.append(other.protocols) }
        if showsSource, other.source != source {
            words.append(other.source ?? "without \(source.map(Self.names(of:)) ?? "conditions")")
        }
        if showsDestination, other.destination != destination { words.append(other.destination) }
        if showsExceptions, other.exceptions != exceptions {
            switch (exceptions, other.exceptions) {
            case (_, nil): words.append("no exceptions")
            case (nil, _): words.append("exceptions")
            default: words.append("other exceptions")
            }
        }
        if other.target != target { words.append("→ \(other.target)") }
        if other.masqueradeWords != masqueradeWords {
            words.append(other.masqueradeWords ?? "not masqueraded")
        } else if other.label != label {
            words.append("label \(other.label ?? "none")")
        }
        if other.log != log { words.append(other.log ?? "not logged") }
        return words
    }
}
