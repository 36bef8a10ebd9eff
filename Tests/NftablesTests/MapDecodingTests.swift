import Addressing
import RulesetModel
import Testing

@testable import Netlink

/// Maps in the kernel's messages, and what is nearly one of ours.
struct MapDecodingTests {
    private typealias Attribute = KernelMessage.Attribute

    /// What says `type ipv4_addr . inet_service : inet_service`.
    private static let exact: [Attribute] = [
        Attribute(3, 0x8), Attribute(4, 7 << 6 | 13), Attribute(5, 8), Attribute(6, 13),
        Attribute(7, 2),
    ]
    private static let interval: [Attribute] =
        [Attribute(3, 0x8C)] + exact.dropFirst() + [description(4, 2)]
    private static let counter = instruction("counter", packets: 0, bytes: 0)

    private static func description(_ widths: UInt32...) -> Attribute {
        let fields = widths.map { Attribute(1, of: [Attribute(1, $0)]) }
        return Attribute(9, of: [Attribute(2, of: fields)])
    }

    private static func instruction(_ name: String, packets: UInt64, bytes: UInt64) -> [Attribute] {
        [
            Attribute(1, name),
            Attribute(2, of: [Attribute(1, long: bytes), Attribute(2, long: packets)]),
        ]
    }

    /// The parts of an element `10.0.0.1 . 80 counter packets 3 bytes 180 comment "web" : 8080`.
    private static let key = KernelMessage.value(1, [10, 0, 0, 1, 0, 80, 0, 0])
    private static let end = KernelMessage.value(10, [10, 0, 0, 9, 0, 90, 0, 0])
    private static let value = KernelMessage.value(2, [31, 144])
    private static let count = Attribute(7, of: instruction("counter", packets: 3, bytes: 180))
    private static let comment = Attribute(6, [0, 4] + Array("web\0".utf8))
    private static let whole = [key, value, count, comment]

    /// Reads a map and its elements; `nil` if it is foreign.
    private static func read(
        _ declaration: [Attribute],
        counting: Bool = true,
        _ elements: [Attribute]...
    ) throws -> LiveMap? {
        let name = [Attribute(2, "m"), Attribute(16, long: 5)]
        let instruction = counting ? [Attribute(17, of: counter)] : []
        let list = elements.map { Attribute(1, of: $0) }
        let messages = [
            KernelMessage(9, name + declaration + instruction),
            KernelMessage(12, [Attribute(2, "m"), Attribute(3, of: list)]),
        ]
        let table = try LiveTable.decoded(from: messages.flatMap(\.bytes))
        let isForeign = table.others.map(\.name) == ["m"]
        #expect(table.maps.count == (isForeign ? 0 : 1))
        return table.maps.first
    }

    private static func texts(_ map: LiveMap?) -> [String]? {
        map?.elements.map { map?.type.text(of: $0.element, countingFrom: $0.count) ?? "" }
    }

    @Test func `an element is read with all that it says`() throws {
        let text = "10.0.0.1 . 80 counter packets 3 bytes 180 comment \"web\" : 8080"
        #expect(try Self.texts(Self.read(Self.exact, Self.whole)) == [text])
        // In a list of instructions, and in another order.
        let list = Attribute(
            11,
            of: [Attribute(1, of: Self.instruction("counter", packets: 3, bytes: 180))]
        )
        let turned = [Self.comment, list, Self.value, Self.key]
        #expect(try Self.texts(Self.read(Self.exact, turned)) == [text])
        let bare = try Self.read(Self.exact, counting: false, [Self.key, Self.value])
        #expect(Self.texts(bare) == ["10.0.0.1 . 80 : 8080"])
        #expect(bare?.type.isCounting == false)
    }

    @Test func `an element that comes twice is one`() throws {
        let other = [KernelMessage.value(1, [10, 0, 0, 2, 0, 80, 0, 0]), Self.value, Self.count]
        let map = try Self.read(Self.exact, Self.whole, other, Self.whole)
        #expect(map?.elements.count == 2)
    }

