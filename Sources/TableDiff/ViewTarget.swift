import Addressing
import RulesetModel

/// Where the connections of a redirect go, according to its rules.
struct ViewTarget {
    /// The target in the policy's words.
    let words: String

    /// Reads the deciding rules, or returns `nil` if they don't make up one target.
    init?(_ rules: [PlacedRule]) {
        let deciding = rules.filter { $0.hook != .postrouting && $0.rule.statement.isDecision }
        let hooks = Set(deciding.map(\.hook))
        let each = hooks.map { hook in Self.decisions(deciding.filter { $0.hook == hook }) }
        // Both directions lead to the same place.
        guard let first = each.first, each.allSatisfy({ $0 == first }) else { return nil }
        if first.count == 1, first[0].draw == nil {
            words = first[0].place
        } else if let balance = Self.balance(first) {
            words = balance
        } else {
            return nil
        }
    }

    /// A way to go, and for whom.
    private struct Decision: Hashable {
        var family: IPFamily?
        var draw: LoadBalancing?
        var place: String
    }

    /// Every way to go once; rules that differ only in what they match lead the same way.
    private static func decisions(_ rules: [PlacedRule]) -> [Decision] {
        var seen: Set<Decision> = []
        let isOnePlace = Set(rules.map(\.place)).count == 1
        return rules.map {
            Decision(
                family: isOnePlace && $0.rule.draw == nil ? nil : $0.rule.selector.family,
                draw: $0.rule.draw,
                place: $0.place
            )
        }.filter { seen.insert($0).inserted }
    }

    private static func balance(_ decisions: [Decision]) -> String? {
        var texts: [String] = []
        var methods: Set<LoadBalancing.Method> = []
        for family in [nil] + IPFamily.allCases {
            let group = decisions.filter { $0.family == family }
            guard let last = group.last else { continue }
            let draws = group.dropLast().compactMap(\.draw)
            guard last.draw == nil, draws.count == group.count - 1 else { return nil }
            methods.formUnion(draws.map(\.method))
            texts += zip(group, weights(draws)).map { decision, weight in
                weight == 1 ? decision.place : "\(decision.place) (\(weight))"
            }
        }
        guard methods.count <= 1 else { return nil }
        let shown = texts.prefix(4).joined(separator: ", ")
        let all = texts.count > 4 ? "\(shown), … (\(texts.count))" : shown
        // If each family has one place, nothing is drawn.
        return methods.first.map { "\($0.words): \(all)" } ?? all
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
    fileprivate var words: String {
        switch self {
        case .random: "random"
        case .increasing: "round-robin"
        case .sourceHash: "source-hash"
        }
    }
}

extension PlacedRule {
    /// Where the rule leads.
    fileprivate var place: String {
        switch rule.statement {
        case .dnatPort(let port): ":" + words(port)
        case .dnat(let address, .port(let port)?): address.text(withPort: port)
        case .dnat(let address, let port?):
            (address.family == .ipv6 ? "[\(address)]:" : "\(address):") + words(port)
        case .dnat(let address, nil): "\(address)"
        case .redirect(let port?): "this machine :" + words(port)
        case .redirect(nil): "this machine"
        case .accept: "left alone"
        case .drop, .return, .jump, .masquerade, .snat, .label, .log, .dnatMapped, .verdict, .trial:
            rule.statement.text
        }
    }

    private func words(_ port: PortExpression) -> String {
        switch port {
        case .port(let port): "\(port)"
        case .mapped: ports?.words ?? "none"
        }
    }
}

extension ShiftedPorts {
    /// What becomes of ports as the ranges that they make up: `5000-5999`, or what becomes what where
    /// a single range does not say it all.
    fileprivate var words: String {
        var runs: [(from: PortRange, to: PortRange)] = []
        for element in [own, others[...]].joined() {
            guard let (from, to) = element.ports else { continue }
            if let last = runs.last, last.from.upperBound.number &+ 1 == from.number,
                last.to.upperBound.number &+ 1 == to.number
            {
                let grown = (last.from.lowerBound...from, last.to.lowerBound...to)
                runs[runs.count - 1] = grown
            } else {
                runs.append((from...from, to...to))
            }
        }
        if runs.count == 1 { return PortSet.text(of: runs[0].to) }
        let shown = runs.prefix(3)
            .map { "\(PortSet.text(of: $0.from))→\(PortSet.text(of: $0.to))" }
            .joined(separator: ",")
        return runs.count > 3 ? "\(shown),… (\(runs.count))" : shown.isEmpty ? "none" : shown
    }
}

extension MapElement {
    /// The port that the element is for, and the one that it becomes.
    fileprivate var ports: (from: Port, to: Port)? {
        guard key.parts.count == 1, case .port(let to) = value,
            let from = Port(UInt16(clamping: key.parts[0].lowerBound))
        else { return nil }
        return (from, to)
    }
}

extension Statement {
    /// Whether a rule with it decides what becomes of a connection.
    var isDecision: Bool {
        switch self {
        case .return, .jump, .masquerade, .snat, .label, .log, .verdict, .trial: false
        case .dnatPort, .dnat, .dnatMapped, .redirect, .accept, .drop: true
        }
    }
}
