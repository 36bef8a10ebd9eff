import Addressing
import RulesetModel

/// What nft or the kernel would not take.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    /// Throws the first thing in a ruleset that cannot be loaded.
    static func check(_ ruleset: Ruleset) throws(Refusal) {
        let counters = Set(ruleset.counters)
        let maps = Set(ruleset.maps.map(\.name))
        let chains = Dictionary(
            ruleset.regularChains.map { ($0.name, $0.rules) },
            uniquingKeysWith: +
        )
        let isUnique = [
            counters.count == ruleset.counters.count, maps.count == ruleset.maps.count,
            chains.count == ruleset.regularChains.count,
            Set(ruleset.chains.map(\.head.hook)).count == ruleset.chains.count,
        ]
        guard !isUnique.contains(false) else { throw Refusal(description: "a name is there twice") }
        for rule in ruleset.chains.flatMap(\.rules) + chains.values.joined() {
            if let counter = rule.counter, !counters.contains(counter) {
                throw Refusal(description: "no counter \(counter)")
            }
            if let map = rule.statement.map, !maps.contains(map) {
                throw Refusal(description: "no map \(map)")
            }
            if let reason = rule.reasonAgainst {
                throw Refusal(description: "\(reason): \(rule.text)")
            }
        }
        for chain in ruleset.chains { try follow(chain.rules, chains, depth: 0) }
    }

    /// A packet can be at most 16 jumps deep (NFT_JUMP_STACK_SIZE in the kernel's nf_tables.h).
    private static let deepest = 16

    private static func follow(
        _ rules: [Rule],
        _ chains: [String: [Rule]],
        depth: Int
    ) throws(Refusal) {
        guard depth <= deepest else { throw Refusal(description: "too many jumps") }
        for rule in rules {
            guard case .jump(let name) = rule.statement else { continue }
            guard let chain = chains[name] else {
                throw Refusal(description: "no chain \(name)")
            }
            try follow(chain, chains, depth: depth + 1)
        }
    }
}

extension Rule {
    /// Why nft does not take the rule as it is, where that is so.
    fileprivate var reasonAgainst: String? {
        let addresses = [
            selector.sourceAddresses, selector.destinationAddresses,
            selector.original?.sourceAddresses, selector.original?.destinationAddresses,
        ]
        for addresses in addresses.compactMap(\.self) {
            guard !addresses.isEmpty else { return "no address" }
            guard addresses.families == Set([selector.family].compactMap(\.self)) else {
                return "addresses of another family than the rule's"
            }
        }
        let namesPort =
            selector.sourcePorts != nil || selector.destinationPorts != nil
            || selector.original?.sourcePorts != nil || selector.original?.destinationPorts != nil
            || statement.port != nil
        if namesPort, selector.protocols.isEmpty { return "a port without a protocol" }
        if let draw {
            if draw.range.upperBound >= draw.modulus { return "a draw beyond its modulus" }
            if draw.method == .sourceHash, selector.family == nil {
                return "a hash of addresses without a family"
            }
        }
        return nil
    }
}
