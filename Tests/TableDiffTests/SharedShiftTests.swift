import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Several redirects that look their ports up in one map.
@Suite struct SharedShiftTests {
    private static let a = ("a", UInt16(1000)...1009)
    private static let b = ("b", UInt16(1005)...1014)
    private static let c = ("c", UInt16(2000)...2009)

    @Test func `one that comes or goes is no change of the others`() throws {
        for (before, after, kind) in [
            ([Self.a], [Self.a, Self.b], RedirectChange.Kind.add),
            ([Self.a, Self.b], [Self.a], .remove),
            ([Self.b, Self.c], [Self.b, Self.a, Self.c], .add),
        ] {
            let live = try Sample.live(Self.ruleset(before))
            let wanted = try Self.ruleset(after)
            let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
            #expect(difference.redirects.map(\.kind) == [kind])
            let carriedOut = try Sample.carryOut(difference, on: live)
            #expect(Difference(live: carriedOut, wanted: wanted, marker: Sample.marker).isEmpty)
        }
    }

    @Test func `an element that somebody changed is told of those whose port it is`() throws {
        let wanted = try Self.ruleset([Self.a, Self.b, Self.c])
        for (port, names) in [(1002, ["a"]), (1007, ["a", "b"]), (2003, ["c"])] {
            var live = try Sample.live(wanted)
            let index = live.maps[0].elements.firstIndex {
                $0.element.key == MapKey(exactly: [UInt128(port)])
            }
            live.maps[0].elements[try #require(index)] = LiveElement(
                try Self.element(UInt16(port), 1)
            )
            let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
            #expect(difference.redirects.map(\.name) == names)
            #expect(difference.commands.count == 2)
        }
    }

    @Test func `an element for a port of nobody's is told and removed`() throws {
        let wanted = try Self.ruleset([Self.a, Self.c])
        var live = try Sample.live(wanted)
        live.maps[0].elements.append(LiveElement(try Self.element(70, 80)))
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.name) == ["a", "c"])
        #expect(difference.commands.count == 1)
        let carriedOut = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: carriedOut, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    private static let type = MapType(key: [.destinationPort], value: .port)

    private static func element(_ from: UInt16, _ to: UInt16) throws -> MapElement {
        MapElement(key: MapKey(exactly: [UInt128(from)]), value: .port(try #require(Port(to))))
    }

    private static func ruleset(_ redirects: [(String, ClosedRange<UInt16>)]) throws -> Ruleset {
        var ruleset = Sample.ruleset([:])
        let ports = Set(redirects.flatMap(\.1)).sorted()
        let elements = try ports.map { try element($0, $0 + 4000) }
        ruleset.maps = [LookupMap(name: "shift_up_4000", type: type, elements: elements)]
        ruleset.chains[1].rules = try redirects.map { name, range in
            let first = try #require(Port(range.lowerBound))
            let last = try #require(Port(range.upperBound))
            return Rule(
                selector: Selector(protocols: [.tcp], destinationPorts: PortSet(first...last)),
                statement: .dnatPort(to: .mapped(by: Lookup("shift_up_4000", by: type.key))),
                comment: name
            )
        }
        return ruleset
    }
}
