import Addressing
import RulesetModel
import Testing

@testable import Netlink

/// Rules that ask maps, instruction by instruction, and what is nearly one of ours.
struct LookupDecodingTests {
    private typealias Attribute = KernelMessage.Attribute

    private static func map(
        _ name: String,
        flags: UInt32,
        key: UInt32,
        of length: UInt32,
        _ value: UInt32,
        _ size: UInt32
    ) -> KernelMessage {
        KernelMessage(
            9,
            [
                Attribute(2, name), Attribute(16, long: 5), Attribute(3, flags), Attribute(4, key),
                Attribute(5, length), Attribute(6, value), Attribute(7, size),
            ]
        )
    }

    private static let maps = [
        map("pairs", flags: 8, key: 7 << 6 | 13, of: 8, 7 << 6 | 13, 8),
        map("hosts", flags: 8, key: 7 << 6 | 13, of: 8, 7, 4),
        map("ports", flags: 8, key: 7 << 6 | 13, of: 8, 13, 2),
        map("verdicts", flags: 8, key: 7 << 6 | 13, of: 8, 0xFFFF_FF00, 16),
        map("marks", flags: 8, key: 7 << 6 | 13, of: 8, 19, 4),
        map("owners", flags: 8, key: 12 << 6 | 24, of: 8, 13, 2),
        map("ranges", flags: 0x8C, key: 12 << 6 | 24, of: 8, 13, 2),
    ]

    private static func rule(_ expressions: [Attribute]...) throws -> String? {
        let rule = KernelMessage.rule(expressions.flatMap(\.self))
        let messages = [KernelMessage.chain("c")] + maps + [rule]
        let table = try LiveTable.decoded(from: messages.flatMap(\.bytes))
        return table.chains.first?.rules.first?.known?.text
    }

    private static func meta(_ key: UInt32, _ register: UInt32) -> Attribute {
        KernelMessage.expression("meta", [Attribute(2, key), Attribute(1, register)])
    }

    private static func equals(_ register: UInt32, _ value: [UInt8]) -> Attribute {
        KernelMessage.expression(
            "cmp",
            [Attribute(1, register), Attribute(2, 0), KernelMessage.value(3, value)]
        )
    }

    private static func payload(
        _ base: UInt32,
        _ offset: UInt32,
        _ length: UInt32,
        _ register: UInt32
    ) -> Attribute {
        KernelMessage.expression(
            "payload",
            [
                Attribute(1, register), Attribute(2, base), Attribute(3, offset),
                Attribute(4, length),
            ]
        )
    }

    private static func turned(_ register: UInt32, by size: UInt32, _ length: UInt32) -> Attribute {
        KernelMessage.expression(
            "byteorder",
            [
                Attribute(1, register), Attribute(2, register), Attribute(3, 1),
                Attribute(4, length), Attribute(5, size),
            ]
        )
    }

    private static func lookup(_ map: String, _ from: UInt32, _ to: UInt32?, flags: UInt32? = nil)
        -> Attribute
    {
        var attributes = [Attribute(1, map), Attribute(2, from)]
        if let to { attributes.append(Attribute(3, to)) }
        if let flags { attributes.append(Attribute(5, flags)) }
        return KernelMessage.expression("lookup", attributes)
    }

    private static func nat(
        _ family: UInt32,
        _ address: UInt32?,
        _ port: UInt32?,
        more: [Attribute] = []
    ) -> Attribute {
        var attributes = [Attribute(1, 1), Attribute(2, family)]
        if let address { attributes += [Attribute(3, address), Attribute(4, address)] }
        if let port { attributes += [Attribute(5, port), Attribute(6, port)] }
        return KernelMessage.expression("nat", attributes + more)
    }

    private static let selector = [meta(15, 1), equals(1, [2]), meta(16, 1), equals(1, [6])]
    /// `ip daddr . th dport`, from register 1 on.
    private static let key = [payload(1, 16, 4, 1), payload(2, 2, 2, 9)]
    private static let words = "meta nfproto ipv4 meta l4proto tcp "

