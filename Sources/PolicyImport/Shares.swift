import Addressing
import PolicyModel

/// Makes one rule of those that spread connections among them by chance or in turn.
struct ShareGroups {
    private var result: [FlatEntry] = []

    /// The list with every group as one rule; the rules of each group go by the number of the first.
    private(set) var members: [Int: [Int]] = [:]

    private init() {}

    /// Groups the rules of a list.
    static func grouped(_ entries: [FlatEntry]) -> (entries: [FlatEntry], members: [Int: [Int]]) {
        var groups = ShareGroups()
        var open: [FlatRule] = []
        for entry in entries {
            guard case .rule(let rule) = entry else {
                groups.result.append(entry)
                continue
            }
            if let first = open.first, first.region != rule.region {
                groups.giveUp(open)
                open = []
            }
            if rule.share != nil {
                open.append(rule)
            } else if open.isEmpty {
                groups.result.append(entry)
            } else {
                groups.close(open + [rule])
                open = []
            }
        }
        groups.giveUp(open)
        return (groups.result, groups.members)
    }

    private mutating func giveUp(_ rules: [FlatRule]) {
        for rule in rules {
            result.append(
                .leftOut(
                    rule: rule.rule,
                    reason:
                        "it takes a share of the connections, and the rules after it do not take "
                        + "exactly the others",
                    decides: [rule.region]
                )
            )
        }
    }

    private mutating func close(_ rules: [FlatRule]) {
        guard let (method, weights) = Self.weights(rules.map(\.share)) else {
            giveUp(Array(rules.dropLast()))
            result.append(.rule(rules[rules.count - 1]))
            return
        }
        var shares: [Balance.Share] = []
        for (rule, weight) in zip(rules, weights.values) {
            guard case .destination(let destination) = rule.verdict,
                let target = destination.onlyTarget
            else {
                giveUp(Array(rules.dropLast()))
                result.append(.rule(rules[rules.count - 1]))
                return
            }
            shares.append(Balance.Share(target: target, weight: weight))
        }
        var first = rules[0]
        first.share = nil
        first.verdict = .destination(
            ForeignDestination(place: .balance(Balance(method: method, shares: shares)))
        )
        first.description = rules.lazy.compactMap(\.description).first
        first.notes = rules.flatMap(\.notes)
        if !weights.areExact { first.notes.append("the weights are rounded to 1/1000") }
        members[first.rule] = rules.map(\.rule)
        result.append(.rule(first))
    }

    /// The method and the weights of rules of which the last takes what the others leave.
    private static func weights(
        _ shares: [ForeignShare?]
    ) -> (Balance.Method, (values: [UInt32], areExact: Bool))? {
        let count = shares.count
        let turns = shares.dropLast().enumerated().allSatisfy { index, share in
            share == .everyNth(count - index)
        }
        if turns { return (.roundRobin, ([UInt32](repeating: 1, count: count), true)) }
        var left = 1.0
        var parts: [Double] = []
        for share in shares.dropLast() {
            guard case .random(let probability)? = share else { return nil }
            parts.append(left * probability)
            left *= 1 - probability
        }
        parts.append(left)
        guard parts.allSatisfy({ $0 > 0.0005 }) else { return nil }
        for sum in count...max(count, 100) {
            let whole = parts.map { ($0 * Double(sum)).rounded() }
            let isClose = zip(whole, parts).allSatisfy { abs($0 - $1 * Double(sum)) < 0.0005 }
            if isClose, whole.allSatisfy({ $0 >= 1 }) {
                return (.random, (whole.map { UInt32($0) }, true))
            }
        }
        return (.random, (parts.map { UInt32(($0 * 1000).rounded()) }, false))
    }
}

extension ForeignDestination {
    /// The target, if there is one, and it needs no range of ports.
    var onlyTarget: Target? {
        if let ports, ports.size > 1 { return nil }
        let port = ports.map { NewPort.one($0.lowerBound) }
        return switch place {
        case .same: port.map { .port($0) }
        case .local: .local(port: port)
        case .address(let address): .address(address, port: port)
        case .pool, .balance: nil
        }
    }
}
