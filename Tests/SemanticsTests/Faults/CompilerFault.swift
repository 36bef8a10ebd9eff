import RulesetModel
import TestSupport
import Testing

/// A mistake that a compiler could make.
struct CompilerFault: Sendable, CustomTestStringConvertible {
    /// Damages a ruleset somewhere, or returns `nil` if there is nothing to damage.
    typealias Damage = @Sendable (Ruleset, inout SeededGenerator) -> Ruleset?

    let name: String
    let damage: Damage

    init(_ name: String, _ damage: @escaping Damage) {
        self.name = name
        self.damage = damage
    }

    var testDescription: String { name }

    static let all =
        targets + ports + addresses + keys + owners + structure + accounts + shares + sources
        + elements + groups + mapKeys + lookups
}

extension CompilerFault {
    /// A fault of one rule, which is changed, or left as it is where it has nothing to damage.
    init(_ name: String, inRule change: @escaping @Sendable (inout Rule) -> Void) {
        self.init(name) { ruleset, random in Self.damage(ruleset, &random, change) }
    }

    /// A fault of what a rule matches.
    init(_ name: String, inSelector change: @escaping @Sendable (inout Selector) -> Void) {
        self.init(name, inRule: { change(&$0.selector) })
    }

    /// A fault of one chain's rules.
    init(
        _ name: String,
        inChain change: @escaping @Sendable (inout [Rule], inout SeededGenerator) -> Void
    ) {
        self.init(name) { ruleset, random in
            let places = ruleset.chainPlaces.shuffled(using: &random)
            for place in places {
                var rules = ruleset[keyPath: place]
                change(&rules, &random)
                guard rules != ruleset[keyPath: place] else { continue }
                var damaged = ruleset
                damaged[keyPath: place] = rules
                return damaged
            }
            return nil
        }
    }

    /// Changes one rule.
    static func damage(
        _ ruleset: Ruleset,
        _ random: inout some RandomNumberGenerator,
        _ change: (inout Rule) -> Void
    ) -> Ruleset? {
        for place in ruleset.chainPlaces.shuffled(using: &random) {
            for (index, rule) in ruleset[keyPath: place].enumerated().shuffled(using: &random) {
                var changed = rule
                change(&changed)
                guard changed != rule else { continue }
                var damaged = ruleset
                damaged[keyPath: place][index] = changed
                return damaged
            }
        }
        return nil
    }
}

extension Ruleset {
    /// Where the rules of each chain are.
    var chainPlaces: [WritableKeyPath<Ruleset, [Rule]>] {
        chains.indices.map { \Ruleset.chains[$0].rules }
            + regularChains.indices.map { \Ruleset.regularChains[$0].rules }
    }
}
