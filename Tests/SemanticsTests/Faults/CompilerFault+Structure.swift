import Addressing
import RulesetModel

extension CompilerFault {
    /// Faults of where rules stand and how they lead to each other.
    static let structure = [
        CompilerFault(
            "order of two rules swapped",
            inChain: { rules, random in
                guard let first = rules.indices.dropLast().randomElement(using: &random) else {
                    return
                }
                rules.swapAt(first, first + 1)
            }
        ),
        CompilerFault("rules upside down", inChain: { rules, _ in rules.reverse() }),
        CompilerFault(
            "rule lost",
            inChain: { rules, random in
                if let index = rules.indices.randomElement(using: &random) {
                    rules.remove(at: index)
                }
            }
        ),
        CompilerFault(
            "exception lost",
            inChain: { rules, random in
                let exceptions = rules.indices.filter { rules[$0].statement == .return }
                if let index = exceptions.randomElement(using: &random) { rules.remove(at: index) }
            }
        ),
        CompilerFault(
            "exception after the decision",
            inChain: { rules, _ in
                if let index = rules.firstIndex(where: { $0.statement == .return }) {
                    rules.append(rules.remove(at: index))
                }
            }
        ),
        CompilerFault(
            "exception that ends the search",
            inRule: {
                if $0.statement == .return { $0.statement = .accept }
            }
        ),
        CompilerFault(
            "bypass that does not end the search",
            inRule: {
                if $0.statement == .accept { $0.statement = .return }
            }
        ),
        CompilerFault(
            "bypass that drops",
            inRule: { rule in
                if rule.comment != nil, rule.statement == .accept { rule.statement = .drop }
            }
        ),
        CompilerFault("jump into another redirect's chain") { ruleset, random in
            let names = ruleset.regularChains.map(\.name)
            return damage(ruleset, &random) { rule in
                guard case .jump(let chain) = rule.statement,
                    let other = names.first(where: { $0 != chain })
                else { return }
                rule.statement = .jump(to: other)
            }
        },
        CompilerFault("chain without rules", inChain: { rules, _ in rules = [] }),
        CompilerFault("rule for the other direction") { ruleset, random in
            var damaged = ruleset
            let sides = [0, 1].shuffled(using: &random)
            guard let index = damaged.chains[sides[0]].rules.indices.randomElement(using: &random)
            else { return nil }
            let rule = damaged.chains[sides[0]].rules.remove(at: index)
            damaged.chains[sides[1]].rules.append(rule)
            return damaged
        },
        CompilerFault("directions swapped") { ruleset, _ in
            var damaged = ruleset
            let rules = ruleset.chains.map(\.rules)
            (damaged.chains[0].rules, damaged.chains[1].rules) = (rules[1], rules[0])
            return damaged == ruleset ? nil : damaged
        },
    ]

    /// Faults of what is told about connections.
    static let accounts = [
        CompilerFault("counter lost", inRule: { $0.counter = nil }),
        CompilerFault("counter of another redirect") { ruleset, random in
            damage(ruleset, &random) { rule in
                guard rule.counter != nil else { return }
                rule.counter = ruleset.counters.first { $0 != rule.counter } ?? rule.counter
            }
        },
        CompilerFault("counter before the exceptions") { ruleset, random in
            damage(ruleset, &random) { rule in
                guard case .jump = rule.statement, let name = rule.comment else { return }
                rule.counter = ruleset.counters.first { $0 == "rc_\(name)" }
            }
        },
        CompilerFault(
            "comment lost",
            inRule: {
                if $0.statement.decides { $0.comment = nil }
            }
        ),
        CompilerFault("comment of another redirect") { ruleset, random in
            let names = Set(ruleset.chains.flatMap(\.rules).compactMap(\.comment)).sorted()
            return damage(ruleset, &random) { rule in
                guard rule.statement.decides else { return }
                rule.comment = names.first { $0 != rule.comment } ?? rule.comment
            }
        },
        CompilerFault(
            "log lost",
            inChain: { rules, _ in
                rules.removeAll { if case .log = $0.statement { true } else { false } }
            }
        ),
        CompilerFault(
            "log twice",
            inChain: { rules, _ in
                guard let index = rules.firstIndex(where: { $0.statement.isLog }) else { return }
                rules.insert(rules[index], at: index)
            }
        ),
        CompilerFault(
            "log before the exceptions",
            inChain: { rules, _ in
                guard let index = rules.firstIndex(where: { $0.statement.isLog }) else { return }
                rules.insert(rules.remove(at: index), at: 0)
            }
        ),
        CompilerFault(
            "log with another prefix",
            inRule: { rule in
                guard case .log(var log) = rule.statement else { return }
                log.prefix += "x"
                rule.statement = .log(log)
            }
        ),
        CompilerFault(
            "log to another place",
            inRule: { rule in
                guard case .log(var log) = rule.statement else { return }
                log.destination = .group(77)
                rule.statement = .log(log)
            }
        ),
    ]

