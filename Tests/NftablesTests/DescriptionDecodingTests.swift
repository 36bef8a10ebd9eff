import Addressing
import RulesetModel
import Testing

@testable import Netlink

/// What describes an object and decides nothing about packets, in the words of other kernels, other
/// machines and other versions of libnftables.
struct DescriptionDecodingTests {
    private typealias Attribute = KernelMessage.Attribute

    /// What libnftables, or anybody, may put beside an object for itself (libnftnl's `udata.h`).
    private static let userData: [[UInt8]] = [
        [], [0], [0, 200, 65], [1, 4, 0, 0, 0, 1], [9, 1, 0, 254, 0],
        // Comments that nft's language can't say.
        [0, 4] + Array("a\"b\0".utf8), [0, 4] + Array("a\nb\0".utf8), [0, 4, 0xFF, 0xFE, 0x41, 0],
    ]

    /// What a machine that can't load unaligned numbers has before each number of 64 bits.
    private static func padded(_ type: UInt16, by pad: UInt16, long number: UInt64) -> [Attribute] {
        [Attribute(pad, [UInt8]()), Attribute(type, long: number)]
    }

    private static func table(_ messages: [KernelMessage]) throws -> LiveTable {
        try LiveTable.decoded(from: messages.flatMap(\.bytes))
    }

    // MARK: - Rules

    private static let accept = KernelMessage.expression(
        "immediate",
        [Attribute(1, 0), Attribute(2, of: [Attribute(2, of: [Attribute(1, 1)])])]
    )

    private static func meta(_ key: UInt32) -> Attribute {
        KernelMessage.expression("meta", [Attribute(2, key), Attribute(1, 1)])
    }

    private static func isKnown(
        _ expressions: [Attribute],
        more: [Attribute] = [],
        after messages: [KernelMessage] = []
    ) throws -> Bool {
        let rule = KernelMessage.rule(expressions, more: more)
        return try table([.chain("c")] + messages + [rule]).chains.first?.rules.first?.known != nil
    }

    @Test(arguments: userData) func `user data does not make a rule foreign`(data: [UInt8]) throws {
        let comment: [UInt8] = [0, 4] + Array("web\0".utf8)
        for (data, expected) in [(data, nil), (comment + data, "web")] {
            let rule = KernelMessage.rule([Self.accept], more: [Attribute(7, data)])
            let known = try Self.table([.chain("c"), rule]).chains.first?.rules.first?.known
            #expect(known?.statement == .accept)
            #expect(known?.comment == expected)
        }
    }

    @Test func `numbers of 64 bits may be padded`() throws {
        let rate = Self.padded(1, by: 6, long: 5) + Self.padded(2, by: 6, long: 60)
        let limited = [
            KernelMessage.expression("limit", rate + [Attribute(3, 5)]),
            KernelMessage.expression("log", [Attribute(2, "x"), Attribute(5, 4)]),
        ]
        let position = [Attribute(8, [UInt8]())] + Self.padded(6, by: 8, long: 7)
        #expect(try Self.isKnown(limited, more: position))

        let counts = Self.padded(1, by: 3, long: 180) + Self.padded(2, by: 3, long: 3)
        let counter = KernelMessage(
            18,
            [Attribute(2, "n"), Attribute(3, 1), Attribute(4, of: counts)]
                + Self.padded(6, by: 7, long: 4)
        )
        let counters = try Self.table([counter]).counters
        #expect(counters == [LiveCounter(name: "n", handle: 4, packets: 3, bytes: 180)])

        // Padding is empty, and a number does not come twice.
        let twice = [Attribute(6, [UInt8]()), Attribute(6, [0]), Attribute(1, long: 5)]
        let other = KernelMessage.expression("limit", twice + [Attribute(2, long: 60)])
        #expect(try !Self.isKnown([other, limited[1]]))
    }

