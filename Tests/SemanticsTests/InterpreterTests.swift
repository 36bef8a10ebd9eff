import Addressing
import PolicyModel
import RulesetModel
import Testing

/// The interpreter does what nft(8) says of rules.
@Suite struct InterpreterTests {
    private static let tcp = Selector(protocols: [.tcp])

    @Test func `the first rule that changes a connection ends its way`() throws {
        let effects = try Self.effects([
            Rule(selector: Selector(protocols: [.udp]), statement: .accept, comment: "udp"),
            Rule(selector: Self.tcp, statement: .dnatPort(to: .port(.one)), comment: "a"),
            Rule(selector: Selector(), statement: .accept, comment: "b"),
        ])
        #expect(effects == [Self.effect("a", port: .one): .whole])
    }

    @Test func `what a chain does not end goes on after the jump`() throws {
        let chain = RegularChain(
            name: "c",
            rules: [
                Rule(selector: Self.tcp, counter: "rc_x", statement: .return),
                Rule(selector: Selector(), statement: .accept, comment: "never"),
            ]
        )
        let effects = try Self.effects(
            [
                Rule(selector: Selector(), statement: .jump(to: "c"), comment: "c"),
                Rule(selector: Selector(), statement: .accept, comment: "a"),
            ],
            chains: [chain]
        )
        #expect(effects == [Self.effect("a", counted: ["x"]): .whole])
    }

    @Test func `what a map has nothing for is counted by the rule, and the next one tried`() throws
    {
        let map = LookupMap(
            name: "m",
            type: MapType(key: [.destinationPort], value: .port),
            elements: [MapElement(key: MapKey(exactly: [81]), value: .port(.one))]
        )
        let lookup = Lookup("m", by: [.destinationPort])
        let effects = try Self.effects(
            [
                Rule(
                    selector: Self.tcp,
                    counter: "rc_x",
                    statement: .dnatPort(to: .mapped(by: lookup)),
                    comment: "x"
                ),
                Rule(selector: Selector(), statement: .accept, comment: "a"),
            ],
            maps: [map]
        )
        #expect(effects == [Self.effect("a", counted: ["x"]): .whole])
    }