    @Test func `an interval is read with both of its ends`() throws {
        let range = [Self.key, Self.end, Self.value, Self.count]
        #expect(
            try Self.texts(Self.read(Self.interval, range))
                == ["10.0.0.1-10.0.0.9 . 80-90 counter packets 3 bytes 180 : 8080"]
        )
        #expect(
            try Self.texts(Self.read(Self.interval, [Self.key, Self.value, Self.count]))
                == ["10.0.0.1 . 80 counter packets 3 bytes 180 : 8080"]
        )
        let upsideDown = KernelMessage.value(10, [10, 0, 0, 9, 0, 79, 0, 0])
        #expect(
            try Self.read(Self.interval, [Self.key, upsideDown, Self.value, Self.count]) == nil
        )
        #expect(try Self.read(Self.exact, range) == nil)
    }

    @Test func `an element that says more or less makes its map foreign`() throws {
        let rest = [Self.value, Self.count]
        let elements: [[Attribute]] = [
            [], [Self.key], [Self.value], [Self.key, Self.count], [Self.key, Self.value],
            Self.whole + [Self.key], Self.whole + [Self.count], Self.whole + [Self.comment],
            // Flags, a time to live, an object, an attribute that nobody knows.
            Self.whole + [Attribute(3, 1)], Self.whole + [Attribute(4, long: 1000)],
            Self.whole + [Attribute(5, long: 1000)], Self.whole + [Attribute(9, "c")],
            Self.whole + [Attribute(12, 0)],
            // Keys of other widths, and what fills them up.
            [KernelMessage.value(1, [10, 0, 0, 1])] + rest,
            [KernelMessage.value(1, [10, 0, 0, 1, 0, 80])] + rest,
            [KernelMessage.value(1, [10, 0, 0, 1, 0, 80, 0, 1])] + rest,
            [KernelMessage.value(1, [10, 0, 0, 1, 0, 80, 0, 0, 0, 0, 0, 0])] + rest,
            [Attribute(1, of: [Attribute(1, [UInt8](repeating: 0, count: 8)), Attribute(9, 0)])]
                + rest,
            [Attribute(1, of: [])] + rest,
            // Values that are none.
            [Self.key, KernelMessage.value(2, [0, 0]), Self.count],
            [Self.key, KernelMessage.value(2, [31, 144, 0, 0]), Self.count],
            [Self.key, Attribute(2, of: [Attribute(2, of: [Attribute(1, 1)])]), Self.count],
            // Other instructions, or several.
            [
                Self.key, Self.value,
                Attribute(7, of: Self.instruction("quota", packets: 3, bytes: 180)),
            ],
            [Self.key, Self.value, Attribute(7, of: [Attribute(1, "counter")])],
            [Self.key, Self.value, Attribute(11, of: [])],
            [
                Self.key, Self.value,
                Attribute(
                    11,
                    of: [Attribute(1, of: Self.counter), Attribute(1, of: Self.counter)]
                ),
            ],
        ]
        for element in elements {
            #expect(try Self.read(Self.exact, Self.whole, element) == nil, "\(element)")
        }
        #expect(try Self.read(Self.exact, counting: false, Self.whole) == nil)
    }

    @Test func `a declaration that says more or does not fit together is foreign`() throws {
        func isOurs(_ declaration: [Attribute]) throws -> Bool { try Self.read(declaration) != nil }
        func replacing(_ place: Int, _ type: UInt16, _ number: UInt32) -> [Attribute] {
            var declaration = Self.exact
            declaration[place] = Attribute(type, number)
            return declaration
        }
        #expect(try isOurs(Self.exact))
        #expect(try isOurs(Self.exact + [Self.description(4, 2)]))
        #expect(try isOurs(Self.interval))
        // How often the kernel clears up, and how it stores the elements.
        #expect(try isOurs(Self.exact + [Attribute(12, 1000), Attribute(8, 1)]))
        // What libnftables writes for itself: a comment, types in other words, anything.
        for data: [UInt8] in [
            [7, 2, 65, 0], [3, 4, 0, 0, 0, 0], [0, 9], [255, 0], [1], [],
        ] {
            #expect(try isOurs(Self.exact + [Attribute(13, data)]), "\(data)")
        }
        // Facts that kernels to come may add to maps in general.
        #expect(try isOurs(Self.exact + [Attribute(19, "hash"), Attribute(21, 0)]))
        // Flags: none, constant, timeouts, dynamic, unknown; intervals of undescribed parts.
        for flags: UInt32 in [0, 0xA, 0x18, 0x28, 0x48, 0x208, 0xC, 0x8C] {
            #expect(try !isOurs(replacing(0, 3, flags)), "\(flags)")
        }
        // Types that are not ours, too many of them, and widths that are not theirs.
        for type: UInt32 in [
            0, 7, 13, 9 << 6 | 13, 0xFFFF_FFFF, 7 << 12 | 7 << 6 | 13,
        ] {
            #expect(try !isOurs(replacing(1, 4, type)), "\(type)")
        }
        for width: UInt32 in [0, 6, 12] { #expect(try !isOurs(replacing(2, 5, width))) }
        for type: UInt32 in [0, 7, 19, 7 << 6 | 13, 13 << 6 | 13] {
            #expect(try !isOurs(replacing(3, 6, type)), "\(type)")
        }
        for width: UInt32 in [0, 1, 4] { #expect(try !isOurs(replacing(4, 7, width))) }
        for widths in [
            Self.description(), Self.description(4), Self.description(2, 4),
            Self.description(4, 2, 1),
        ] {
            #expect(try !isOurs(Self.exact + [widths]))
        }
        #expect(try isOurs(Self.exact + [Attribute(9, of: [Attribute(1, 10)])]), "a size")
        // A time to live, and objects for values.
        #expect(try !isOurs(Self.exact + [Attribute(11, long: 1000)]))
        #expect(try !isOurs(Self.exact + [Attribute(15, 1)]))
        #expect(try isOurs(Self.exact + [Attribute(11, long: 0), Attribute(15, 0)]))
    }

    @Test func `numbers of the machine's stand in its order, but in intervals`() throws {
        let declaration: [Attribute] = [
            Attribute(3, 0x8), Attribute(4, 24 << 6 | 19), Attribute(5, 8), Attribute(6, 13),
            Attribute(7, 2),
        ]
        let native: [UInt8] =
            1 == UInt16(1).bigEndian
            ? [0, 0, 3, 232, 0, 0, 0, 16] : [232, 3, 0, 0, 16, 0, 0, 0]
        let network: [UInt8] = [0, 0, 3, 232, 0, 0, 0, 16]
        let exact = try Self.read(
            declaration,
            counting: false,
            [KernelMessage.value(1, native), Self.value]
        )
        #expect(Self.texts(exact) == ["1000 . 16 : 8080"])
        let interval = try Self.read(
            [Attribute(3, 0x8C)] + declaration.dropFirst() + [Self.description(4, 4)],
            counting: false,
            [KernelMessage.value(1, network), KernelMessage.value(10, network), Self.value]
        )
        #expect(Self.texts(interval) == ["1000 . 16 : 8080"])
    }

    @Test func `names of interfaces are whole and can be said`() throws {
        let declaration: [Attribute] = [
            Attribute(3, 0x8), Attribute(4, 41), Attribute(5, 16), Attribute(6, 13),
            Attribute(7, 2),
        ]
        func read(_ name: String, of length: Int = 16) throws -> [String]? {
            let bytes = Array(name.utf8) + [UInt8](repeating: 0, count: length - name.utf8.count)
            let element = [KernelMessage.value(1, bytes), Self.value]
            return Self.texts(try Self.read(declaration, counting: false, element))
        }
        #expect(try read("eth0") == ["\"eth0\" : 8080"])
        #expect(try read("fifteen-letters") == ["\"fifteen-letters\" : 8080"])
        for name in ["", "sixteen-letters!", "a b", "a\"b", "a*", "eth0\0x", "a\u{7F}"] {
            #expect(try read(name) == nil, "\(name)")
        }
    }
}