    @Test func `what a map has is used as it is`() throws {
        #expect(
            try Self.rule(Self.selector, Self.key, [Self.lookup("pairs", 1, 1), Self.nat(2, 1, 9)])
                == Self.words + "dnat ip to ip daddr . th dport map @pairs"
        )
        #expect(
            try Self.rule(
                Self.selector,
                Self.key,
                [Self.lookup("hosts", 1, 1), Self.nat(2, 1, nil)]
            )
                == Self.words + "dnat ip to ip daddr . th dport map @hosts"
        )
        #expect(
            try Self.rule(
                Self.selector,
                Self.key,
                [Self.lookup("ports", 1, 1), Self.nat(1, nil, 1)]
            )
                == Self.words + "dnat to :ip daddr . th dport map @ports"
        )
        #expect(
            try Self.rule(Self.selector, Self.key, [Self.lookup("verdicts", 1, 0)])
                == Self.words + "ip daddr . th dport vmap @verdicts"
        )
    }

    @Test func `other registers are the same to us`() throws {
        let key = [Self.payload(2, 2, 2, 14), Self.payload(1, 16, 4, 13)]
        let rule = key + [Self.lookup("pairs", 13, 2), Self.nat(2, 2, 13)]
        #expect(
            try Self.rule(Self.selector, rule) == Self.words
                + "dnat ip to ip daddr . th dport map @pairs"
        )
    }

    @Test func `keys that are not those of the map are foreign`() throws {
        let end = [Self.lookup("verdicts", 1, 0)]
        let address = Self.payload(1, 16, 4, 1)
        let keys: [[Attribute]] = [
            [], [address], [Self.payload(2, 2, 2, 9)],
            // Elsewhere, the other way round, or of other widths.
            [address, Self.payload(2, 2, 2, 10)], [address, Self.payload(2, 2, 2, 2)],
            [Self.payload(2, 2, 2, 1), Self.payload(1, 16, 4, 9)],
            [Self.payload(1, 16, 3, 1), Self.payload(2, 2, 2, 9)],
            [Self.payload(1, 16, 8, 1)], [address, Self.payload(2, 2, 1, 9)],
            [address, Self.payload(2, 0, 4, 9)],
            // Other fields.
            [Self.payload(1, 8, 4, 1), Self.payload(2, 2, 2, 9)],
            [address, Self.payload(2, 4, 2, 9)], [address, Self.meta(16, 9)],
            [Self.meta(3, 1), Self.payload(2, 2, 2, 9)],
            // More than the map asks for.
            Self.key + [Self.meta(16, 10)],
            // Turned round.
            Self.key + [Self.turned(9, by: 2, 2)], Self.key + [Self.turned(1, by: 4, 4)],
        ]
        for key in keys { #expect(try Self.rule(Self.selector, key, end) == nil, "\(key)") }
        // Without a family nobody knows where addresses are, nor ports without a protocol.
        #expect(try Self.rule(Array(Self.selector[2...]), Self.key, end) == nil)
        #expect(try Self.rule(Array(Self.selector[..<2]), Self.key, end) == nil)
        let ipv6 = [Self.meta(15, 1), Self.equals(1, [10])] + Self.selector[2...]
        #expect(try Self.rule(ipv6, Self.key, end) == nil)
    }

    @Test func `what a map has is used as a whole and as what it is`() throws {
        let ends: [[Attribute]] = [
            // Half of it, or another register.
            [Self.lookup("pairs", 1, 1), Self.nat(2, 1, nil)],
            [Self.lookup("pairs", 1, 1), Self.nat(2, 9, 1)],
            [Self.lookup("pairs", 1, 1), Self.nat(2, 1, 10)],
            [Self.lookup("pairs", 1, 1), Self.nat(1, nil, 9)],
            [Self.lookup("hosts", 1, 1), Self.nat(2, 1, 9)],
            [Self.lookup("hosts", 1, 2), Self.nat(2, 1, nil)],
            // Of several maps.
            [
                Self.lookup("hosts", 1, 2), Self.payload(2, 2, 2, 9), Self.payload(1, 16, 4, 1),
                Self.lookup("ports", 1, 3), Self.nat(2, 2, 3),
            ],
            [Self.lookup("ports", 1, 2), Self.lookup("hosts", 1, 1), Self.nat(2, 1, nil)],
            // As an address of the other family, as another kind of value, or not at all.
            [Self.lookup("pairs", 1, 1), Self.nat(10, 1, 9)],
            [Self.lookup("ports", 1, 1), Self.nat(2, 1, nil)],
            [Self.lookup("hosts", 1, 1), Self.nat(1, nil, 1)],
            [Self.lookup("marks", 1, 1), Self.nat(2, 1, nil)],
            [Self.lookup("ports", 1, 0)], [Self.lookup("verdicts", 1, 1)],
            [Self.lookup("verdicts", 1, 1), Self.nat(2, 1, nil)],
            [Self.lookup("ports", 1, nil), Self.nat(1, nil, 1)],
            [Self.lookup("ports", 1, 1), Self.lookup("verdicts", 1, 0)],
            // Of no map; or where the map has nothing.
            [Self.lookup("none", 1, 1), Self.nat(2, 1, 9)],
            [Self.lookup("pairs", 1, 1, flags: 1), Self.nat(2, 1, 9)],
            [Self.lookup("verdicts", 1, 0, flags: 1)],
            // With more said about it.
            [Self.lookup("pairs", 1, 1), Self.nat(2, 1, 9, more: [Attribute(7, 16)])],
            [Self.lookup("verdicts", 1, 0), Self.lookup("verdicts", 1, 0)],
        ]
        for end in ends { #expect(try Self.rule(Self.selector, Self.key, end) == nil, "\(end)") }
    }

    @Test func `numbers of the machine's are turned for intervals and for nothing else`() throws {
        let load = [Self.meta(16, 1), Self.meta(10, 9)]
        let turn = [Self.turned(9, by: 4, 4)]
        // libnftables 1.0.6 turns the single byte, too.
        let turnByte = [Self.turned(1, by: 2, 1)]
        func rule(_ key: [Attribute], _ map: String) throws -> String? {
            try Self.rule(Self.selector, key, [Self.lookup(map, 1, 1), Self.nat(1, nil, 1)])
        }
        let exact = Self.words + "dnat to :meta l4proto . meta skuid map @owners"
        let ranges = Self.words + "dnat to :meta l4proto . meta skuid map @ranges"
        #expect(try rule(load, "owners") == exact)
        #expect(try rule(load + turn, "ranges") == ranges)
        #expect(try rule(load + turnByte + turn, "ranges") == ranges)
        #expect(try rule(load + turn, "owners") == nil)
        #expect(try rule(load, "ranges") == nil)
        #expect(try rule(load + turnByte, "ranges") == nil)
        #expect(try rule(load + turn + turn, "ranges") == nil)
        #expect(try rule(load + [Self.turned(9, by: 2, 4)], "ranges") == nil)
    }

    @Test func `rules tell what a map is asked for, as long as they agree`() throws {
        func key(_ offsets: (UInt32, UInt32)...) throws -> [[KeyField]] {
            let rules = offsets.enumerated().map { index, offset in
                KernelMessage(
                    6,
                    [
                        Attribute(2, "c"), Attribute(3, long: UInt64(index + 10)),
                        Attribute(
                            4,
                            of: Self.selector + [
                                Self.payload(1, offset.0, 4, 1), Self.payload(2, offset.1, 2, 9),
                                Self.lookup("verdicts", 1, 0),
                            ]
                        ),
                    ]
                )
            }
            let messages = [KernelMessage.chain("c"), Self.maps[3]] + rules
            let table = try LiveTable.decoded(from: messages.flatMap(\.bytes))
            #expect(table.chains.flatMap(\.rules).compactMap(\.known).count == offsets.count)
            return table.maps.map(\.type.key)
        }
        let usual: [KeyField] = [.destinationAddress(.ipv4), .destinationPort]
        #expect(try key() == [usual])
        #expect(try key((16, 2)) == [usual])
        #expect(try key((12, 0)) == [[.sourceAddress(.ipv4), .sourcePort]])
        #expect(try key((12, 2), (12, 2)) == [[.sourceAddress(.ipv4), .destinationPort]])
        #expect(try key((12, 0), (12, 2)) == [usual])
    }
}
