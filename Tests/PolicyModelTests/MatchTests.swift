import Addressing
import PolicyModel
import Testing

@Suite struct MatchTests {
    @Test(
        arguments: [
            Match(),
            Match(family: .ipv4),
            Match(protocols: [.udp, .tcp]),
            Match(source: .init(addresses: addresses("10.0.0.0/30,fd00::/8"))),
            Match(source: .init(ports: ports("40000-40001"))),
            Match(destination: .init(addresses: addresses("192.0.2.1"))),
            Match(destination: .init(addresses: addresses("192.0.2.1"), isLocal: true)),
            Match(destination: .init(ports: ports("79,80"))),
            Match(interfaces: [InterfacePattern(name: "eth0"), InterfacePattern(name: "lo")]),
            Match(interfaces: [InterfacePattern(name: "et", isPrefix: true)]),
            Match(users: ids("0,1000-1001")),
            Match(groups: ids("100")),
            Match(cgroups: ["a/b"].cgroups),
            Match(cgroups: ["a"].cgroups),
            Match(cgroups: ["b", "a"].cgroups),
            Match(mark: PacketMark(value: 0x12)),
            Match(mark: PacketMark(value: 0x10, mask: 0xF0)),
        ]
    )
    func `a connection matches when every key holds`(match: Match) throws {
        #expect(match.mismatchedKey(of: try .sample()) == nil)
    }

    @Test(
        arguments: [
            (Match(family: .ipv6), .family),
            (Match(protocols: [.udp]), .transport),
            (Match(source: .init(addresses: addresses("10.0.0.2,fd00::/8"))), .sourceAddress),
            (Match(source: .init(ports: ports("39999,40001"))), .sourcePort),
            (Match(destination: .init(addresses: addresses("192.0.2.2"))), .destinationAddress),
            (Match(destination: .init(isLocal: true)), .destinationAddress),
            (
                Match(destination: .init(addresses: addresses("192.0.2.2"), isLocal: true)),
                .destinationAddress
            ),
            (Match(destination: .init(ports: ports("79,81"))), .destinationPort),
            (Match(interfaces: [InterfacePattern(name: "eth")]), .interface),
            (Match(interfaces: [InterfacePattern(name: "eth0.", isPrefix: true)]), .interface),
            (Match(users: ids("0-999")), .user),
            (Match(groups: ids("1000")), .group),
            (Match(cgroups: ["a/b/c", "b", "a/bc"].cgroups), .cgroup),
            (Match(mark: PacketMark(value: 0x10)), .mark),
            (Match(mark: PacketMark(value: 0x1, mask: 0xF)), .mark),
            (Match(dscp: Set([0, 45, 47].compactMap { CodePoint($0) })), .dscp),
            (Match(family: .ipv6, protocols: [.udp]), .family),
        ] as [(Match, Match.Key)]
    )
    func `one that does not is told the first key`(match: Match, key: Match.Key) throws {
        #expect(match.mismatchedKey(of: try .sample()) == key)
    }

    @Test func `addresses narrow the family`() throws {
        let mixed = Match(destination: .init(addresses: addresses("192.0.2.1,fd00::2")))
        #expect(mixed.mismatchedKey(of: try .sample()) == nil)
        #expect(mixed.mismatchedKey(of: try .sampleOfIPv6()) == nil)
        let all = Match(destination: .init(addresses: addresses("0.0.0.0/0")))
        #expect(all.mismatchedKey(of: try .sample()) == nil)
        #expect(all.mismatchedKey(of: try .sampleOfIPv6()) == .destinationAddress)
    }

    @Test func `addresses of this machine count beside those that are named`() throws {
        let match = Match(destination: .init(addresses: addresses("192.0.2.9"), isLocal: true))
        #expect(match.mismatchedKey(of: try .sample(isToThisMachine: true)) == nil)
        #expect(match.mismatchedKey(of: try .sample(to: "192.0.2.9")) == nil)
        let addresses = Match(destination: .init(addresses: addresses("192.0.2.9")))
        #expect(
            addresses.mismatchedKey(of: try .sample(isToThisMachine: true)) == .destinationAddress
        )
    }

    @Test func `a protocol without ports matches where none is asked for`() throws {
        let ping = try FirstPacket.sample(.ping)
        let any = Match(destination: .init(addresses: addresses("192.0.2.1")))
        #expect(any.mismatchedKey(of: ping) == nil)
        #expect(Match(protocols: [.tcp, .udp, .sctp]).mismatchedKey(of: ping) == .transport)
        let port = Match(destination: .init(ports: ports("1-65535")))
        #expect(port.mismatchedKey(of: ping) == .destinationPort)
    }

    @Test(arguments: [.inbound, .outbound(by: nil)] as [FirstPacket.Origin])
    func `what no process here opens has no user, group or control group`(
        origin: FirstPacket.Origin
    ) throws {
        let packet = try FirstPacket.sample(origin: origin)
        #expect(Match().mismatchedKey(of: packet) == nil)
        #expect(Match(users: ids("0-4294967294")).mismatchedKey(of: packet) == .user)
        #expect(Match(groups: ids("0-4294967294")).mismatchedKey(of: packet) == .group)
        #expect(Match(cgroups: ["a"].cgroups).mismatchedKey(of: packet) == .cgroup)
    }

    @Test func `a packet has one family`() throws {
        let packets = try [FirstPacket.sample(), .sampleOfIPv6()]
        #expect(packets.map(\.family) == [.ipv4, .ipv6])
        let mixed = FirstPacket(
            origin: .inbound,
            payload: .ping,
            source: packets[0].source,
            destination: packets[1].destination,
            interface: "eth0",
            mark: 0,
            dscp: packets[0].dscp
        )
        #expect(mixed == nil)
    }
}

extension [String] {
    fileprivate var cgroups: Set<CgroupPath> { Set(compactMap { CgroupPath($0) }) }
}

/// A condition that no key stands for would be accepted and ignored.
@Suite struct MatchKeyTests {
    @Test func `every stored property of a match belongs to a key`() {
        let properties = Mirror(reflecting: Match()).children.compactMap(\.label)
        let ends = Mirror(reflecting: Match.Endpoint()).children.compactMap(\.label)
        let all = properties.flatMap { name in
            name == "source" || name == "destination" ? ends.map { "\(name).\($0)" } : [name]
        }
        // A connection never comes from an address of this machine.
        #expect(Set(all) == Set(Match.Key.allCases.flatMap(\.properties) + ["source.isLocal"]))
    }
}

extension Match.Key {
    fileprivate var properties: [String] {
        switch self {
        case .family: ["family"]
        case .transport: ["protocols"]
        case .sourceAddress: ["source.addresses"]
        case .sourcePort: ["source.ports"]
        case .destinationAddress: ["destination.addresses", "destination.isLocal"]
        case .destinationPort: ["destination.ports"]
        case .interface: ["interfaces"]
        case .user: ["users"]
        case .group: ["groups"]
        case .cgroup: ["cgroups"]
        case .mark: ["mark"]
        case .dscp: ["dscp"]
        }
    }
}
