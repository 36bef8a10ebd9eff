import RulesetModel
import TableDiff
import Testing

/// What redirects have counted, wherever they count.
@Suite struct CountTests {
    @Test func `a redirect's count is that of its counter and of the elements that decide`() throws
    {
        let policy = MiniPolicy(
            redirects: [
                .init(name: "web", hooks: [.prerouting, .output], port: 80),
                .init(name: "games", form: .bypass, port: 7000),
                .init(name: "logged", form: .chain, port: 8000),
                .init(name: "plain", form: .rule, port: 9000),
            ]
        )
        var table = try Sample.live(policy.ruleset)
        table.count(from: 100)
        table.counters[0].packets = 7
        table.counters[0].bytes = 420
        // The elements count 100, 101, 102 and 103, in the order of maps and keys.
        #expect(Self.counts(table)["web"] == PacketCount(packets: 201, bytes: 12060))
        #expect(Self.counts(table)["games"] == PacketCount(packets: 102, bytes: 6120))
        #expect(Self.counts(table)["plain"] == PacketCount(packets: 7, bytes: 420))
        #expect(Self.counts(table)["logged"] == .some(nil))
    }

    @Test func `a counter and elements are added up, and what does not count is not counted`()
        throws
    {
        let policy = MiniPolicy(redirects: [.init(name: "web", port: 80)])
        var table = try Sample.live(policy.ruleset)
        table.count(from: 5)
        table.counters = [LiveCounter(name: "rc_web", handle: 9, packets: 2, bytes: 120)]
        var rule = policy.redirects[0].rule
        rule.counter = "rc_web"
        table.chains[1].rules.append(LiveRule(handle: 8, content: .known(rule)))
        #expect(Self.counts(table)["web"] == PacketCount(packets: 7, bytes: 420))
        let silent = MiniPolicy(redirects: policy.redirects, isCounting: false).ruleset
        #expect(Self.counts(try Sample.live(silent))["web"] == .some(nil))
    }

    private static func counts(_ table: LiveTable) -> [String: PacketCount?] {
        let counts = RedirectCounts(table)
        return Dictionary(
            RedirectView.redirects(in: table).map { ($0.name, counts.count(of: $0.name, $0.rules)) }
        ) { first, _ in first }
    }
}
