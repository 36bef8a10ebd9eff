import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// The keys of `match` that are neither families, protocols, addresses nor ports.
@Suite struct MatchTests {
    private func match(_ text: String, direction: String = "outbound") throws -> Match {
        let loaded = try load(
            """
            version: 1
            redirects:
              - {name: web, direction: \(direction), match: {\(text)}, to: {local: true}}
            """
        )
        #expect(loaded.warnings.isEmpty)
        return try #require(loaded.policy.redirects.first?.match)
    }

    @Test func `every key arrives in the model`() throws {
        let read = try match(
            "interface: [eth0, wg*], user: [0, 1000-1999], group: root, mark: 0x10/0xff"
        )
        #expect(
            read.interfaces == [
                InterfacePattern(name: "eth0"), InterfacePattern(name: "wg", isPrefix: true),
            ]
        )
        #expect(read.users == IntervalSet([0...0, 1000...1999]))
        #expect(read.groups == IntervalSet([0...0]))
        #expect(read.mark == PacketMark(value: 0x10, mask: 0xFF))
    }

    @Test(arguments: [
        "eth0", "lo", "br-lan", "eth0.100", "wlx00c0cab0a0a0", "a_b", "5", "enp0s31f6-upli", "W*",
        "veth-container*",
    ])
    func `names and beginnings of interfaces are read as they stand`(text: String) throws {
        let read = try match("interface: \"\(text)\"", direction: "[inbound, outbound]")
        #expect(read.interfaces?.map(\.description) == [text].map { $0.description })
    }

    @Test(arguments: [
        "", "*", ".", "..", "eth*0", "**", "eth0 ", "eth 0", "a/b", "a\\\"b", "a'b", "über",
        "a\\0b",
        "eth0:1", "eth0@if5", "wg+", "$x", "enp0s31f6-uplink", "veth-containers*", "a\\nb", "!eth0",
    ])
    func `what no interface is called is refused`(text: String) throws {
        try expectFinding(
            .invalidInterface,
            in: policy(with: "match: {interface: 1️⃣\"\(text)\"2️⃣}\n    to: {local: true}")
        )
    }

    @Test(arguments: [
        ("0", 0...0), ("1000", 1000...1000), ("1000-1999", 1000...1999), ("root", 0...0),
        ("4294967294", 4_294_967_294...4_294_967_294),
    ])
    func `a user is an id, a range or a name`(text: String, ids: ClosedRange<UInt32>) throws {
        #expect(try match("user: \(text)").users == IntervalSet([ids]))
        #expect(try match("group: [\(text)]").groups == IntervalSet([ids]))
    }

    @Test(arguments: [
        "", "-1", "01", "00", "4294967295", "99999999999", "1000-", "1000-01", "1000-4294967295",
        "1000-x", "1,2", "a:b", "a/b", "a\\0b", " root",
    ])
    func `what nobody is called is refused`(text: String) throws {
        for key in ["user", "group"] {
            try expectFinding(
                .invalidID,
                in: outbound("match: {\(key): 1️⃣\"\(text)\"2️⃣}\n    to: {local: true}")
            )
        }
    }

    @Test func `a range of ids goes upwards`() throws {
        try expectFinding(
            .rangeUpsideDown,
            in: outbound("match: {user: 1️⃣1999-10002️⃣}\n    to: {local: true}"),
            help: "write `1000-1999`"
        )
    }

    @Test func `a name that the system does not know is refused`() throws {
        let text = "match: {user: 1️⃣no-such-user-here2️⃣}\n    to: {local: true}"
        try expectFinding(.unknownUser, in: outbound(text))
        try expectFinding(.unknownGroup, in: outbound(text.replacing("user:", with: "group:")))
    }

    @Test(arguments: [
        ("16", "0x10"), ("0x10", "0x10"), ("0", "0x0"), ("0xFFffFFff", "0xffffffff"),
        ("4294967295", "0xffffffff"), ("0x10/0xff", "0x10/0xff"), ("16/255", "0x10/0xff"),
        ("0/1", "0x0/0x1"), ("1/0xffffffff", "0x1"),
    ])
    func `a mark is a number, in either base, or one under a mask`(
        text: String,
        mark: String
    ) throws {
        #expect(try match("mark: \(text)").mark?.description == mark)
    }

    @Test(arguments: [
        "", "x", "-1", "+1", "010", "0x", "0x1G", "4294967296", "0x100000000", "1/", "/1", "1/2/3",
        "1 ", "0x+1", "1/0", "0X10", "1-2",
    ])
    func `what is no mark is refused`(text: String) throws {
        try expectFinding(
            .invalidMark,
            in: policy(with: "match: {mark: 1️⃣\"\(text)\"2️⃣}\n    to: {local: true}")
        )
    }

    @Test func `a mark with bits outside of its mask is told what is left of it`() throws {
        try expectFinding(
            .invalidMark,
            in: policy(with: "match: {mark: 1️⃣0x1ff/0xf02️⃣}\n    to: {local: true}"),
            help: "under the mask `0xf0` the mark is `0xf0/0xf0`"
        )
    }

    @Test(arguments: [
        ("46", [46]), ("\"0\"", [0]), ("ef", [46]), ("[cs1, af41, 63, le]", [1, 8, 34, 63]),
    ])
    func `code points are numbers or names`(text: String, numbers: [UInt8]) throws {
        #expect(try match("dscp: \(text)").dscp?.sorted().map(\.number) == numbers)
    }

    @Test(arguments: ["", "64", "-1", "+1", "046", "0x2e", "EF", "af14", "10-20", "46 "])
    func `what is no code point is refused`(text: String) throws {
        try expectFinding(
            .invalidCodePoint,
            in: policy(with: "match: {dscp: 1️⃣\"\(text)\"2️⃣}\n    to: {local: true}")
        )
    }

    @Test func `local is any address of this machine, alone or among others`() throws {
        let alone = try match("destination: {address: local}")
        #expect(alone.destination == Match.Endpoint(isLocal: true))
        #expect(alone.families == [.ipv4, .ipv6])
        let mixed = try match("destination: {address: [192.0.2.1, local]}")
        #expect(mixed.destination.addresses?.description == "192.0.2.1")
        #expect(mixed.destination.isLocal)
        #expect(mixed.families == [.ipv4, .ipv6])
    }

    @Test func `local leaves both families`() {
        let rest = "match: {destination: {address: [192.0.2.1, local]}}\n    to: {address: fd00::1}"
        #expect(findings(in: policy(with: rest)).isEmpty)
    }

    @Test(arguments: ["1️⃣local2️⃣", "[10.0.0.1, 1️⃣local2️⃣]"])
    func `nothing comes from local`(text: String) throws {
        try expectFinding(
            .localAsSource,
            in: policy(with: "match: {source: {address: \(text)}}\n    to: {local: true}")
        )
    }

    private func outbound(_ rest: String) -> String {
        policy(with: rest).replacing("inbound", with: "outbound")
    }
}
