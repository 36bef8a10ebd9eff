import Addressing
import PolicyModel
import RulesetModel

/// Does to packets what the kernel would do with a ruleset.
///
/// It knows nftables (nft(8)) and no policy, and shares no code with what makes rulesets.
struct RulesetInterpreter {
    private let baseChains: [Hook: [Rule]]
    private let chains: [String: [Rule]]
    private let maps: [String: MapLookup]

    /// Creates an interpreter of a ruleset, or throws what nft would say against it.
    init(_ ruleset: Ruleset) throws(Refusal) {
        try Refusal.check(ruleset)
        baseChains = Dictionary(
            ruleset.chains.map { ($0.head.hook, $0.rules) },
            uniquingKeysWith: +
        )
        chains = Dictionary(
            ruleset.regularChains.map { ($0.name, $0.rules) },
            uniquingKeysWith: +
        )
        maps = Dictionary(
            ruleset.maps.map { ($0.name, MapLookup($0)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What can be done to a connection, and how often.
    func effects(on packet: FirstPacket) -> Effects {
        let view = PacketView(packet)
        let place = Outcome.Place(host: .address(view.destination), port: view.destinationPort)
        return run(baseChains[view.hook] ?? [], [Path(place)], view)
            .reduce(into: [:]) { effects, path in
                var effect = path.effect
                effect.newSource = newSource(of: packet, on: path)
                effects[effect] = effects[effect].map { $0 + path.chance } ?? path.chance
            }
    }

    /// What becomes of the source of a connection that has come a path to where it goes.
    private func newSource(of packet: FirstPacket, on path: Path) -> Effect.NewSource? {
        // What stays here never gets to postrouting, but for what this machine sends to itself.
        guard case .address(let address) = path.effect.place.host else { return nil }
        let view = PacketView(packet, leavingFor: address, path.effect.place.port, path.labels)
        return run(baseChains[.postrouting] ?? [], [Path(path.effect.place)], view)
            .compactMap(\.effect.newSource).first
    }

    /// Lets paths go through a chain's rules, up to its end or their own.
    private func run(_ rules: [Rule], _ start: [Path], _ packet: PacketView) -> [Path] {
        var (going, ended) = (start, [] as [Path])
        for rule in rules where rule.selector.matches(packet) {
            let paths = going.flatMap { apply(rule, to: $0, packet) }
            going = paths.filter { $0.state == .going }
            ended += paths.filter { $0.state != .going }
            if going.isEmpty { break }
        }
        return ended + going
    }

    /// Where a rule that is about a packet leads its path.
    private func apply(_ rule: Rule, to path: Path, _ packet: PacketView) -> [Path] {
        guard let draw = rule.draw else { return execute(rule, path, packet) }
        return path.drawing(draw).flatMap { path, isDrawn in
            isDrawn ? execute(rule, path, packet) : [path]
        }
    }

    private func execute(_ rule: Rule, _ path: Path, _ packet: PacketView) -> [Path] {
        var path = path
        if let member = rule.selector.member {
            guard maps[member.map]?.answer(to: member.key, packet) != nil else { return [path] }
        }
        // It stands before the statement, and so counts what a map then has nothing for.
        if let counter = rule.counter { path.effect.counted.append(counter.countedRedirect) }
        var answer: MapElement?
        if let lookup = rule.statement.lookup {
            guard let found = maps[lookup.map]?.answer(to: lookup.key, packet) else {
                return [path]
            }
            answer = found.element
            if let redirect = found.counts { path.effect.counted.append(redirect) }
        }
        let redirect = answer?.redirect ?? rule.comment
        switch rule.statement {
        case .log(let log):
            path.effect.lines.append(Effect.Line(log: log, redirect: rule.comment))
            return [path]
        case .trial:
            // A ruleset by itself has no lease, and so no trial that lives.
            return [path]
        case .label(let label):
            path.labels.insert(label)
            return [path]
        case .return:
            path.state = .returned
            return [path]
        case .jump(let chain):
            return jump(to: chain, for: redirect, path, packet)
        case .verdict:
            if case .jump(let chain)? = answer?.value {
                return jump(to: chain, for: redirect, path, packet)
            }
        case .dnat(let address, _) where address.family != packet.family:
            return [path]
        case .dnatPrefix(let prefix) where prefix.family != packet.family:
            return [path]
        case .snat(let address) where address.family != packet.family:
            return [path]
        case .drop:
            path.effect.isDropped = true
        case .dnat, .dnatPrefix, .dnatPort, .dnatMapped, .redirect, .masquerade, .snat, .accept:
            path.effect.change(by: rule.statement, answer?.value)
        }
        return [path.deciding(for: redirect)]
    }

    /// The paths through a chain; those that it does not end go on after the jump.
    private func jump(
        to chain: String,
        for redirect: String?,
        _ path: Path,
        _ packet: PacketView
    ) -> [Path] {
        var start = path
        start.jumps.append(redirect)
        return run(chains[chain] ?? [], [start], packet).map { end in
            guard end.state != .decided else { return end }
            var end = end
            end.state = .going
            end.jumps.removeLast()
            return end
        }
    }
}

extension Effect {
    /// Does what a statement says, with what a map has for it.
    fileprivate mutating func change(by statement: Statement, _ value: MapValue?) {
        switch statement {
        case .dnat(let address, _): place.host = .address(address)
        case .dnatPrefix(let prefix): place.host = place.host.mapped(into: prefix)
        case .redirect: place.host = .local
        case .masquerade: newSource = .interface
        case .snat(let address): newSource = .address(address)
        default: break
        }
        if case .port(let port)? = statement.port { place.port = port }
        switch value {
        case .port(let port): place.port = port
        case .address(let address): place.host = .address(address)
        case .addressAndPort(let address, let port):
            place = Outcome.Place(host: .address(address), port: port)
        case .accept, .jump, .member, nil: break
        }
    }
}

extension Connection.Destination {
    /// What the kernel makes of an address (nft_nat_setup_netmap): the bits in which the ends of the
    /// prefix differ stay.
    fileprivate func mapped(into prefix: AddressRange) -> Self {
        guard case .address(let address) = self else { return self }
        let (low, high) = (prefix.bits.lowerBound, prefix.bits.upperBound)
        let kept = low ^ high
        return IPAddress(family: prefix.family, bits: address.bits & kept | low & ~kept)
            .map { .address($0) } ?? self
    }
}

extension String {
    /// The redirect that a named counter counts for.
    fileprivate var countedRedirect: String { hasPrefix("rc_") ? String(dropFirst(3)) : self }
}
