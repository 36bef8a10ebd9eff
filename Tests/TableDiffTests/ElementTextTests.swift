import Addressing
import FoundationEssentials
import Reporting
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// The words of plans and drifts where redirects are elements of maps.
@Suite struct ElementTextTests {
    private static let policy = MiniPolicy(
        redirects: [
            .init(name: "web", hooks: [.prerouting, .output], port: 80),
            .init(name: "dns", port: 53, target: 5353),
            .init(name: "mail", port: 25, target: 2525),
            .init(name: "games", form: .bypass, port: 7000),
            .init(name: "logged", form: .chain, port: 8000),
            .init(name: "plain", form: .rule, port: 9000),
        ]
    )

    @Test func `a first apply`() throws {
        try check("elements-first", live: nil, wanted: Self.policy.ruleset)
    }

    @Test func `redirects added, changed and removed`() throws {
        var policy = Self.policy
        policy.redirects[0].target = 9090
        policy.redirects.remove(at: 1)
        policy.redirects[2].form = .element
        policy.redirects.append(.init(name: "new", form: .chain, port: 4000))
        try check(
            "elements-changed",
            live: Sample.live(Self.policy.ruleset),
            wanted: policy.ruleset
        )
    }

    @Test func `the last redirects of maps go`() throws {
        try check(
            "elements-go",
            live: Sample.live(Self.policy.ruleset),
            wanted: MiniPolicy(redirects: [Self.policy.redirects[5]]).ruleset
        )
    }

    @Test func `somebody has changed, removed and added elements`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        let map = try #require(live.maps.firstIndex { $0.name == "out_daddr_dport_dnat" })
        let known = live.maps[map].elements.map(\.element)
        let (dns, web) = (known[1], known[2])
        let other = try #require(IPAddress("10.6.6.6"))
        let (name, nobody) = (dns.key.with(port: 5000), dns.key.with(port: 5001))
        live.maps[map].elements = [
            LiveElement(
                MapElement(key: web.key, value: .address(other).at(8080), redirect: "web")
            ),
            LiveElement(dns),
            LiveElement(MapElement(key: name, value: web.value, redirect: "theirs")),
            LiveElement(MapElement(key: nobody, value: web.value)),
        ]
        try check("elements-tampering", live: live, wanted: Self.policy.ruleset)
    }

    @Test func `somebody has changed the rules that ask`() throws {
        let wanted = Self.policy.ruleset
        var live = try Sample.live(wanted)
        // One asks from where it has no business, another one is gone, a third stands elsewhere.
        let (inbound, outbound) = (0, 1)
        let asking = live.chains[outbound].rules.filter { $0.known?.comment == nil }
        #expect(asking.count == 2)
        live.chains[inbound].rules.append(LiveRule(handle: 700, content: asking[1].content))
        live.chains[outbound].rules.removeAll { $0.known?.comment == nil }
        live.chains[outbound].rules.insert(asking[1], at: 0)
        try check("elements-questions", live: live, wanted: wanted)
    }

    @Test func `somebody has made a map of another type`() throws {
        let wanted = Self.policy.ruleset
        var live = try Sample.live(wanted)
        live.maps[0].type.isCounting = false
        try check("elements-type", live: live, wanted: wanted)
    }

    @Test func `the same connections, cut into other elements`() throws {
        let wanted = MiniPolicy(redirects: [.init(name: "a", form: .bypass, port: 1000)]).ruleset
        var live = try Sample.live(wanted)
        var (left, right) = (live.maps[0].elements[0], live.maps[0].elements[0])
        left.element.key.parts[2] = 1000...1004
        right.element.key.parts[2] = 1005...1009
        live.maps[0].elements = [right, left]
        try check("elements-cut", live: live, wanted: wanted)
    }

    @Test func `a map of somebody else's, and the rule that asks it`() throws {
        let wanted = Self.policy.ruleset
        var live = try Sample.live(wanted)
        let type = MapType(key: [.destinationPort, .transport], value: .verdict)
        let element = MapElement(key: MapKey(exactly: [22, 6]), value: .accept)
        live.maps.append(
            LiveMap(handle: 800, name: "theirs", type: type, elements: [LiveElement(element)])
        )
        let rule = MiniPolicy.question(to: "theirs", type)
        live.chains[1].rules.insert(LiveRule(handle: 801, content: .known(rule)), at: 1)
        try check("elements-theirs", live: live, wanted: wanted)
    }

    @Test func `of many redirects a few are shown, and the others counted`() throws {
        let difference = Difference(
            live: nil,
            wanted: Self.policy.ruleset,
            marker: Sample.marker
        )
        let lines = PlanText(difference, atMost: 2).changes(objects: false).map(\.text)
        #expect(
            lines == [
                "  + the table itself",
                "  + plain  outbound  tcp  *:9000           → local:8080",
                "  + mail   outbound  tcp  198.51.100.7:25  → 10.0.0.5:2525",
                "  … and 4 more redirects; `--all` shows them", "",
            ]
        )
    }

    @Test func `machines are told the elements with their maps`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        live.maps[0].elements = []
        let difference = Difference(
            live: live,
            wanted: Self.policy.ruleset,
            marker: Sample.marker
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let report = try encoder.encode(DifferenceJSON(difference, table: "t"))
        try Golden().check(String(decoding: report, as: UTF8.self) + "\n", against: "elements.json")
    }

    private func check(_ name: String, live: LiveTable?, wanted: Ruleset) throws {
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        let blocks = [
            ("PLAN", PlanText(difference).lines(objects: true)),
            ("DRIFT", DriftText(difference).lines(objects: false)),
        ]
        let text = blocks.map { title, lines in
            "----- \(title)\n" + lines.map { $0.text + "\n" }.joined()
        }
        try Golden().check(text.joined(), against: "\(name).txt")
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }
}

extension MapKey {
    fileprivate func with(port: UInt128) -> MapKey {
        var key = self
        key.parts[2] = port...port
        return key
    }
}

extension MapValue {
    fileprivate func at(_ port: UInt16) -> MapValue {
        guard case .address(let address) = self, let port = Port(port) else { return self }
        return .addressAndPort(address, port)
    }
}
