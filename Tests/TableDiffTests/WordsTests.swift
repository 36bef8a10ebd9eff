import Addressing
import RulesetModel
import TableDiff
import Testing

/// The words for redirects that are several elements of several maps.
@Suite struct WordsTests {
    @Test func `elements that differ in protocol and port are one redirect`() throws {
        let keys = try [6, 17].flatMap { transport in
            try [80...80, 443...443, 8000...8010].map { try Self.key("203.0.113.7", transport, $0) }
        }
        let view = try Self.view([.init(.output, .ipv4, keys)])
        #expect(view.direction == "outbound")
        #expect(view.family == "IPv4")
        #expect(view.protocols == "tcp,udp")
        #expect(view.destination == "203.0.113.7:80,443,8000-8010")
        #expect(view.source == nil)
        #expect(view.target == "unchanged")
    }

    @Test func `a draw of all numbers has words, though no policy makes one`() {
        let last = Rule(
            selector: Selector(protocols: [.tcp]),
            statement: .redirect(port: nil),
            comment: "r"
        )
        var all = last
        all.draw = LoadBalancing(.random, modulus: .max, range: 0...UInt32.max)
        let head = BaseChain.Head(hook: .output, priority: -105)
        let ruleset = Ruleset(table: "t", chains: [BaseChain(head: head, rules: [all, last])])
        let redirects = RedirectView.redirects(in: LiveTable(holding: ruleset))
        let view = RedirectView(redirects.first?.rules ?? [])
        #expect(view?.target.hasPrefix("random: ") == true)
    }

    @Test func `so are those of both families and directions`() throws {
        let ipv4 = try Self.key("203.0.113.0/24", 6, 80...80)
        let ipv6 = try Self.key("2001:db8::/32", 6, 80...80)
        let view = try Self.view([
            .init(.prerouting, .ipv4, [ipv4]), .init(.prerouting, .ipv6, [ipv6]),
            .init(.output, .ipv4, [ipv4]), .init(.output, .ipv6, [ipv6]),
        ])
        #expect(view.direction == "both")
        #expect(view.family == nil)
        #expect(view.destination == "203.0.113.0/24,[2001:db8::/32]:80")
    }

    @Test func `what an earlier redirect takes out of the middle changes no word`() throws {
        let view = try Self.view([
            .init(
                .output,
                .ipv4,
                [
                    Self.key("10.0.0.0-10.0.0.4", 6, 80...90),
                    Self.key("10.0.0.5", 6, 80...84), Self.key("10.0.0.5", 6, 86...90),
                    Self.key("10.0.0.6-10.0.0.255", 6, 80...90),
                ]
            )
        ])
        #expect(view.destination == "10.0.0.0/24:80-90")
    }

    @Test func `a part of the key that may be anything is no word`() throws {
        let view = try Self.view([.init(.output, .ipv4, [Self.key("0.0.0.0/0", 6, 0...65535)])])
        #expect(view.destination == "*")
        #expect(view.family == "IPv4")
    }

    @Test func `a map for one family beside a rule for addresses of the other`() throws {
        var table = try Self.table([.init(.output, .ipv4, [Self.key("0.0.0.0/0", 6, 80...80)])])
        let selector = Selector(
            family: .ipv6,
            protocols: [.tcp],
            destinationAddresses: AddressSet(stored: "fd00::/8"),
            destinationPorts: PortSet(stored: "80")
        )
        table.chains[1].rules.append(
            LiveRule(
                handle: 9,
                content: .known(Rule(selector: selector, statement: .accept, comment: "r"))
            )
        )
        let rules = RedirectView.redirects(in: table)
        #expect(rules.map(\.name) == ["r"])
        let view = try #require(RedirectView(rules[0].rules))
        #expect(view.destination == "0.0.0.0/0,[fd00::/8]:80")
    }

    @Test func `elements that lead to two places are put into no words`() throws {
        let jump = MapElement(
            key: try Self.key("10.0.0.1", 6, 80...80),
            value: .jump(to: "nowhere"),
            redirect: "r"
        )
        var table = try Self.table([.init(.output, .ipv4, [])])
        table.maps[0].elements = [LiveElement(jump)]
        let rules = RedirectView.redirects(in: table)
        #expect(rules.map(\.name) == ["r"])
        #expect(RedirectView(rules[0].rules) == nil)
    }

    @Test func `elements of a map that no rule asks are no redirects`() throws {
        var table = try Self.table([.init(.output, .ipv4, [Self.key("10.0.0.1", 6, 80...80)])])
        table.chains[1].rules = []
        #expect(RedirectView.redirects(in: table).isEmpty)
    }

    @Test func `an element that no connection can meet is no redirect`() throws {
        let table = try Self.table([.init(.output, .ipv4, [Self.key("10.0.0.1", 1, 80...80)])])
        #expect(RedirectView.redirects(in: table).isEmpty)
    }

    /// A map of redirect `r`, with the hook where it is asked.
    private struct Map {
        let hook: Hook
        let family: IPFamily
        let keys: [MapKey]

        init(_ hook: Hook, _ family: IPFamily, _ keys: [MapKey]) {
            (self.hook, self.family, self.keys) = (hook, family, keys)
        }

        var name: String { "\(hook.rawValue)_\(family.rawValue)" }

        var type: MapType {
            MapType(
                key: [.destinationAddress(family), .transport, .destinationPort],
                value: .verdict,
                isInterval: true
            )
        }

        var question: Rule {
            Rule(
                selector: Selector(family: family, protocols: TransportProtocol.allCases),
                statement: .verdict(by: Lookup(name, by: type.key))
            )
        }
    }

    private static func key(
        _ addresses: String,
        _ transport: UInt128,
        _ ports: ClosedRange<UInt128>
    ) throws -> MapKey {
        MapKey([try AddressRange(parsing: addresses).bits, transport...transport, ports])
    }

    private static func table(_ maps: [Map]) throws -> LiveTable {
        var ruleset = Sample.ruleset([:])
        for map in maps {
            let elements = map.keys.map { MapElement(key: $0, value: .accept, redirect: "r") }
            ruleset.maps.append(LookupMap(name: map.name, type: map.type, elements: elements))
            ruleset.chains[map.hook == .output ? 1 : 0].rules.append(map.question)
        }
        return try Sample.live(ruleset)
    }

    private static func view(_ maps: [Map]) throws -> RedirectView {
        let redirects = RedirectView.redirects(in: try table(maps))
        #expect(redirects.map(\.name) == ["r"])
        return try #require(RedirectView(redirects.first?.rules ?? []))
    }
}
