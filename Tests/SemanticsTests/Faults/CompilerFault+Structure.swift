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
            "exception behind the decision",
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
                    $0.draw = Draw(.random, modulus: 2, range: 0...0)
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
            "masquerade lost",
            inRule: {
                if $0.statement == .masquerade { $0.statement = .accept }
            }
        ),
        CompilerFault(
            "masquerade for another's connections",
            inSourceRules: { rules in
                rules.removeAll { $0.statement == .accept }
            }
        ),
        CompilerFault(
            "masquerade whatever it was",
            inSourceRules: { rules in
                for index in rules.indices { rules[index].selector.original = OriginalTuple() }
            }
        ),
        CompilerFault(
            "masquerade of what was not changed",
            inSourceRules: { rules in
                for index in rules.indices { rules[index].selector.original = nil }
            }
        ),
        CompilerFault(
            "masquerade wherever it goes",
            inSourceRules: { rules in
                for index in rules.indices {
                    rules[index].selector.destinationAddresses = nil
                    rules[index].selector.destinationPorts = nil
                }
            }
        ),
        CompilerFault(
            "masquerade for everybody",
            inSourceRules: { rules in
                for index in rules.indices { rules[index].selector.sourceAddresses = nil }
            }
        ),
        CompilerFault("masquerades upside down", inSourceRules: { $0.reverse() }),
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
    fileprivate var isLog: Bool { if case .log = self { true } else { false } }

    /// Whether it ends a connection's way through the rules.
    fileprivate var decides: Bool {
        switch self {
        case .dnatPort, .dnat, .redirect, .accept: true
        case .dnatMapped, .masquerade, .log, .return, .jump, .verdict, .trial: false
        }
    }
}

extension Draw? {
    fileprivate mutating func change(_ change: (inout Draw) -> Void) {
        guard var draw = self else { return }
        change(&draw)
        self = draw
    }
}
