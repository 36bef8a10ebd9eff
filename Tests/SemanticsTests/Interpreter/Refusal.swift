import Addressing
import RulesetModel

/// What nft or the kernel would not take.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    /// Throws the first thing in a ruleset that cannot be loaded.
    static func check(_ ruleset: Ruleset) throws(Refusal) {
        try checkNames(ruleset)
        let counters = Set(ruleset.counters)
        let maps = Dictionary(ruleset.maps.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for map in ruleset.maps {
            if let reason = map.reasonAgainst {
                throw Refusal(description: "\(reason): \(map.name)")
            }
        }
        for rule in ruleset.rules {
            if let counter = rule.counter, !counters.contains(counter) {
                throw Refusal(description: "no counter \(counter)")
            }
            var reason = rule.reasonAgainst
            if let lookup = rule.lookup {
                guard let map = maps[lookup.map] else {
                    throw Refusal(description: "no map \(lookup.map)")
                }
                reason = reason ?? rule.reasonAgainst(asking: map)
            }
            if let reason { throw Refusal(description: "\(reason): \(rule.text)") }
        }
        let chains = Dictionary(
            ruleset.regularChains.map { ($0.name, $0.rules) },
            uniquingKeysWith: +
        )
        for chain in ruleset.chains { try follow(chain.rules, chains, maps, depth: 0) }
    }

    private static func checkNames(_ ruleset: Ruleset) throws(Refusal) {
        let names = [
            ruleset.counters, ruleset.maps.map(\.name), ruleset.regularChains.map(\.name),
            ruleset.chains.map(\.head.hook.rawValue),
        ]
        for names in names where Set(names).count < names.count {
            throw Refusal(description: "a name is there twice")
        }
    }

    /// A packet can be at most 16 jumps deep (NFT_JUMP_STACK_SIZE in the kernel's nf_tables.h).
    private static let deepest = 16

    private static func follow(
        _ rules: [Rule],
        _ chains: [String: [Rule]],
        _ maps: [String: LookupMap],
        depth: Int
    ) throws(Refusal) {
        guard depth <= deepest else { throw Refusal(description: "too many jumps") }
        for name in rules.flatMap({ $0.statement.chains(maps) }) {
            guard let chain = chains[name] else {
                throw Refusal(description: "no chain \(name)")
            }
            try follow(chain, chains, maps, depth: depth + 1)
        }
    }
}

extension Statement {
    /// The chains that it can lead to.
    fileprivate func chains(_ maps: [String: LookupMap]) -> [String] {
        switch self {
        case .jump(let chain): [chain]
        case .verdict(let lookup):
            maps[lookup.map]?.elements.compactMap {
                if case .jump(let chain) = $0.value { chain } else { nil }
            } ?? []
        default: []
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
        if case .snat(let address) = statement, selector.family != address.family {
            return "a source of another family than the rule's"
        }
        if namesPort, selector.protocols.isEmpty { return "a port without a protocol" }
        if let draw {
            if draw.range.upperBound >= draw.modulus { return "a draw beyond its modulus" }
            if draw.method == .sourceHash, selector.family == nil {
                return "a hash of addresses without a family"
            }
        }
        return nil
    }

    private var namesPort: Bool {
        let fields = lookup?.key ?? []
        return selector.sourcePorts != nil || selector.destinationPorts != nil
            || selector.original?.sourcePorts != nil || selector.original?.destinationPorts != nil
            || statement.port != nil
            || fields.contains(.sourcePort) || fields.contains(.destinationPort)
    }
}
