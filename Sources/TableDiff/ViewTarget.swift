import Addressing
import RulesetModel

/// Where the connections of a redirect go, according to its rules.
struct ViewTarget {
    /// A place that connections are sent to.
    struct Choice: Hashable {
        let place: ViewPlace
        var weight: UInt32 = 1
        /// The family that it is for; `nil` for both.
        var family: IPFamily?
    }

    /// The places that connections are sent to; a place that is for each family has its own weight there.
    let choices: [Choice]

    /// How one of several places is chosen; `nil` if nothing is drawn.
    let balance: LoadBalancing.Method?

    /// Reads the deciding rules, or returns `nil` if they don't make up one target.
    init?(_ rules: [PlacedRule]) {
        let deciding = rules.filter { $0.hook != .postrouting && $0.rule.statement.isDecision }
        let hooks = Set(deciding.map(\.hook))
        let each = hooks.map { hook in Self.decisions(deciding.filter { $0.hook == hook }) }
        // Both directions lead to the same place.
        guard let first = each.first, each.allSatisfy({ $0 == first }) else { return nil }
        if first.count == 1, first[0].draw == nil {
            choices = [Choice(place: first[0].place)]
            balance = nil
        } else if let (choices, method) = Self.balanced(first) {
            self.choices = choices
            balance = method
        } else {
            return nil
        }
    }

    /// Whether its addresses leave connections of one family only.
    var isOfOneFamily: Bool {
        let families = Set(choices.map(\.place.family))
        return families.count == 1 && families.first != .some(nil)
    }

    /// The target in the policy's words.
    var words: String {
        // A place that both families share is named once.
        var families: [Choice: IPFamily?] = [:]
        let different = choices.filter { choice in
            let key = Choice(place: choice.place, weight: choice.weight)
            let known = families[key] ?? choice.family
            families[key] = .some(known)
            return known == choice.family
        }
        let texts = different.prefix(4).map { choice in
            choice.weight == 1 ? choice.place.words : "\(choice.place.words) (\(choice.weight))"
        }
        let shown = texts.joined(separator: ", ")
        let all = different.count > 4 ? "\(shown), … (\(different.count))" : shown
        return balance.map { "\($0.word): \(all)" } ?? all
    }

    /// A way to go, and for whom.
    private struct Decision: Hashable {
        var family: IPFamily?
        var draw: LoadBalancing?
        var place: ViewPlace
    }

    /// Every way to go once; rules that differ only in what they match lead the same way.
    private static func decisions(_ rules: [PlacedRule]) -> [Decision] {
        var seen: Set<Decision> = []
        let places = rules.map { ViewPlace($0) }
        let isOnePlace = Set(places).count == 1
        return zip(rules, places).map { placed, place in
            Decision(
                family: isOnePlace && placed.rule.draw == nil ? nil : placed.rule.selector.family,
                draw: placed.rule.draw,
                place: place
            )
        }.filter { seen.insert($0).inserted }
    }

    private static func balanced(
        _ decisions: [Decision]
    ) -> ([Choice], LoadBalancing.Method?)? {
        var choices: [Choice] = []
        var methods: Set<LoadBalancing.Method> = []
        for family in [nil] + IPFamily.allCases {
            let group = decisions.filter { $0.family == family }
            guard let last = group.last else { continue }
            let draws = group.dropLast().compactMap(\.draw)
            guard last.draw == nil, draws.count == group.count - 1 else { return nil }
            methods.formUnion(draws.map(\.method))
            choices += zip(group, weights(draws)).map {
                Choice(place: $0.place, weight: $1, family: family)
            }
        }
        guard methods.count <= 1 else { return nil }
        // If each family has one place, nothing is drawn.
        return (choices, methods.first)
    }

    /// The weights of rules that stand one after the other, the last of which has no draw.
    private static func weights(_ draws: [LoadBalancing]) -> [UInt32] {
        // Another program's rule, or a damaged file, can draw from all numbers.
        let parts = draws.map { $0.range.upperBound &- $0.range.lowerBound &+ 1 }
        guard let last = draws.last, let part = parts.last else { return [1] }
        let rest =
            last.method == .sourceHash
            ? last.modulus &- parts.reduce(0, &+) : last.modulus &- part
        return parts + [rest]
    }
}

extension LoadBalancing.Method {
    /// The method in the policy's word.
    var word: String {
        switch self {
        case .random: "random"
        case .increasing: "round-robin"
        case .sourceHash: "source-hash"
        }
    }
}

extension Statement {
    /// Whether a rule with it decides what becomes of a connection.
    var isDecision: Bool {
        switch self {
        case .return, .jump, .masquerade, .snat, .label, .log, .verdict, .trial: false
        case .dnatPort, .dnat, .dnatPrefix, .dnatMapped, .redirect, .accept, .drop: true
        }
    }
}
