import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

@Suite struct DifferenceTests {
    @Test func `a table that is as wanted differs in nothing`() throws {
        let wanted = Sample.ruleset(["a": 80, "b": 81])
        let live = try Sample.live(wanted)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.isEmpty)
        #expect(difference.redirects.isEmpty)
        #expect(difference.unchanged == 2)
    }

    @Test func `one changed redirect out of many is one deletion and one insertion`() throws {
        let live = try Sample.live(Sample.ruleset(["a": 80, "b": 81, "c": 82]))
        let wanted = Sample.ruleset(["a": 80, "b": 9999, "c": 82])
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.name) == ["b"])
        #expect(difference.redirects.map(\.kind) == [.change])
        #expect(difference.commands.count == 2)
        let after = try Sample.carryOut(difference, on: live)
        let kept = after.chains[1].rules.filter { $0.redirect != "b" }.map(\.handle)
        #expect(kept == live.chains[1].rules.filter { $0.redirect != "b" }.map(\.handle))
    }

    @Test func `a moved redirect is moved, and the others keep their handles`() throws {
        let live = try Sample.live(Sample.ruleset(["a": 80, "b": 81, "c": 82]))
        let wanted = Sample.ruleset(["c": 82, "a": 80, "b": 81])
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.name) == ["c"])
        #expect(difference.redirects.map(\.kind) == [.move])
        #expect(difference.commands.count == 2)
    }

    @Test func `base chains are never made again while hook and priority stay`() throws {
        let live = try Sample.live(Sample.ruleset(["a": 80]))
        let difference = Difference(
            live: live,
            wanted: Sample.ruleset([:]),
            marker: Marker(number: 2, digest: Sample.digest)
        )
        for command in difference.commands {
            switch command {
            case .addChain, .deleteChain, .flushChain, .deleteTable, .addTable:
                Issue.record("\(command) touches a base chain")
            default: break
            }
        }
    }

    @Test func `another priority makes the chains again, and says so`() throws {
        let live = try Sample.live(Sample.ruleset(["a": 80]))
        let wanted = Sample.ruleset(["a": 80], priority: -110)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.structure.count == 2)
        #expect(
            try Difference(
                live: Sample.carryOut(difference, on: live),
                wanted: wanted,
                marker: Sample.marker
            ).isEmpty
        )
    }

    @Test func `a rule of somebody else is foreign, named with its place, and goes`() throws {
        var live = try Sample.live(Sample.ruleset(["a": 80, "b": 81]))
        let foreign = LiveRule(handle: 77, content: .foreign("tcp dport 22 accept"))
        live.chains[1].rules.insert(foreign, at: 1)
        let wanted = Sample.ruleset(["a": 80, "b": 81])
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.isEmpty)
        #expect(difference.foreign.map(\.kind) == ["rule"])
        #expect(difference.foreign[0].place == "chain output, between `a` and `b`")
        #expect(difference.commands == [.deleteRule(foreign, chain: "output")])
    }

    @Test func `foreign chains, maps and counters are named and go`() throws {
        let wanted = Sample.ruleset(["a": 80])
        var live = try Sample.live(wanted)
        live.chains.append(
            LiveChain(
                name: "theirs",
                handle: 90,
                rules: [LiveRule(handle: 91, content: .foreign("accept"))]
            )
        )
        live.others.append(LiveObject(kind: "map", name: "m", handle: 92))
        live.counters.append(LiveCounter(name: "mine", handle: 93, packets: 0, bytes: 0))
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.foreign.map(\.kind) == ["chain", "rule", "map", "counter"])
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `a name that nft can't say makes the whole table again`() throws {
        let wanted = Sample.ruleset(["a": 80])
        var live = try Sample.live(wanted)
        live.chains.append(LiveChain(name: "a b", handle: 90))
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.structure == [.tableReplaced])
        #expect(difference.commands.prefix(2) == [.addTable, .deleteTable])
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `a dormant table is made again`() throws {
        let wanted = Sample.ruleset(["a": 80])
        let live = LiveTable(name: "t", isDormant: true)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.structure == [.tableDormant])
        #expect(difference.commands.prefix(2) == [.addTable, .deleteTable])
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `the marker is exchanged and is no change of substance`() throws {
        let wanted = Sample.ruleset(["a": 80])
        let live = try Sample.live(wanted)
        let next = Marker(number: 2, digest: Sample.digest)
        let difference = Difference(live: live, wanted: wanted, marker: next)
        #expect(difference.commands == [.addMarker(next), .deleteMarker(Sample.marker)])
        #expect(!difference.isSubstantial)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `carrying out a difference gives what was wanted`(seed: UInt64) throws {
        var generator = RulesetGenerator(seed: seed)
        let (before, wanted) = (
            generator.ruleset(table: "t"), generator.ruleset(table: "t")
        )
        let live = try Sample.live(before)
        let next = Marker(number: 2, digest: Sample.digest)
        let difference = Difference(live: live, wanted: wanted, marker: next)
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: next).isEmpty)
        for chain in wanted.chains {
            let rules = after.chains.first { $0.name == chain.name }?.rules.compactMap(\.known)
            #expect(rules == chain.rules)
        }
        #expect(Set(after.counters.map(\.name)) == Set(wanted.counters))
    }
}