    /// An instruction with one attribute more, and whether its neighbours may be of this kind.
    private static func isKnown(with more: Attribute, in kind: String) throws -> Bool {
        func expression(_ data: [Attribute]) -> Attribute {
            KernelMessage.expression(kind, data + [more])
        }
        let log = KernelMessage.expression("log", [Attribute(2, "x"), Attribute(5, 4)])
        switch kind {
        case "log": return try isKnown([expression([Attribute(2, "x"), Attribute(5, 4)])])
        case "limit":
            let rate = [Attribute(1, long: 5), Attribute(2, long: 60), Attribute(3, 5)]
            return try isKnown([expression(rate), log])
        case "masq": return try isKnown([expression([])])
        case "redir": return try isKnown([expression([])])
        case "lookup":
            let set = [
                set("s", flags: 3, elements: [[1, 0, 0, 0]], type: 24, length: 4)
            ].flatMap(\.self)
            let find = [Attribute(1, "s"), Attribute(2, 1)]
            return try isKnown([meta(10), expression(find), accept], after: set)
        case "numgen":
            let draw = [Attribute(1, 1), Attribute(2, 10), Attribute(3, 1)]
            return try isKnown([expression(draw), compared([0, 0, 0, 0]), accept])
        case "bitwise":
            let ones = [UInt8](repeating: 255, count: 4)
            let mask = [
                Attribute(1, 1), Attribute(2, 1), Attribute(3, 4), KernelMessage.value(4, ones),
                KernelMessage.value(5, [0, 0, 0, 0]),
            ]
            return try isKnown([meta(3), expression(mask), compared([1, 0, 0, 0]), accept])
        default: return false
        }
    }

    private static func compared(_ value: [UInt8]) -> Attribute {
        KernelMessage.expression(
            "cmp",
            [Attribute(1, 1), Attribute(2, 0), KernelMessage.value(3, value)]
        )
    }

    @Test(arguments: [
        ("log", UInt16(3)), ("log", 4), ("log", 6), ("limit", 4), ("limit", 5), ("masq", 1),
        ("redir", 3), ("lookup", 5), ("numgen", 4), ("bitwise", 6),
    ])
    func `a zero is the same as nothing, and anything else is not`(
        kind: String,
        type: UInt16
    ) throws {
        #expect(try Self.isKnown(with: Attribute(type, 0), in: kind))
        #expect(try !Self.isKnown(with: Attribute(type, 16), in: kind))
        // Numbers of other widths are no zeros because of that.
        #expect(try !Self.isKnown(with: Attribute(type, long: 16), in: kind))
        #expect(try !Self.isKnown(with: Attribute(type, [1]), in: kind))
        #expect(try !Self.isKnown(with: Attribute(type, [UInt8]()), in: kind))
        // What nobody knows may be anything.
        #expect(try !Self.isKnown(with: Attribute(23, 0), in: kind))
    }

    // MARK: - Sets

    /// A set and its elements, each a key and what more there is.
    private static func set(
        _ name: String,
        flags: UInt32,
        elements: [[UInt8]],
        type: UInt32,
        length: UInt32,
        each more: [[Attribute]] = []
    ) -> [KernelMessage] {
        let list = elements.enumerated().map { index, key in
            Attribute(
                1,
                of: [KernelMessage.value(1, key)]
                    + (more.indices.contains(index) ? more[index] : [])
            )
        }
        return [
            KernelMessage(
                9,
                [
                    Attribute(2, name), Attribute(16, long: 5), Attribute(3, flags),
                    Attribute(4, type), Attribute(5, length),
                ]
            ),
            KernelMessage(12, [Attribute(2, name), Attribute(3, of: list)]),
        ]
    }

    /// The rule `meta l4proto tcp th dport`, with a set of these ports.
    private static func ports(
        _ elements: [[UInt8]],
        flags: UInt32 = 3,
        each more: [[Attribute]] = []
    ) throws -> String? {
        let load = KernelMessage.expression(
            "payload",
            [Attribute(1, 1), Attribute(2, 2), Attribute(3, 2), Attribute(4, 2)]
        )
        let find = KernelMessage.expression("lookup", [Attribute(1, "s"), Attribute(2, 1)])
        let set = set("s", flags: flags, elements: elements, type: 13, length: 2, each: more)
        let rule = KernelMessage.rule([meta(16), compared([6]), load, find, accept])
        return try table([.chain("c")] + set + [rule]).chains.first?.rules.first?.known?.text
    }

