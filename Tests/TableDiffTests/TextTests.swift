import Addressing
import Reporting
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// The words of plans and drifts, with what they are about: before, after, text.
@Suite struct TextTests {
    @Test func `nothing to do`() throws {
        let ruleset = Sample.ruleset(["a": 80, "b": 81])
        try check("nothing-to-do", live: Sample.live(ruleset), wanted: ruleset)
    }

    @Test func `a first apply`() throws {
        try check("first-apply", live: nil, wanted: Sample.ruleset(["a": 80, "b": 81]))
    }

    @Test func `redirects added, changed, moved and removed`() throws {
        try check(
            "redirects",
            live: Sample.live(Sample.ruleset(["web": 80, "dns": 53, "old-api": 9000, "last": 7])),
            wanted: Sample.ruleset(["last": 7, "web": 8000, "dns": 53, "new": 25])
        )
    }

    @Test func `everything about a redirect changes`() throws {
        let before = try Self.redirect(.prerouting, .ipv4, [.tcp], "10.0.0.0/8", 80)
        let after = try Self.redirect(.output, .ipv6, [.tcp, .udp], "fd00::/8", 81)
        try check("whole-redirect", live: Sample.live(before), wanted: after)
    }

    @Test func `somebody has changed, removed and added rules`() throws {
        let ruleset = Sample.ruleset(["a": 80, "b": 81, "c": 82])
        var live = try Sample.live(ruleset)
        let tampered = Sample.ruleset(["a": 8888]).chains[1].rules[0]
        live.chains[1].rules[0] = LiveRule(handle: 500, content: .known(tampered))
        live.chains[1].rules[1] = LiveRule(handle: 501, content: .foreign("tcp dport 22 accept"))
        live.others.append(LiveObject(kind: "map", name: "m", handle: nil))
        try check("tampering", live: live, wanted: ruleset)
    }

    @Test func `somebody has moved the chains`() throws {
        let ruleset = Sample.ruleset(["a": 80])
        var live = try Sample.live(ruleset)
        live.chains[0].attachment = .other("type filter hook prerouting priority 0; policy drop;")
        live.chains.remove(at: 1)
        try check("chains", live: live, wanted: ruleset)
    }

    @Test func `the table is gone or dormant`() throws {
        let ruleset = Sample.ruleset(["a": 80])
        try check("table-gone", live: nil, wanted: ruleset)
        try check("dormant", live: LiveTable(name: "t", isDormant: true), wanted: ruleset)
    }

    @Test func `a redirect with exceptions comes, changes and goes`() throws {
        let (proxy, other) = (Self.proxy(users: 65534...65534), Self.proxy(users: 0...0))
        try check("exceptions-come", live: Sample.live(Self.proxy(users: nil)), wanted: proxy)
        try check("exceptions-change", live: Sample.live(other), wanted: proxy)
        try check("exceptions-go", live: Sample.live(proxy), wanted: Self.proxy(users: nil))
    }

    @Test func `long lists are abridged in a line`() throws {
        let addresses = (1...9).map { "192.0.2.\($0 * 16)/28" }.joined(separator: ",")
        let wanted = try Self.redirect(.output, .ipv4, [.tcp], addresses, 80)
        try check("long-list", live: nil, wanted: wanted)
    }

    /// An outbound redirect, with or without users that it excepts.
    private static func proxy(users: ClosedRange<UInt32>?) -> Ruleset {
        var ruleset = Sample.ruleset(["proxy": 80])
        guard let users else { return ruleset }
        let deciding = ruleset.chains[1].rules
        let returning = Rule(
            selector: Selector(users: IntervalSet([users])),
            statement: .return,
            comment: "proxy"
        )
        ruleset.chains[1].rules = deciding.map {
            Rule(selector: $0.selector, statement: .jump(to: "out_proxy"), comment: "proxy")
        }
        ruleset.regularChains = [RegularChain(name: "out_proxy", rules: [returning] + deciding)]
        return ruleset
    }

    private func check(_ name: String, live: LiveTable?, wanted: Ruleset) throws {
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        let text = """
            ----- KERNEL
            \(Self.listing(live))
            ----- WANTED
            \(wanted.script)
            ----- PLAN
            \(Self.text(PlanText(difference).lines(objects: true)))
            ----- DRIFT
            \(Self.text(DriftText(difference).lines(objects: false)))

            """
        try Golden().check(text, against: "\(name).txt")
    }

    private static func text(_ lines: [ReportLine]) -> String {
        lines.map(\.text).joined(separator: "\n")
    }

    private static func listing(_ table: LiveTable?) -> String {
        guard let table else { return "no table" }
        let chains = table.chains.map { chain in
            (["chain \(chain.name) { \(chain.attachment) }"] + chain.rules.map { "  \($0.text)" })
                .joined(separator: "\n")
        }
        let others = table.others.map { "\($0.kind) \($0.name)" }
        return (chains + others + (table.isDormant ? ["dormant"] : [])).joined(separator: "\n")
    }

    private static func redirect(
        _ hook: Hook,
        _ family: IPFamily,
        _ protocols: [TransportProtocol],
        _ source: String,
        _ port: UInt16
    ) throws -> Ruleset {
        let port = try #require(Port(port))
        let rule = Rule(
            selector: Selector(
                family: family,
                protocols: protocols,
                sourceAddresses: AddressSet(stored: source),
                destinationPorts: PortSet([port...port])
            ),
            statement: .dnatPort(to: .port(try #require(Port(port.number + 8000)))),
            comment: "a"
        )
        return Ruleset(
            table: "t",
            chains: [.prerouting, .output].map {
                BaseChain(head: .init(hook: $0, priority: -105), rules: $0 == hook ? [rule] : [])
            }
        )
    }
}
