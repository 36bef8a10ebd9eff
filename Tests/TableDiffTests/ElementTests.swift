import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Redirects that are elements of maps.
@Suite struct ElementTests {
    @Test func `one changed redirect of many is one element that goes and one that comes`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        live.count(from: 100)
        var policy = Self.policy
        policy.redirects[1].target = 9999
        let wanted = policy.ruleset
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects == [RedirectChange("b", .change)])
        #expect(difference.unchanged == 2)
        let commands = difference.commands.map { $0.text(table: "t") }
        #expect(
            commands == [
                "delete element inet t out_daddr_dport_dnat { 198.51.100.7 . tcp . 2000 }",
                "add element inet t out_daddr_dport_dnat "
                    + "{ 198.51.100.7 . tcp . 2000 comment \"b\" : 10.0.0.5 . 9999 }",
            ]
        )
        #expect(difference.commands.map { $0.redirects(table: "t") } == [["b"], ["b"]])
        let after = try Sample.carryOut(difference, on: live)
        #expect(after.counts["a"] == [PacketCount(packets: 100, bytes: 6000)])
        #expect(after.counts["b"] == [PacketCount()])
        #expect(after.counts["c"] == [PacketCount(packets: 102, bytes: 6120)])
    }

    @Test func `an element that goes to another map goes on counting`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        live.count(from: 100)
        var policy = Self.policy
        policy.suffix = "_2"
        let wanted = policy.ruleset
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.redirects.map(\.kind) == [.change, .change, .change])
        #expect(difference.foreign.isEmpty)
        let after = try Sample.carryOut(difference, on: live)
        #expect(after.counts == live.counts)
        #expect(after.maps.map(\.name) == ["out_daddr_dport_dnat_2"])
    }

    @Test func `both directions of a redirect keep what each has counted`() throws {
        var policy = Self.policy
        for index in policy.redirects.indices {
            policy.redirects[index].hooks = [.prerouting, .output]
        }
        var live = try Sample.live(policy.ruleset)
        live.count(from: 100)
        policy.suffix = "_2"
        let difference = Difference(live: live, wanted: policy.ruleset, marker: Sample.marker)
        #expect(try Sample.carryOut(difference, on: live).counts == live.counts)
    }

    @Test func `a map of another type is made again, and its elements go on counting`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        live.count(from: 100)
        live.maps[0].type.isInterval = true
        let wanted = Self.policy.ruleset
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(
            difference.structure == [
                .mapReplaced("out_daddr_dport_dnat", found: live.maps[0].type)
            ]
        )
        #expect(difference.redirects.isEmpty)
        #expect(difference.foreign.isEmpty)
        let after = try Sample.carryOut(difference, on: live)
        #expect(after.maps.map(\.content) == wanted.maps)
        #expect(after.counts == live.counts)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `what can't be told from the kernel is no other type`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        // Whether a map of addresses is asked for sources or destinations is the rule's matter.
        live.maps[0].type.key[0] = .sourceAddress(.ipv4)
        let wanted = Self.policy.ruleset
        #expect(Difference(live: live, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `counters begin and end with the policy's word for it`() throws {
        var live = try Sample.live(Self.policy.ruleset)
        live.count(from: 100)
        var policy = Self.policy
        policy.isCounting = false
        let silent = try Sample.carryOut(
            Difference(live: live, wanted: policy.ruleset, marker: Sample.marker),
            on: live
        )
        #expect(silent.maps[0].elements.map(\.count) == [nil, nil, nil])
        let back = Difference(live: silent, wanted: Self.policy.ruleset, marker: Sample.marker)
        #expect(back.redirects.isEmpty)
        #expect(try Sample.carryOut(back, on: silent).counts["a"] == [PacketCount()])
    }

    @Test func `a redirect that is cut otherwise goes on counting`() throws {
        // Another redirect takes one of its ten ports: two elements are left of one.
        let whole = MiniPolicy(redirects: [.init(name: "a", form: .bypass, port: 1000)]).ruleset
        var live = try Sample.live(whole)
        live.count(from: 100)
        var wanted = whole
        let element = whole.maps[0].elements[0]
        var (left, right) = (element, element)
        left.key.parts[2] = 1000...1004
        right.key.parts[2] = 1006...1009
        let cut = [left, right]
        wanted.maps[0] = LookupMap(
            name: whole.maps[0].name,
            type: whole.maps[0].type,
            elements: cut
        )
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        let after = try Sample.carryOut(difference, on: live)
        #expect(after.counts["a"]?.map(\.packets) == [100, 0])
        let back = Difference(live: after, wanted: whole, marker: Sample.marker)
        #expect(try Sample.carryOut(back, on: after).counts["a"]?.map(\.packets) == [100])
    }

    @Test func `no command has more elements than libnftables stores rightly`() throws {
        let redirects = (1...1001).map {
            MiniPolicy.Redirect(name: "r\($0)", port: UInt16($0))
        }
        let live = try Sample.live(MiniPolicy(redirects: redirects).ruleset)
        #expect(live.maps[0].elements.count == 1001)
        let wanted = MiniPolicy(redirects: [redirects[0]]).ruleset
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.commands.count == 7)
        for command in difference.commands {
            guard case .deleteElements(let elements, _, _) = command else {
                Issue.record("\(command)")
                continue
            }
            #expect(elements.count <= MapType.elementsPerCommand)
        }
    }

    @Test func `a part of a command is about the redirect whose element it is in`() throws {
        let live = try Sample.live(Self.policy.ruleset)
        let creation = Difference(live: nil, wanted: Self.policy.ruleset, marker: Sample.marker)
        let removal = Difference(
            live: live,
            wanted: MiniPolicy(redirects: [Self.policy.redirects[0]]).ruleset,
            marker: Sample.marker
        )
        for (commands, names) in [
            (creation.commands, ["a", "b", "c"]), (removal.commands, ["b", "c"]),
        ] {
            let command = try #require(
                commands.first { $0.text(table: "t").contains(" element ") }
            )
            let text = Array(command.text(table: "t").utf8)
            #expect(command.redirects(table: "t") == names)
            for (name, port) in zip(["a", "b", "c"], ["1000", "2000", "3000"])
            where names.contains(name) {
                let first = try #require(
                    text.indices.first {
                        text[$0...].starts(with: "198.51.100.7 . tcp . \(port)".utf8)
                    }
                )
                #expect(command.redirects(table: "t", at: first...(first + 3)) == [name])
            }
            #expect(command.redirects(table: "t", at: 0...3) == names)
        }
    }

    @Test func `a rule that looks up elements is about their redirects`() throws {
        let creation = Difference(live: nil, wanted: Self.policy.ruleset, marker: Sample.marker)
        let index = try #require(
            creation.commands.firstIndex { $0.text(table: "t").contains(" map @") }
        )
        let commands = creation.commands
        #expect(commands[index].redirects(table: "t").isEmpty)
        #expect(commands.redirects(of: index, table: "t") == ["a", "b", "c"])
        #expect(commands[index].features.contains(.nat))
        #expect(commands.redirects(of: commands.count, table: "t").isEmpty)
    }

    @Test func `a chain goes after the element that jumps there, and comes before it`() throws {
        let policy = MiniPolicy(
            redirects: [
                .init(name: "a", form: .chain, port: 1000),
                .init(name: "b", form: .chain, port: 2000),
            ]
        )
        let live = try Sample.live(policy.ruleset)
        let wanted = MiniPolicy(redirects: [policy.redirects[1]]).ruleset
        let removal = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(removal.redirects == [RedirectChange("a", .remove)])
        #expect(removal.foreign.isEmpty)
        let after = try Sample.carryOut(removal, on: live)
        #expect(!after.chains.contains { $0.name == "out_a" })
        let last = Difference(
            live: after,
            wanted: MiniPolicy(redirects: []).ruleset,
            marker: Sample.marker
        )
        #expect(last.redirects == [RedirectChange("b", .remove)])
        #expect(last.foreign.isEmpty)
        #expect(try Sample.carryOut(last, on: after).maps.isEmpty)
    }

    /// Three redirects in one map.
    static let policy = MiniPolicy(
        redirects: [
            .init(name: "a", port: 1000), .init(name: "b", port: 2000),
            .init(name: "c", port: 3000),
        ]
    )
}

extension RedirectChange {
    fileprivate init(_ name: String, _ kind: Kind) {
        self.init(name: name, kind: kind)
    }
}

extension LiveTable {
    /// Lets the elements of all maps count something, each another number.
    mutating func count(from first: UInt64) {
        var packets = first
        for map in maps.indices where maps[map].type.isCounting {
            for element in maps[map].elements.indices {
                maps[map].elements[element].count = PacketCount(
                    packets: packets,
                    bytes: 60 * packets
                )
                packets += 1
            }
        }
    }

    /// What the elements of redirects have counted, in the order of maps and keys.
    var counts: [String: [PacketCount]] {
        var counts: [String: [PacketCount]] = [:]
        for map in maps.sorted(by: { $0.name < $1.name }) {
            for element in map.elements.sorted(by: { $0.element.key < $1.element.key }) {
                guard let name = element.element.redirect, let count = element.count else {
                    continue
                }
                counts[name, default: []].append(count)
            }
        }
        return counts
    }
}
