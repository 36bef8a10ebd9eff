import Addressing
import RulesetModel

/// What the rules of a table may make of connections of which not everything is known.
struct PossibleDestinations {
    private let baseChains: [Hook: [Rule]]
    private let chains: [String: [Rule]]
    private let maps: [String: ElementFinder]

    /// What the chains after routing make of the source of connections with a label.
    private let sources: [ConnectionLabel: [PossibleDestination.Source]]

    init(_ ruleset: Ruleset) {
        self.init(
            bases: ruleset.chains.map { ($0.head.hook, $0.rules) },
            chains: ruleset.regularChains.map { ($0.name, $0.rules) },
            maps: ruleset.maps.map { ($0.name, $0.type, $0.elements) }
        )
    }

    /// Reads a table as the kernel holds it; rules that ``Rule`` can't express are passed by.
    init(_ table: LiveTable) {
        let known = table.chains.map { ($0, $0.rules.compactMap(\.known)) }
        self.init(
            bases: known.compactMap { chain, rules in
                chain.attachment.head.map { ($0.hook, rules) }
            },
            chains: known.filter { $0.0.attachment == .none }.map { ($0.0.name, $0.1) },
            maps: table.maps.map { ($0.name, $0.type, $0.elements.map(\.element)) }
        )
    }

