import Addressing
import RulesetModel
import Testing

/// What a rule means for one element of the map that it asks.
@Suite struct NarrowingTests {
    @Test(
        arguments: [
            (KeyField.inputInterface, interface("eth0"), #"iifname "eth0""#),
            (.outputInterface, interface("wg0"), #"oifname "wg0""#),
            (.user, 1000...1999, "meta skuid 1000-1999"),
            (.group, 5...5, "meta skgid 5"),
            (.mark, 16...16, "meta mark 0x10"),
            (.sourceAddress(.ipv4), 0x0A00_0000...0x0AFF_FFFF, "ip saddr 10.0.0.0/8"),
            (.destinationAddress(.ipv4), 0x0A00_0001...0x0A00_0001, "ip daddr 10.0.0.1"),
            (.transport, 17...17, "meta l4proto udp"),
            (.transport, 6...17, "meta l4proto { tcp, udp }"),
            (.sourcePort, 1...1, "th sport 1"),
            (.destinationPort, 0...80, "th dport 1-80"),
        ]
    )
    func `each part of a key becomes a match`(
        field: KeyField,
        numbers: ClosedRange<UInt128>,
        text: String
    ) throws {
        let rule = Self.asking([field])
        let element = MapElement(key: MapKey([numbers]), value: .accept, redirect: "r")
        let narrowed = try #require(rule.narrowed(to: element))
        #expect(narrowed.text.contains(text))
        #expect(narrowed.statement == .accept)
        #expect(narrowed.comment == "r")
    }

    @Test(
        arguments: [
            KeyField.inputInterface, .user, .group, .mark, .sourceAddress(.ipv4),
            .destinationAddress(.ipv4), .sourcePort, .destinationPort,
        ]
    )
    func `a part that may be anything matches nothing in particular`(field: KeyField) throws {
        let rule = Self.asking([field])
        let element = MapElement(key: MapKey([0...field.highest]), value: .accept, redirect: "r")
        #expect(rule.narrowed(to: element)?.selector == rule.selector)
    }

    @Test func `what the rule matches besides holds, too`() throws {
        var rule = Self.asking([.destinationAddress(.ipv4), .destinationPort])
        rule.selector.destinationAddresses = AddressSet(stored: "10.0.0.0/8")
        rule.selector.destinationPorts = PortSet(stored: "80,90-99")
        let key = MapKey([0x0900_0000...0x0A00_0001, 80...95])
        let narrowed = rule.narrowed(to: MapElement(key: key, value: .accept))
        #expect(narrowed?.selector.destinationAddresses?.description == "10.0.0.0/31")
        #expect(narrowed?.selector.destinationPorts?.description == "80,90-95")
    }

    @Test func `where nothing is left, or nothing that can be said, there is no rule`() {
        func narrowed(
            _ field: KeyField,
            _ numbers: ClosedRange<UInt128>,
            _ change: (inout Selector) -> Void = { _ in }
        ) -> Rule? {
            var rule = Self.asking([field])
            change(&rule.selector)
            return rule.narrowed(to: MapElement(key: MapKey([numbers]), value: .accept))
        }
        #expect(narrowed(.transport, 1...1) == nil)
        #expect(narrowed(.destinationPort, 0...0) == nil)
        #expect(narrowed(.destinationAddress(.ipv6), 1...1) == nil)
        #expect(narrowed(.mark, 1...2) == nil)
        #expect(narrowed(.mark, 1...1) { $0.mark = PacketMark(value: 2, mask: 2) } == nil)
        #expect(narrowed(.mark, 3...3) { $0.mark = PacketMark(value: 2, mask: 2) } != nil)
        #expect(narrowed(.user, 5...6) { $0.users = IntervalSet([7...8]) } == nil)
        #expect(narrowed(.transport, 6...17) { $0.protocols = [] } == nil)
        let (lo, eth0) = (Self.interface("lo"), Self.interface("eth0"))
        let pattern = InterfacePattern(name: "eth", isPrefix: true)
        #expect(narrowed(.inputInterface, lo) { $0.inputInterfaces = [pattern] } == nil)
        #expect(narrowed(.inputInterface, eth0) { $0.inputInterfaces = [pattern] } != nil)
    }

    @Test func `the value becomes the statement`() throws {
        let lookup = Lookup("m", by: [.destinationPort])
        let address = try #require(IPAddress("10.0.0.5"))
        let port = try #require(Port(8080))
        let cases: [(Statement, MapValue, String?)] = [
            (.dnatMapped(.ipv4, by: lookup), .address(address), "dnat ip to 10.0.0.5"),
            (
                .dnatMapped(.ipv4, by: lookup), .addressAndPort(address, port),
                "dnat ip to 10.0.0.5:8080"
            ),
            (.dnatMapped(.ipv6, by: lookup), .address(address), nil),
            (.dnatPort(to: .mapped(by: lookup)), .port(port), "dnat to :8080"),
            (
                .dnat(to: address, port: .mapped(by: lookup)), .port(port),
                "dnat ip to 10.0.0.5:8080"
            ),
            (.redirect(port: .mapped(by: lookup)), .port(port), "redirect to :8080"),
            (.verdict(by: lookup), .accept, "accept"),
            (.verdict(by: lookup), .jump(to: "c"), "jump c"),
            (.verdict(by: lookup), .port(port), nil),
            (.accept, .accept, nil),
        ]
        for (statement, value, text) in cases {
            let rule = Rule(selector: Selector(protocols: [.tcp]), statement: statement)
            let element = MapElement(key: MapKey(exactly: [80]), value: value)
            #expect(rule.narrowed(to: element)?.statement.text == text)
        }
    }

    @Test func `a key of other parts than the question is none`() {
        let element = MapElement(key: MapKey(exactly: [80, 6]), value: .accept)
        #expect(Self.asking([.destinationPort]).narrowed(to: element) == nil)
    }

    private static func asking(_ key: [KeyField]) -> Rule {
        Rule(
            selector: Selector(family: .ipv4, protocols: TransportProtocol.allCases),
            statement: .verdict(by: Lookup("m", by: key))
        )
    }

    private static func interface(_ name: String) -> ClosedRange<UInt128> {
        let number = KeyField.number(ofInterface: name)
        return number...number
    }
}
