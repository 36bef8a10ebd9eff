import Addressing
import Reporting
import RulesetModel
import TableDiff
import Testing

/// What others do to a table, and how it is told and mended.
@Suite struct TamperingTests {
    let wanted = Sample.ruleset(["a": 80, "b": 81])

    @Test(arguments: ["ip", "map", "handle", "a\\b", "counter", "last"])
    func `a name that nft takes for something else makes the whole table again`(
        name: String
    ) throws {
        for kind in ["chain", "counter", "set"] {
            var live = try Sample.live(wanted)
            switch kind {
            case "chain": live.chains.append(LiveChain(name: name, handle: 90))
            case "counter":
                live.counters.append(LiveCounter(name: name, handle: 90, packets: 0, bytes: 0))
            default: live.others.append(LiveObject(kind: kind, name: name, handle: 90))
            }
            let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
            #expect(difference.structure == [.tableReplaced])
            #expect(difference.commands.prefix(2) == [.addTable, .deleteTable])
        }
    }

    @Test func `a rule of ours that is there twice is shown`() throws {
        var live = try Sample.live(wanted)
        var again = live.chains[1].rules[0]
        again.handle = 500
        live.chains[1].rules.append(again)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.commands == [.deleteRule(again, chain: "output")])
        let drift = DriftText(difference).lines(objects: false).map(\.text)
        #expect(drift.contains("      unexpected in output: \(again.text)"))
        let plan = PlanText(difference).lines(objects: false).map(\.text)
        #expect(plan.contains("      - output: \(again.text)"))
    }

    @Test func `a chain that drops keeps its place and its rules, and accepts again`() throws {
        var live = try Sample.live(wanted)
        let head = BaseChain.Head(hook: .output, priority: -105)
        live.chains[1].attachment = .dropping(head)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.structure == [.chainDrops("output")])
        #expect(difference.redirects.isEmpty)
        #expect(difference.commands == [.acceptByDefault(chain: "output")])
        #expect(
            DriftText(difference).lines(objects: false).first?.text
                == "  ~ chain output drops what no redirect matches (policy drop)"
        )
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `the order in which the kernel lists the chains says nothing`() throws {
        var wanted = wanted
        wanted.chains[0].rules = wanted.chains[1].rules
        var live = try Sample.live(wanted)
        live.chains.reverse()
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.isEmpty)
        #expect(difference.redirects.isEmpty)
        #expect(difference.unchanged == 2)
    }

    @Test func `rules of one redirect in another order are moved`() throws {
        var wanted = Sample.ruleset(["a": 80])
        let rule = wanted.chains[1].rules[0]
        var other = rule
        other.selector.protocols = [.udp]
        wanted.chains[1].rules = [rule, other]
        var live = try Sample.live(wanted)
        live.chains[1].rules.reverse()
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.kind) == [.move])
    }

    @Test func `redirects are told in the order of the policy, whatever their direction`() {
        let rules = Sample.ruleset(["in1": 1, "out1": 2, "both": 3, "in2": 4, "out2": 5, "out3": 6])
            .chains[1].rules
        var wanted = wanted
        wanted.chains[0].rules = rules.filter { !($0.comment?.hasPrefix("out") ?? false) }
        wanted.chains[1].rules = rules.filter { !($0.comment?.hasPrefix("in") ?? false) }
        let difference = Difference(live: nil, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.name) == ["in1", "out1", "both", "in2", "out2", "out3"])
    }
}