    /// Faults of draws and shifts.
    static let shares = [
        CompilerFault("draw removed", inRule: { $0.draw = nil }),
        CompilerFault(
            "draw added",
            inRule: {
                if $0.draw == nil, $0.statement.decides {
                    $0.draw = LoadBalancing(.random, modulus: 2, range: 0...0)
                }
            }
        ),
        CompilerFault(
            "range of a draw one too long",
            inRule: { rule in
                rule.draw.change {
                    $0.range = $0.range.lowerBound...min($0.range.upperBound + 1, $0.modulus - 1)
                }
            }
        ),
        CompilerFault(
            "modulus of a draw one too high",
            inRule: { $0.draw.change { $0.modulus += 1 } }
        ),
        CompilerFault(
            "hash instead of chance",
            inRule: { rule in
                guard rule.selector.family != nil else { return }
                rule.draw.change { if $0.method == .random { $0.method = .sourceHash } }
            }
        ),
        CompilerFault(
            "turns instead of a hash",
            inRule: {
                $0.draw.change { if $0.method == .sourceHash { $0.method = .increasing } }
            }
        ),
        CompilerFault(
            "chance instead of turns",
            inRule: {
                $0.draw.change { if $0.method == .increasing { $0.method = .random } }
            }
        ),
        CompilerFault(
            "last share lost",
            inChain: { rules, _ in
                if rules.contains(where: { $0.draw != nil }) { rules.removeLast() }
            }
        ),
    ]

    /// Faults of what becomes of sources.
    static let sources = [
        CompilerFault(
            "source kept",
            inRule: {
                if $0.statement.translatesSource { $0.statement = .accept }
            }
        ),
        CompilerFault(
            "address of the interface instead of a chosen one",
            inRule: {
                if case .snat = $0.statement { $0.statement = .masquerade }
            }
        ),
        CompilerFault(
            "chosen source off by one",
            inRule: {
                guard case .snat(let address) = $0.statement, let next = address.next else {
                    return
                }
                $0.statement = .snat(to: next)
            }
        ),
        CompilerFault(
            "source of another label's connections",
            inRule: {
                guard case .redirected(let label) = $0.selector.tracked, let other = label.next
                else { return }
                $0.selector.tracked = .redirected(other)
            }
        ),
        CompilerFault(
            "source of this machine's connections to itself",
            inSourceRules: { rules in rules.removeAll { $0.statement == .accept } }
        ),
        CompilerFault(
            "label lost",
            inChain: { rules, _ in rules.removeAll { $0.statement.isLabel } }
        ),
        CompilerFault(
            "label of another source",
            inRule: {
                guard case .label(let label) = $0.statement, let other = label.next else { return }
                $0.statement = .label(other)
            }
        ),
        CompilerFault(
            "label for every client",
            inRule: {
                if $0.statement.isLabel { $0.selector.sourceAddresses = nil }
            }
        ),
        CompilerFault(
            "label before it is sure that the redirect decides",
            inRule: {
                if $0.statement.isLabel { $0.selector.member = nil }
            }
        ),
        CompilerFault(
            "label before the exceptions",
            inChain: { rules, _ in
                guard rules.contains(where: { $0.statement == .return }),
                    let index = rules.firstIndex(where: { $0.statement.isLabel })
                else { return }
                rules.insert(rules.remove(at: index), at: 0)
            }
        ),
        CompilerFault(
            "label after the decision",
            inChain: { rules, _ in
                if let index = rules.firstIndex(where: { $0.statement.isLabel }) {
                    rules.append(rules.remove(at: index))
                }
            }
        ),
    ]
}

extension CompilerFault {
    /// A fault of the rules for sources.
    init(
        _ name: String,
        inSourceRules change: @escaping @Sendable (inout [Rule]) -> Void
    ) {
        self.init(name) { ruleset, _ in
            var damaged = ruleset
            for index in damaged.chains.indices
            where damaged.chains[index].head.hook == .postrouting {
                change(&damaged.chains[index].rules)
            }
            return damaged == ruleset ? nil : damaged
        }
    }
}

extension Statement {
    fileprivate var isLabel: Bool { if case .label = self { true } else { false } }

    fileprivate var translatesSource: Bool {
        switch self {
        case .masquerade, .snat: true
        default: false
        }
    }

    fileprivate var isLog: Bool { if case .log = self { true } else { false } }

    /// Whether it ends a connection's way through the rules.
    fileprivate var decides: Bool {
        switch self {
        case .dnatPort, .dnat, .dnatPrefix, .redirect, .accept: true
        case .dnatMapped, .masquerade, .snat, .label, .log, .drop, .return, .jump, .verdict,
            .trial:
            false
        }
    }
}

extension LoadBalancing? {
    fileprivate mutating func change(_ change: (inout LoadBalancing) -> Void) {
        guard var draw = self else { return }
        change(&draw)
        self = draw
    }
}

extension ConnectionLabel {
    /// The label of the next bit.
    fileprivate var next: ConnectionLabel? { ConnectionLabel(bit: bit + 1) }
}