    private static let text = "meta l4proto tcp th dport { 80, 443 } accept"

    @Test(arguments: userData)
    func `user data does not make an alternative foreign`(data: [UInt8]) throws {
        let more = [[Attribute(6, data)], []]
        #expect(try Self.ports([[0, 80], [1, 187]], each: more) == Self.text)
    }

    @Test func `an alternative with no flag and no end of its time is plain`() throws {
        func read(_ more: Attribute...) throws -> String? {
            try Self.ports([[0, 80], [1, 187]], each: [more, []])
        }
        #expect(try read(Attribute(3, 0), Attribute(4, long: 0)) == Self.text)
        #expect(try read(Attribute(8, [UInt8]()), Attribute(8, [UInt8]())) == Self.text)
        for more in [
            Attribute(3, 1), Attribute(3, 2), Attribute(3, 4), Attribute(3, [0, 2]),
            Attribute(4, long: 1), Attribute(5, long: 0), Attribute(7, of: []), Attribute(9, "x"),
            Attribute(11, of: []), Attribute(12, 0), Attribute(24, 0),
        ] {
            #expect(try read(more) == nil, "\(more)")
        }
    }

    @Test func `an interval ends where the next one begins`() throws {
        let end = [Attribute(3, 1)]
        let ports = [[0, 0], [0, 10], [0, 20], [0, 30]] as [[UInt8]]
        #expect(
            try Self.ports(ports, flags: 7, each: [end, [], [], end])
                == "meta l4proto tcp th dport 10-29 accept"
        )
    }

    // MARK: - Maps

    private static let number = KernelMessage.value(2, [31, 144])

    private static func counter(_ packets: UInt64, _ bytes: UInt64) -> [Attribute] {
        [
            Attribute(1, "counter"),
            Attribute(2, of: padded(1, by: 3, long: bytes) + padded(2, by: 3, long: packets)),
        ]
    }

    /// A map `80 : 8080` of ports, or `nil` where it is foreign.
    private static func map(
        flags: UInt32 = 8,
        _ declaration: [Attribute] = [],
        element: [Attribute] = []
    ) throws -> LiveMap? {
        let head = [
            Attribute(2, "m"), Attribute(16, long: 5), Attribute(3, flags), Attribute(4, 13),
            Attribute(5, 2), Attribute(6, 13), Attribute(7, 2),
        ]
        let elements = Attribute(1, of: [KernelMessage.value(1, [0, 80]), number] + element)
        let table = try table([
            KernelMessage(9, head + declaration),
            KernelMessage(12, [Attribute(2, "m"), Attribute(3, of: [elements])]),
        ])
        #expect(table.maps.count + table.others.count == 1)
        return table.maps.first
    }

    @Test(arguments: userData) func `user data does not make a map foreign`(data: [UInt8]) throws {
        #expect(try Self.map([Attribute(13, data)]) != nil)
        #expect(
            try Self.map(element: [Attribute(6, data)])?.elements.first?.element.redirect == nil
        )
        let comment: [UInt8] = [0, 4] + Array("web\0".utf8)
        for data in [comment + data, [1, 4, 0, 0, 0, 1] + comment] {
            let map = try Self.map(element: [Attribute(6, data)])
            #expect(map?.elements.first?.element.redirect == "web")
        }
    }

    @Test func `an element with no flag and no end of its time is plain`() throws {
        let pad = Attribute(8, [UInt8]())
        #expect(try Self.map(element: [Attribute(3, 0), pad, Attribute(4, long: 0), pad]) != nil)
        for more in [
            Attribute(3, 1), Attribute(3, 2), Attribute(3, 4), Attribute(3, [UInt8]()),
            Attribute(4, long: 1), Attribute(5, long: 0), Attribute(9, "x"), Attribute(12, 0),
            Attribute(24, 0),
        ] {
            #expect(try Self.map(element: [more]) == nil, "\(more)")
        }
    }

    @Test func `a list of one counter is a counter`() throws {
        let none = Self.counter(0, 0)
        let list = Attribute(18, of: [Attribute(1, of: none)])
        let element = [Attribute(7, of: Self.counter(3, 180))]
        let counts = [PacketCount(packets: 3, bytes: 180)]
        for declaration in [Attribute(17, of: none), list] {
            for flags: UInt32 in [0x8, 0x108] {
                let map = try Self.map(flags: flags, [declaration], element: element)
                #expect(map?.type.isCounting == true)
                #expect(map?.elements.map(\.count) == counts)
            }
        }
        #expect(try Self.map(flags: 0x108)?.type.isCounting == false)
        let two = Attribute(18, of: [Attribute(1, of: none), Attribute(1, of: none)])
        let quota = Attribute(18, of: [Attribute(1, of: [Attribute(1, "quota")])])
        for declaration in [
            [two], [quota], [Attribute(18, of: [])], [list, Attribute(17, of: none)],
        ] {
            #expect(try Self.map(flags: 0x108, declaration, element: element) == nil)
            #expect(try Self.map(flags: 0x108, declaration) == nil)
        }
    }

    // MARK: - Leases

    private static func lease(_ declaration: [Attribute], _ more: [Attribute]) throws -> LiveLease?
    {
        let head = [
            Attribute(2, "lease"), Attribute(16, long: 5), Attribute(3, 0x10), Attribute(4, 2),
            Attribute(5, 1),
        ]
        let time = padded(4, by: 8, long: 1000) + padded(5, by: 8, long: 900)
        let elements = [[KernelMessage.value(1, [2])] + time + more]
        return try table([
            KernelMessage(9, head + declaration),
            KernelMessage(
                12,
                [Attribute(2, "lease"), Attribute(3, of: elements.map { Attribute(1, of: $0) })]
            ),
        ]).lease
    }

    @Test func `a lease is its elements and their time`() throws {
        let size = Attribute(9, of: [Attribute(1, 9)])
        for data in Self.userData {
            let lease = try Self.lease([size, Attribute(13, data)], [Attribute(6, data)])
            #expect(lease?.terms[.ipv4] == LiveLease.Term(timeout: 1000, expires: 900))
        }
        #expect(try Self.lease([Attribute(8, 1), Attribute(12, 7)], [Attribute(3, 0)]) != nil)
        #expect(try Self.lease([Attribute(11, long: 0)], []) != nil)
        #expect(try Self.lease([Attribute(11, long: 5)], []) == nil)
        #expect(try Self.lease([Attribute(17, of: Self.counter(0, 0))], []) == nil)
        for more in [
            Attribute(3, 1), Attribute(3, 2), Attribute(7, of: []), Attribute(9, "x"),
            Attribute(12, 0),
        ] {
            #expect(try Self.lease([], [more]) == nil, "\(more)")
        }
    }

    // MARK: - Chains

    @Test func `a chain is its hook, its policy and the flags that it has`() throws {
        func chain(_ more: Attribute...) throws -> LiveChain.Attachment? {
            let hook = Attribute(4, of: [Attribute(1, 3), Attribute(2, 5)])
            let base = [hook, Attribute(5, 1), Attribute(7, "nat")]
            return try Self.table([.chain("output", more: base + more)]).chains.first?.attachment
        }
        let head = BaseChain.Head(hook: .output, priority: 5)
        #expect(try chain() == .nat(head))
        #expect(try chain(Attribute(10, 1), Attribute(12, [0, 9])) == .nat(head))
        let counts = Self.padded(1, by: 3, long: 180) + Self.padded(2, by: 3, long: 3)
        #expect(try chain(Attribute(8, of: counts), Attribute(13, 1)) == .nat(head))
        #expect(try chain(Attribute(10, 3)) != .nat(head))
        #expect(try chain(Attribute(10, 8)) != .nat(head))
        #expect(try chain(Attribute(10, long: 1)) != .nat(head))
    }
}
