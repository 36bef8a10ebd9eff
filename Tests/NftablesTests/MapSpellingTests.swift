import ListingSupport
import Nftables
import RulesetModel
import TestSupport
import Testing

/// Maps as other people make them: both readers know the same of them.
@Suite(.networkNamespace) struct MapSpellingTests {
    /// What ``LookupMap`` can say.
    static let ours = [
        "type inet_service : inet_service",
        "type inet_service : inet_service; elements = { 1 : 2, 3 : 4 }",
        "type inet_service : inet_service; elements = { 0 : 2 }",
        "type inet_service : inet_service; elements = { http : https }",
        "type inet_service : inet_service; counter",
        "type inet_service : inet_service; counter; elements = { 1 : 2, 3 counter packets 7 bytes 9 : 4 }",
        "type inet_service : inet_service; elements = { 1 comment \"x\" : 2 }",
        "type inet_service : inet_service; elements = { 1 comment \"some; thing # {more}\" : 2 }",
        "type inet_service : inet_service; elements = { 1 comment \"schön\" : 2 }",
        "type inet_service : inet_service; elements = { 1 comment \"\" : 2 }",
        "type inet_service : inet_service; policy performance",
        "type inet_service : inet_service; size 10; elements = { 1 : 2 }",
        "type inet_service . inet_proto : inet_service; flags interval; size 10",
        "type inet_proto : inet_service; elements = { tcp : 1, 255 : 2 }",
        "type uid : inet_service; elements = { 0 : 1, 4294967295 : 2 }",
        "type uid . gid : inet_service; elements = { root . root : 1 }",
        "type mark : ipv4_addr; elements = { 0x10 : 1.2.3.4 }",
        "type ifname : ipv4_addr; elements = { \"eth0\" : 1.2.3.4, lo : 1.2.3.5 }",
        "type ifname . inet_service : verdict; elements = { \"eth0\" . 80 : jump sub, lo . 80 : accept }",
        "type ifname . inet_service : verdict; flags interval; elements = { \"eth0\" . 80-90 : jump sub }",
        "type ipv4_addr . inet_service : inet_service; flags interval; elements = { 10.0.0.0/8 . 0-65535 : 1 }",
        "type ipv4_addr . inet_service : inet_service; flags interval; elements = { 0.0.0.0/0 . 80 : 1 }",
        "type ipv4_addr . mark : inet_service; flags interval; elements = { 10.0.0.1 . 0-0xff : 1 }",
        "type ipv6_addr . inet_service : ipv6_addr . inet_service; elements = { ::1 . 80 : fd00::1 . 81 }",
        "type ipv4_addr : ipv6_addr; elements = { 10.0.0.1 : ::1 }",
    ]

    /// What it can't.
    static let foreign = [
        // More of the map.
        "type inet_service : inet_service; timeout 1h",
        "type inet_service : inet_service; flags timeout",
        "type inet_service : inet_service; flags constant; elements = { 1 : 2 }",
        "type inet_service : inet_service; flags interval",
        "type inet_service : inet_service; flags interval; elements = { 1-5 : 2 }",
        "type inet_service . inet_proto : inet_service; flags interval, timeout",
        // Other or more instructions.
        "type inet_service : inet_service; limit rate 5/second",
        "type inet_service : inet_service; quota 10 bytes",
        "type inet_service : inet_service; counter limit rate 5/second",
        "type inet_service : inet_service; counter limit rate 5/second; elements = { 1 : 2 }",
        // Other types.
        "type ether_addr : inet_service",
        "type inet_service : mark",
        "type inet_service : classid",
        "type ct_state . inet_service : verdict",
        "type inet_service : inet_service . ipv4_addr",
        "type inet_service : ipv4_addr . inet_service . mark",
        "type inet_service : counter",
        "type inet_service . inet_service . inet_service . inet_service . inet_service . inet_service : verdict",
        "type inet_service : interval ipv4_addr; elements = { 1 : 10.0.0.1-10.0.0.9 }",
        "type inet_service : interval ipv4_addr . inet_service; elements = { 1 : 10.0.0.1 . 80-90 }",
        // More or other of an element.
        "type inet_service : inet_service; flags timeout; elements = { 1 timeout 1h : 2 }",
        "type inet_service : inet_service; elements = { * : 2 }",
        "type inet_service : inet_service; elements = { 1 : 0 }",
        "type inet_service : verdict; elements = { 1 : goto sub }",
        "type inet_service : verdict; elements = { 1 : accept, 2 : drop }",
        "type inet_service : verdict; elements = { 1 : return }",
        "type inet_service : verdict; elements = { 1 : continue }",
        "type ifname . inet_service : inet_service; flags interval; elements = { \"eth*\" . 80 : 1 }",
        "type ifname . inet_service : inet_service; elements = { \"eth\\*\" . 80 : 1 }",
        "type ifname . inet_service : inet_service; elements = { \"a b\" . 80 : 1 }",
    ]

    /// Those that libnftables 1.0.6 lists in JSON as if they said no more than ours.
    static let hidden = [
        "type inet_service : inet_service; flags dynamic; size 10",
        "type inet_service : inet_service; counter packets 5 bytes 5",
    ]

    /// Those that say more, or the same in other words, but find the same for each packet.
    static let described = [
        "type inet_service : inet_service; policy memory; elements = { 1 : 2 }",
        "type inet_service : inet_service; comment \"mine\"; elements = { 1 : 2 }",
        "typeof tcp dport : tcp dport; elements = { 1 : 2 }",
        "type inet_service : inet_service; elements = { 1 comment \"a\u{1}b\" : 2 }",
    ]

    @Test(arguments: described)
    func `what only describes a map does not make it foreign`(text: String) throws {
        let (live, _) = try Self.read(text)
        let map = try #require(live.maps.first)
        #expect(map.type.text == "type inet_service : inet_service;")
        #expect(map.elements.map { map.type.text(of: $0.element) } == ["1 : 2"])
    }

    @Test(arguments: [
        "typeof ip daddr : tcp dport",
        "typeof ip daddr . tcp dport : ip daddr . tcp dport",
        "typeof ip daddr . tcp dport : verdict; flags interval",
        "typeof iifname . meta skuid : tcp dport",
    ])
    func `types may be named by what has them`(text: String) throws {
        #expect(try Self.read(text).live.maps.count == 1)
    }

    @Test(arguments: ours) func `a map that we could have made is read`(text: String) throws {
        let (live, listed) = try Self.read(text)
        #expect(live.maps.count == 1)
        #expect(listed?.maps.map { $0.sorted } == live.maps.map { $0.sorted })
    }

    @Test(arguments: foreign + hidden)
    func `a map that says more is foreign`(text: String) throws {
        let (live, listed) = try Self.read(text)
        #expect(live.maps.isEmpty)
        #expect(
            live.others == [LiveObject(kind: "map", name: "m", handle: live.others.first?.handle)]
        )
        #expect(listed?.maps.isEmpty ?? true || Self.hidden.contains(text))
    }

    private static func read(_ text: String) throws -> (live: LiveTable, listed: LiveTable?) {
        let kernel = NftKernel()
        try kernel.commit([
            "add table inet t", "add chain inet t sub", "add map inet t m { \(text); }",
        ])
        return (try #require(try kernel.table("t")), try? JSONTableReader.read("t"))
    }
}

extension LiveMap {
    fileprivate var sorted: LiveMap {
        var map = self
        map.elements.sort { $0.element.key < $1.element.key }
        return map
    }
}
