import RulesetModel
import Testing

@testable import NetlinkDecoding

/// What describes an object and decides nothing about packets, in the words of other kernels, other
/// machines and other versions of libnftables.
struct DescriptionDecodingTests {
    private typealias Attribute = KernelMessage.Attribute

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
