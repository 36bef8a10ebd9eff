import Addressing
import Reporting
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Redirects that look their ports up in a map.
@Suite struct MapTests {
    @Test func `a map comes before the rule that looks into it, and goes after it`() throws {
        let shift = try Self.ruleset(1000, 5000)
        let live = try Sample.live(shift)
        #expect(live.maps.map(\.content) == shift.maps)
        let removal = Difference(live: live, wanted: Sample.ruleset([:]), marker: Sample.marker)
        #expect(removal.redirects.map(\.kind) == [.remove])
        #expect(removal.foreign.isEmpty)
        #expect(try Sample.carryOut(removal, on: live).maps.isEmpty)
    }

    @Test func `another target is a change of the elements, and of no rule`() throws {
        let live = try Sample.live(Self.ruleset(1000, 5000))
        let wanted = try Self.ruleset(1000, 6000)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.kind) == [.change])
        #expect(difference.commands.count == 14)
        for command in difference.commands {
            switch command {
            case .addElements, .deleteElements: break
            default: Issue.record("\(command)")
            }
        }
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `one element that somebody changed is told and mended`() throws {
        let wanted = try Self.ruleset(1000, 5000)
        var live = try Sample.live(wanted)
        live.maps[0].elements[5] = LiveElement(try Self.element(1005, 6666))
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(
            difference.commands == [
                .deleteElements([try Self.element(1005, 6666)], map: "ports_a", Self.type),
                .addElements(
                    [LiveElement(try Self.element(1005, 5005))],
                    map: "ports_a",
                    Self.type
                ),
            ]
        )
        try check("map-tampering", live: live, wanted: wanted)
    }

    @Test func `a map that is missing is filled again`() throws {
        let wanted = try Self.ruleset(1000, 5000)
        var live = try Sample.live(wanted)
        live.maps[0].elements = []
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        let after = try Sample.carryOut(difference, on: live)
        #expect(after.maps.map(\.content) == wanted.maps)
        try check("map-empty", live: live, wanted: wanted)
    }

    @Test func `something else of the map's name is replaced, and so is the rule`() throws {
        let wanted = try Self.ruleset(1000, 5000)
        var live = try Sample.live(wanted)
        live.maps = []
        live.others = [LiveObject(kind: "map", name: "ports_a", handle: 7)]
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.foreign.map(\.text) == ["ports_a"])
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `a large map is made with room to double, and again when that is used up`() throws {
        let wanted = try Self.ruleset(1, 20_000, count: 5000)
        let live = try Sample.live(wanted)
        #expect(live.maps.map(\.size) == [16_384])
        let more = try Self.ruleset(1, 20_000, count: 16_384)
        let grown = Difference(live: live, wanted: more, marker: Sample.marker)
        #expect(!grown.commands.contains(.deleteMap(name: "ports_a", Self.type)))
        #expect(try Sample.carryOut(grown, on: live).maps.map(\.size) == [16_384])
        let most = try Self.ruleset(1, 20_000, count: 16_385)
        let again = Difference(live: live, wanted: most, marker: Sample.marker)
        #expect(again.commands.contains(.deleteMap(name: "ports_a", Self.type)))
        #expect(again.structure.isEmpty)
        let after = try Sample.carryOut(again, on: live)
        #expect(after.maps.map(\.content) == most.maps)
        #expect(after.maps.map(\.size) == [65_536])
    }

    @Test func `how much room a map has is no drift`() throws {
        let wanted = try Self.ruleset(1, 20_000, count: 5000)
        var live = try Sample.live(wanted)
        for size in [nil, 8192, 16_384, 1_000_000] {
            live.maps[0].size = size
            #expect(Difference(live: live, wanted: wanted, marker: Sample.marker).isEmpty)
        }
    }

    @Test(arguments: [1, 5000, 8191])
    func `less room than any map of ours has is a limit that somebody set`(size: Int) throws {
        for count: UInt16 in [1, 5000] where Int(count) <= size {
            let wanted = try Self.ruleset(1, 20_000, count: count)
            var live = try Sample.live(wanted)
            live.maps[0].size = size
            let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
            #expect(difference.structure == [.mapLimited("ports_a", size: size)])
            #expect(difference.redirects.isEmpty)
            #expect(difference.foreign.isEmpty)
            let drift = DriftText(difference).lines(objects: false).map(\.text)
            let most = size == 1 ? "1 element" : "\(size) elements"
            #expect(drift[0] == "  ~ map ports_a takes no more than \(most) (size \(size))")
            let after = try Sample.carryOut(difference, on: live)
            #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
            #expect(after.maps.map(\.content) == wanted.maps)
        }
    }

    @Test func `a map that no redirect has is foreign`() throws {
        let wanted = Sample.ruleset(["a": 80])
        var live = try Sample.live(wanted)
        live.maps.append(LiveMap(handle: 9, name: "theirs", type: Self.type, elements: []))
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.foreign.map(\.kind) == ["map"])
        #expect(difference.commands == [.deleteMap(name: "theirs", Self.type)])
    }

    private func check(_ name: String, live: LiveTable, wanted: Ruleset) throws {
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        let blocks = [
            ("PLAN", PlanText(difference).lines(objects: true)),
            ("DRIFT", DriftText(difference).lines(objects: false)),
        ]
        let text = blocks.map { title, lines in
            "----- \(title)\n" + lines.map { $0.text + "\n" }.joined()
        }
        try Golden().check(text.joined(), against: "\(name).txt")
    }

    private static let type = MapType(key: [.destinationPort], value: .port)

    private static func element(_ from: UInt16, _ to: UInt16) throws -> MapElement {
        MapElement(key: MapKey(exactly: [UInt128(from)]), value: .port(try #require(Port(to))))
    }

    /// A redirect `a` that shifts so many ports.
    static func ruleset(
        _ from: UInt16,
        _ to: UInt16,
        count: UInt16 = 1000
    ) throws -> Ruleset {
        let elements = try (0..<count).map { try element(from + $0, to + $0) }
        let (first, last) = (try #require(Port(from)), try #require(Port(from + count - 1)))
        var ruleset = Sample.ruleset([:])
        ruleset.maps = [LookupMap(name: "ports_a", type: type, elements: elements)]
        ruleset.chains[1].rules = [
            Rule(
                selector: Selector(
                    protocols: [.tcp, .udp],
                    destinationPorts: PortSet([first...last])
                ),
                statement: .dnatPort(to: .mapped(by: Lookup("ports_a", by: type.key))),
                comment: "a"
            )
        ]
        return ruleset
    }
}
