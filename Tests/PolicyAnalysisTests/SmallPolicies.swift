import Addressing
import Diagnostics
import PolicyModel
import TestSupport

/// Policies over so few values that every packet can be tried.
enum SmallPolicies {
    /// The values that policies name, and one of each kind that none does.
    private static let ports: [UInt16] = [80, 81, 82, 9]
    private static let hosts: [UInt128] = [0x0A00_0000, 0x0A00_0001, 0x0A00_0009]
    private static let clients: [UInt128] = [0xC000_0200, 0xC000_0201, 0xC000_0209]
    private static let interfaces = ["eth0", "eth1", "eth9", "lo"]
    private static let origins: [FirstPacket.Origin] = [
        .inbound, .outbound(by: .init(user: 0, group: 0)), .outbound(by: .init(user: 1, group: 0)),
        .outbound(by: nil),
    ]
    private static let marks: [UInt32] = [0, 1, 2, 3]

    /// All packets that policies can tell apart.
    static let grid = PacketGrid(
        origins: origins,
        destinations: [false, true].flatMap { isLocal in
            (hosts.map { (IPFamily.ipv4, $0) } + [(.ipv6, 7)]).map {
                .init(family: $0, bits: $1, isToThisMachine: isLocal)
            }
        },
        clients: clients.map { .init(family: .ipv4, bits: $0) } + [.init(family: .ipv6, bits: 9)],
        ports: ports,
        interfaces: interfaces,
        marks: marks
    )

    /// The policy of a seed.
    static func policy(seed: UInt64) -> Policy {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...7, using: &random)
        return Policy(
            redirects: (0..<count).map { number in
                let directions: Set<Direction> =
                    random.once(in: 3)
                    ? [.inbound, .outbound] : random.once(in: 2) ? [.inbound] : [.outbound]
                let isOutbound = directions == [.outbound]
                return Redirect(
                    name: "r\(number)",
                    directions: directions,
                    match: match(isOutbound, &random),
                    exceptions: random.once(in: 3) ? [match(isOutbound, &random)] : [],
                    decision: decision(&random),
                    isEnabled: !random.once(in: 12),
                    span: SourceSpan(at: .init(line: number + 1, column: 1), in: source)
                )
            }
        )
    }

    private static let source: SourceID = {
        var sources = SourceMap()
        return sources.add(SourceText(name: "policy.yaml", text: ""))
    }()

    private static func match(_ isOutbound: Bool, _ random: inout SeededGenerator) -> Match {
        var match = Match(protocols: [.tcp])
        if random.once(in: 2) { match.destination.ports = PortSet(ranges(&random)) }
        if random.once(in: 3) { match.destination.addresses = addresses(hosts.dropLast(), &random) }
        if random.once(in: 6) { match.destination.isLocal = true }
        if random.once(in: 4) { match.source.addresses = addresses(clients.dropLast(), &random) }
        if random.once(in: 4) {
            let pattern = Int.random(in: 0...2, using: &random)
            match.interfaces = [
                pattern == 0
                    ? InterfacePattern(name: "eth", isPrefix: true)
                    : InterfacePattern(name: interfaces[pattern - 1])
            ]
            if random.once(in: 2) { match.interfaces?.insert(InterfacePattern(name: "eth1")) }
        }
        if isOutbound, random.once(in: 3) {
            match.users = IntervalSet([random.once(in: 2) ? 0...0 : 1...(UInt32.max - 1)])
        }
        if random.once(in: 5) {
            match.mark = PacketMark(
                value: random.once(in: 2) ? 1 : 0,
                mask: random.once(in: 2) ? 1 : 3
            )
        }
        return match
    }

    private static func ranges(_ random: inout SeededGenerator) -> [ClosedRange<Port>] {
        (0...Int.random(in: 0...1, using: &random)).compactMap { _ in
            let first = UInt16.random(in: 80...82, using: &random)
            let last = UInt16.random(in: first...82, using: &random)
            guard let low = Port(first), let high = Port(last) else { return nil }
            return low...high
        }
    }

    private static func addresses(
        _ all: ArraySlice<UInt128>,
        _ random: inout SeededGenerator
    ) -> AddressSet {
        let first = Int.random(in: 0..<all.count, using: &random)
        let last = Int.random(in: first..<all.count, using: &random)
        return AddressSet(
            [AddressRange(family: .ipv4, bits: all[first]...all[last])].compactMap(\.self)
        )
    }

    private static func decision(_ random: inout SeededGenerator) -> Decision {
        if random.once(in: 4) { return .bypass }
        return .target(.local(port: Port(random.once(in: 2) ? 8080 : 9090).map { .one($0) }))
    }
}