    private init(
        bases: [(Hook, [Rule])],
        chains: [(String, [Rule])],
        maps: [(String, MapType, [MapElement])]
    ) {
        baseChains = Dictionary(bases, uniquingKeysWith: +)
        self.chains = Dictionary(chains, uniquingKeysWith: +)
        sources = Dictionary(
            (baseChains[.postrouting] ?? []).compactMap { rule in
                guard case .redirected(let label) = rule.selector.tracked else { return nil }
                return switch rule.statement {
                case .masquerade: (label, [.interface])
                case .snat(let address): (label, [.address(address)])
                case .dnatPort, .dnat, .dnatPrefix, .dnatMapped, .redirect, .label, .log, .accept,
                    .drop, .return, .jump, .verdict, .trial:
                    nil
                }
            },
            uniquingKeysWith: +
        )
        self.maps = Dictionary(
            maps.map { ($0.0, ElementFinder($0.2, key: $0.1.key)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The ways that a packet may be sent; never empty.
    func ways(of packet: FlowPacket) -> Set<PossibleDestination> {
        var ways: Set<PossibleDestination> = []
        var sources: Set<PossibleDestination.Source> = [.client]
        if follow(baseChains[packet.hook] ?? [], packet, for: nil, 0, &sources, &ways) {
            ways.insert(.unchanged)
        }
        return ways
    }

    /// A packet can be at most 16 jumps deep (NFT_JUMP_STACK_SIZE in the kernel's nf_tables.h).
    private static let deepest = 16

    /// Adds the ways that rules may send a packet; returns whether it may get past the last one.
    ///
    /// `sources` are those that the labels which it may have by then can mean.
    private func follow(
        _ rules: [Rule],
        _ packet: FlowPacket,
        for redirect: String?,
        _ depth: Int,
        _ sources: inout Set<PossibleDestination.Source>,
        _ ways: inout Set<PossibleDestination>
    ) -> Bool {
        guard depth <= Self.deepest else { return true }
        var mayReturn = false
        for rule in rules {
            let matches = matches(rule, packet)
            guard matches != false else { continue }
            if case .label(let label) = rule.statement {
                let given = given(label, packet)
                sources = matches == true ? given : sources.union(given)
                continue
            }
            if rule.statement == .return {
                if matches == true { return true }
                mayReturn = true
                continue
            }
            let mayPass = execute(rule, packet, for: redirect, depth, &sources, &ways)
            if matches == true, rule.draw == nil, !mayPass { return mayReturn }
        }
        return true
    }

    /// Whether a rule is about a packet; `nil` if that depends on what is not known.
    private func matches(_ rule: Rule, _ packet: FlowPacket) -> Bool? {
        let matches = rule.selector.matches(packet)
        guard matches != false, let member = rule.selector.member else { return matches }
        let (elements, mayMiss) =
            maps[member.map]?.answers(to: member.key, packet) ?? (elements: [], mayMiss: true)
        if elements.isEmpty { return false }
        return mayMiss ? nil : matches
    }

    /// What a label means for the source of a packet.
    private func given(_ label: ConnectionLabel, _ packet: FlowPacket) -> Set<
        PossibleDestination.Source
    > {
        let given = (sources[label] ?? []).filter { source in
            if case .address(let address) = source {
                address.family == packet.flow.family
            } else {
                true
            }
        }
        return given.isEmpty ? [.client] : Set(given)
    }

    /// Adds the ways that a rule may send a packet which it is about; returns whether the packet may
    /// get past it.
    private func execute(
        _ rule: Rule,
        _ packet: FlowPacket,
        for redirect: String?,
        _ depth: Int,
        _ sources: inout Set<PossibleDestination.Source>,
        _ ways: inout Set<PossibleDestination>
    ) -> Bool {
        let redirect = rule.comment ?? redirect
        if let lookup = rule.statement.lookup {
            guard let map = maps[lookup.map] else { return true }
            let (elements, mayMiss) = map.answers(to: lookup.key, packet)
            var mayPass = mayMiss
            for element in elements {
                let owner = element.redirect ?? redirect
                if case .jump(let chain) = element.value {
                    var labelled = sources
                    if follow(
                        chains[chain] ?? [],
                        packet,
                        for: owner,
                        depth + 1,
                        &labelled,
                        &ways
                    ) {
                        mayPass = true
                        sources.formUnion(labelled)
                    }
                } else {
                    ways.add(
                        PossibleDestination(rule.statement, found: element.value, for: owner),
                        by: sources
                    )
                }
            }
            return mayPass
        }
        switch rule.statement {
        case .log, .label, .masquerade, .snat, .return, .verdict, .trial: return true
        case .jump(let chain):
            return follow(
                chains[chain] ?? [],
                packet,
                for: redirect,
                depth + 1,
                &sources,
                &ways
            )
        case .accept:
            ways.insert(.unchanged)
        // What is held back for a moment is sent nowhere by that.
        case .drop: return true
        case .dnat(let address, _) where address.family != packet.flow.family:
            return true
        case .dnatPrefix(let prefix) where prefix.family != packet.flow.family:
            return true
        case .dnat, .dnatPrefix, .dnatPort, .dnatMapped, .redirect:
            ways.add(PossibleDestination(rule.statement, found: nil, for: redirect), by: sources)
        }
        return false
    }
}

extension Set<PossibleDestination> {
    /// Adds a way with each of the sources that it may give.
    fileprivate mutating func add(
        _ way: PossibleDestination,
        by sources: Set<PossibleDestination.Source>
    ) {
        for source in sources {
            var way = way
            way.source = source
            insert(way)
        }
    }
}

extension PossibleDestination {
    /// What a statement says, with what its map has.
    fileprivate init(_ statement: Statement, found value: MapValue?, for redirect: String?) {
        self = .unchanged
        switch statement {
        case .dnat(let address, _): host = .address(address)
        case .dnatPrefix(let prefix): host = .prefix(prefix)
        case .redirect: host = .thisMachine
        case .dnatPort, .dnatMapped, .masquerade, .snat, .label, .log, .accept, .drop, .return,
            .jump, .verdict, .trial:
            break
        }
        if case .port(let port)? = statement.port { self.port = port }
        switch value {
        case .port(let port): self.port = port
        case .address(let address): host = .address(address)
        case .addressAndPort(let address, let port):
            host = .address(address)
            self.port = port
        case .accept: return
        case .jump, .member, nil: break
        }
        self.redirect = redirect
    }
}