    @Test func `an element counts for its redirect, and leads into a chain`() throws {
        let key: [KeyField] = [.destinationAddress(.ipv4), .transport]
        let map = LookupMap(
            name: "m",
            type: MapType(key: key, value: .verdict, isInterval: true, isCounting: true),
            elements: [
                MapElement(
                    key: MapKey([0...0xFFFF_FFFF, 6...6]),
                    value: .jump(to: "c"),
                    redirect: "c"
                ),
                MapElement(key: MapKey([0...0xFFFF_FFFF, 7...9]), value: .accept, redirect: "a"),
            ]
        )
        let rules = [
            Rule(selector: Selector(), statement: .verdict(by: Lookup("m", by: key))),
            Rule(selector: Selector(), statement: .accept, comment: "b"),
        ]
        let chain = RegularChain(
            name: "c",
            rules: [Rule(selector: Selector(), statement: .accept, comment: "c")]
        )
        #expect(
            try Self.effects(rules, chains: [chain], maps: [map]) == [Self.effect("c"): .whole]
        )
        #expect(
            try Self.effects(rules, chains: [chain], maps: [map], of: .portless(9))
                == [Self.effect("a", port: nil, counted: ["a"]): .whole]
        )
        #expect(
            try Self.effects(rules, chains: [chain], maps: [map], of: .portless(10))
                == [Self.effect("b", port: nil): .whole]
        )
    }

    @Test(
        arguments: [
            (.random, [0...0, 0...0, nil], [(1, 3), (1, 3), (1, 3)]),
            (.increasing, [0...1, 0...0, nil], [(2, 3), (1, 6), (1, 6)]),
            (.sourceHash, [0...0, 1...1, nil], [(1, 3), (1, 3), (1, 3)]),
            (.sourceHash, [0...0, 0...0, nil], [(1, 3), (0, 1), (2, 3)]),
        ] as [(LoadBalancing.Method, [ClosedRange<UInt32>?], [(UInt128, UInt128)])]
    )
    func `a random number leaves the rest to the rules after it`(
        method: LoadBalancing.Method,
        ranges: [ClosedRange<UInt32>?],
        parts: [(UInt128, UInt128)]
    ) throws {
        // Chance and turns count anew in each rule, a hash is the same in all.
        let moduli: [UInt32] = method == .sourceHash ? [3, 3] : [3, 2]
        let rules = ranges.enumerated().map { index, range in
            Rule(
                selector: Selector(family: .ipv4),
                draw: range.map { LoadBalancing(method, modulus: moduli[index], range: $0) },
                statement: .accept,
                comment: "\(index)"
            )
        }
        var expected: Effects = [:]
        for (index, part) in parts.enumerated() where part.0 > 0 {
            var effect = Self.effect("\(index)")
            effect.draws = [method]
            expected[effect] = Fraction(part.0, of: part.1)
        }
        #expect(try Self.effects(rules) == expected)
    }

    @Test(
        arguments: [
            [Rule(selector: Selector(), statement: .jump(to: "c"))],
            [Rule(selector: Selector(), counter: "c", statement: .accept)],
            [Rule(selector: Selector(), statement: .dnatPort(to: .port(.one)))],
            [Rule(selector: Selector(), statement: .verdict(by: Lookup("m", by: [.transport])))],
            [
                Rule(
                    selector: Selector(destinationAddresses: AddressSet(stored: "10.0.0.1")),
                    statement: .accept
                )
            ],
            [
                Rule(
                    selector: Selector(),
                    draw: LoadBalancing(.random, modulus: 2, range: 0...2),
                    statement: .accept
                )
            ],
        ]
    )
    func `what nft would not load is refused`(rules: [Rule]) {
        #expect(throws: Refusal.self) { try Self.effects(rules) }
    }

    @Test(
        arguments: [
            // Two ranges of one port, a range among single keys, an address in place of a port.
            (true, [[6...6, 1...5], [6...6, 5...9]], .port(.one)),
            (false, [[6...6, 1...5]], .port(.one)),
            (true, [[6...6, 1...5]], .address(.first)),
            (true, [[6...6, 1...70000]], .port(.one)),
            (true, [[6...6]], .port(.one)),
        ] as [(Bool, [[ClosedRange<UInt128>]], MapValue)]
    )
    func `a map that nft would not load is refused`(
        isInterval: Bool,
        keys: [[ClosedRange<UInt128>]],
        value: MapValue
    ) {
        let map = LookupMap(
            name: "m",
            type: MapType(
                key: [.transport, .destinationPort],
                value: .port,
                isInterval: isInterval
            ),
            elements: keys.map { MapElement(key: MapKey($0), value: value) }
        )
        #expect(throws: Refusal.self) { try Self.effects([], maps: [map]) }
    }
}

extension InterpreterTests {
    /// What rules do to a connection to port 80 of 192.0.2.1, from outside.
    private static func effects(
        _ rules: [Rule],
        chains: [RegularChain] = [],
        maps: [LookupMap] = [],
        of payload: FirstPacket.Payload? = nil
    ) throws -> Effects {
        let http = FirstPacket.Payload.transport(.tcp, source: .one, destination: .http)
        let ruleset = Ruleset(
            table: "t",
            counters: ["rc_x"],
            maps: maps,
            chains: [BaseChain(head: .init(hook: .prerouting, priority: 0), rules: rules)],
            regularChains: chains
        )
        let packet = FirstPacket(
            origin: .inbound,
            payload: payload ?? http,
            source: .first,
            destination: .first,
            interface: "eth0",
            mark: 0,
            dscp: CodePoint.all[0]
        )
        return try RulesetInterpreter(ruleset)
            .effects(on: try #require(packet))
    }

    private static func effect(
        _ redirect: String,
        port: Port? = .http,
        counted: [String] = []
    ) -> Effect {
        Effect(
            redirects: [redirect],
            place: Outcome.Place(host: .address(.first), port: port),
            counted: counted
        )
    }
}

extension Port {
    fileprivate static let one = Port(1).unsafelyUnwrapped
    fileprivate static let http = Port(80).unsafelyUnwrapped
}

extension IPAddress {
    fileprivate static let first = IPAddress("192.0.2.1").unsafelyUnwrapped
}
