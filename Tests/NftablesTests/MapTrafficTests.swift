import Addressing
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// Real connections through maps: what happens to them is what the map has for them, and each
/// element counts its own.
@Suite(.networkNamespace) struct MapTrafficTests {
    /// The connections of one test: a family, and maps with ranges or without.
    struct Shape: Sendable, CustomTestStringConvertible {
        let family: IPFamily
        let isInterval: Bool

        static let all = IPFamily.allCases.flatMap { family in
            [Shape(family: family, isInterval: false), Shape(family: family, isInterval: true)]
        }

        var testDescription: String { "\(family.title)\(isInterval ? ", ranges" : "")" }

        /// An address of somebody else's, by its last number.
        func address(_ last: Int) throws -> IPAddress {
            let text =
                family == .ipv4 ? "198.51.100.\(last)" : "2001:db8::\(String(last, radix: 16))"
            return try #require(IPAddress(text))
        }

        func text(_ last: Int, _ port: UInt16) throws -> String {
            try address(last).text(withPort: #require(Port(port)))
        }
    }

    /// What becomes of connections to an address.
    private struct Outcome {
        let last: Int
        let value: MapValue
        let reached: @Sendable (Int) throws -> String
    }

    private static func outcomes(_ shape: Shape) throws -> [(type: MapType.Value, [Outcome])] {
        func port(_ number: UInt16) throws -> Port { try #require(Port(number)) }
        let loopback = shape.family == .ipv4 ? "127.0.0.1" : "[::1]"
        return [
            (
                .verdict,
                [
                    Outcome(last: 0x10, value: .accept) { try shape.text($0, 80) },
                    Outcome(last: 0x30, value: .jump(to: "sub")) { try shape.text($0, 8020) },
                ]
            ),
            (
                .port,
                [
                    Outcome(last: 0x50, value: .port(try port(8030))) { try shape.text($0, 8030) }
                ]
            ),
            (
                .port,
                [
                    Outcome(last: 0x70, value: .port(try port(8040))) { _ in "\(loopback):8040" }
                ]
            ),
            (
                .port,
                [
                    Outcome(last: 0x90, value: .port(try port(8050))) { _ in try shape.text(5, 8050)
                    }
                ]
            ),
            (
                .address(shape.family),
                [
                    Outcome(last: 0xB0, value: .address(try shape.address(6))) { _ in
                        try shape.text(6, 80)
                    }
                ]
            ),
            (
                .addressAndPort(shape.family),
                [
                    Outcome(
                        last: 0xD0,
                        value: .addressAndPort(try shape.address(7), try port(8070))
                    ) { _ in try shape.text(7, 8070) }
                ]
            ),
        ]
    }

    /// Maps of connections to some addresses, at port 80 over TCP; with ranges, to 16 addresses each,
    /// at ten ports, over any protocol.
    private static func ruleset(_ shape: Shape) throws -> Ruleset {
        let key: [KeyField] = [.destinationAddress(shape.family), .transport, .destinationPort]
        let maps = try outcomes(shape).enumerated().map { index, map in
            let type = MapType(
                key: key,
                value: map.type,
                isInterval: shape.isInterval,
                isCounting: true
            )
            let elements = try map.1.map { outcome in
                let first = try shape.address(outcome.last).bits
                let key =
                    shape.isInterval
                    ? MapKey([first...(first + 15), 0...255, 80...89])
                    : MapKey(exactly: [first, 6, 80])
                return MapElement(key: key, value: outcome.value, redirect: "to-\(outcome.last)")
            }
            return LookupMap(name: "map_\(index)", type: type, elements: elements)
        }
        func lookup(_ index: Int) -> Lookup { Lookup(maps[index].name, by: key) }
        let statements: [Statement] = [
            .verdict(by: lookup(0)), .dnatPort(to: .mapped(by: lookup(1))),
            .redirect(port: .mapped(by: lookup(2))),
            .dnat(to: try shape.address(5), port: .mapped(by: lookup(3))),
            .dnatMapped(shape.family, by: lookup(4)), .dnatMapped(shape.family, by: lookup(5)),
            // Where no map has anything.
            .dnatPort(to: .port(try #require(Port(8099)))),
        ]
        let selector = Selector(family: shape.family, protocols: TransportProtocol.allCases)
        let jumped = Statement.dnatPort(to: .port(try #require(Port(8020))))
        return Ruleset(
            table: "redirctl",
            maps: maps,
            chains: [
                BaseChain(
                    head: .init(hook: .output, priority: -105),
                    rules: statements.map { Rule(selector: selector, statement: $0) }
                )
            ],
            regularChains: [
                RegularChain(name: "sub", rules: [Rule(selector: selector, statement: jumped)])
            ]
        )
    }

    @Test(arguments: Shape.all)
    func `each kind of value does what it says`(shape: Shape) throws {
        let lab = try Lab.withInternet()
        let ports: [UInt16] = [80, 8020, 8030, 8040, 8050, 8070, 8099]
        let servers = [try lab.internet.serve(ports: ports), try lab.machine.serve(ports: ports)]
        defer { withExtendedLifetime(servers) {} }
        let ruleset = try Self.ruleset(shape)
        try NftKernel().commit(ruleset.commands)
        let outcomes = try Self.outcomes(shape).flatMap(\.1)
        var wanted: [String] = []
        for (round, outcome) in outcomes.enumerated() {
            let reached = try outcome.reached(outcome.last)
            for _ in 0...round {
                let target = try shape.text(outcome.last, 80)
                #expect(try lab.machine.ask(.tcp, target) == .reached(reached))
            }
            let further = try Self.connectAtEdges(of: outcome, shape, lab.machine)
            wanted.append("to-\(outcome.last): \(round + 1 + further)")
        }
        let live = try #require(try NftKernel().table("redirctl"))
        #expect(live.maps.map(\.content) == ruleset.maps)
        let elements = live.maps.flatMap(\.elements)
        let counts = elements.map { "\($0.element.redirect ?? ""): \($0.count?.packets ?? 0)" }
        #expect(counts.sorted() == wanted.sorted())
        #expect(elements.allSatisfy { $0.count?.bytes ?? 0 > 0 })
    }

    /// Connects at the edges of an element's key, and just beyond them; returns how many it is for.
    private static func connectAtEdges(
        of outcome: Outcome,
        _ shape: Shape,
        _ machine: LabHost
    ) throws -> Int {
        func ask(_ transport: TransportProtocol, _ last: Int, _ port: UInt16) throws -> LabReply {
            try machine.ask(transport, shape.text(last, port))
        }
        let (first, last) = (outcome.last, outcome.last + (shape.isInterval ? 15 : 0))
        for (address, port) in [
            (first - 1, UInt16(80)), (last + 1, 80), (first, 79),
            (last, shape.isInterval ? 90 : 81),
        ] {
            #expect(try ask(.tcp, address, port) == .reached(shape.text(address, 8099)))
        }
        guard shape.isInterval else {
            #expect(try ask(.udp, first, 80) == .reached(shape.text(first, 8099)))
            return 0
        }
        #expect(try ask(.tcp, last, 80) == .reached(outcome.reached(last)))
        #expect(try ask(.udp, first, 80) == .reached(outcome.reached(first)))
        return 2
    }

    @Test(arguments: [false, true])
    func `who connects, and by which interface, can be asked for`(isInterval: Bool) throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [79, 80, 81, 82, 83, 84, 8080])
        defer { withExtendedLifetime(server) {} }
        let key: [KeyField] = [.outputInterface, .user, .group, .mark, .destinationPort]
        let (user, group) = (UInt128(geteuid()), UInt128(getegid()))
        let device = KeyField.number(ofInterface: "machine1")
        let loopback = KeyField.number(ofInterface: "lo")
        let numbers: [[UInt128]] = [
            [device, user, group, 0, 80], [loopback, user, group, 0, 81],
            [device, user + 300, group, 0, 82], [device, user, group + 300, 0, 83],
            [device, user, group, 300, 84],
        ]
        let keys = numbers.map { numbers in
            MapKey(
                numbers.enumerated().map { index, number in
                    // In another order of bytes, such a range holds other numbers.
                    isInterval && (1...3).contains(index)
                        ? number...(number + 256) : number...number
                }
            )
        }
        let port = try #require(Port(8080))
        let type = MapType(key: key, value: .port, isInterval: isInterval, isCounting: true)
        let map = LookupMap(
            name: "owners",
            type: type,
            elements: keys.map { MapElement(key: $0, value: .port(port)) }
        )
        let rule = Rule(
            selector: Selector(protocols: [.tcp]),
            statement: .dnatPort(to: .mapped(by: Lookup("owners", by: key)))
        )
        try Self.commit(map, rule, at: .output)
        #expect(try lab.machine.ask(.tcp, "198.51.100.7:80") == .reached("198.51.100.7:8080"))
        #expect(try lab.machine.ask(.tcp, "[2001:db8::7]:80") == .reached("[2001:db8::7]:8080"))
        for target in ["198.51.100.7:79", "198.51.100.7:81", "198.51.100.7:82", "198.51.100.7:83"] {
            #expect(try lab.machine.ask(.tcp, target) == .reached(target))
        }
        let live = try #require(try NftKernel().table("redirctl")?.maps.first)
        #expect(live.content == map)
        let used = live.elements.filter { $0.count != PacketCount() }
        #expect(used.map(\.element) == [map.elements.first { $0.key == keys[0] }])
        #expect(used.first?.count?.packets == 2)
    }

    @Test(arguments: Shape.all)
    func `where a connection comes from can be asked for`(shape: Shape) throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        let client = shape.family == .ipv4 ? "10.3.0.2" : "fd03::2"
        let source = try #require(IPAddress(client))
        let key: [KeyField] = [
            .inputInterface, .sourceAddress(shape.family), .sourcePort, .destinationPort,
        ]
        let ports: ClosedRange<UInt128> = shape.isInterval ? 4000...4009 : 4000...4000
        let device = KeyField.number(ofInterface: "machine2")
        let element = MapElement(
            key: MapKey([device...device, source.bits...source.bits, ports, 80...80]),
            value: .addressAndPort(try shape.address(9), try #require(Port(8080))),
            redirect: "moved"
        )
        let type = MapType(
            key: key,
            value: .addressAndPort(shape.family),
            isInterval: shape.isInterval
        )
        let map = LookupMap(name: "clients", type: type, elements: [element])
        let rule = Rule(
            selector: Selector(family: shape.family, protocols: [.tcp, .udp]),
            statement: .dnatMapped(shape.family, by: Lookup("clients", by: key))
        )
        try Self.commit(map, rule, at: .prerouting)
        let (moved, still) = (try shape.text(9, 8080), try shape.text(7, 80))
        for transport in [TransportProtocol.tcp, .udp] {
            for (port, reached) in [
                (UInt16(4000), moved), (4009, shape.isInterval ? moved : still), (4010, still),
                (3999, still),
            ] {
                let from = source.text(withPort: try #require(Port(port)))
                #expect(try lab.client.ask(transport, still, from: from) == .reached(reached))
            }
        }
        #expect(try NftKernel().table("redirctl")?.maps.map(\.content) == [map])
    }

    private static func commit(_ map: LookupMap, _ rule: Rule, at hook: Hook) throws {
        let chain = BaseChain(head: .init(hook: hook, priority: -105), rules: [rule])
        try NftKernel().commit(Ruleset(table: "redirctl", maps: [map], chains: [chain]).commands)
    }
}
