import TestSupport
import Testing

@testable import Netlink

/// Queries with one message for an answer, and these answers, as bytes.
struct NetlinkQueryTests {
    private typealias Attribute = KernelMessage.Attribute

    private static let generation: [UInt8] = message(
        type: 10 << 8 | 15,
        family: 0,
        // The id, and the process of the last transaction: its number and its name.
        [Attribute(1, 0x0102_0304), Attribute(2, 77), Attribute(3, "nft")]
    )

    private static func table(flags: UInt32, owner: UInt32? = nil) -> [UInt8] {
        let attributes = [
            Attribute(1, "t"), Attribute(4, long: 9), Attribute(2, flags), Attribute(3, 5),
        ]
        return message(
            type: 10 << 8 | 0,
            family: 1,
            attributes + (owner.map { [Attribute(7, $0)] } ?? [])
        )
    }

    private static func message(
        type: UInt16,
        family: UInt8,
        sequence: UInt32 = 7,
        port: UInt32 = 4711,
        _ attributes: [Attribute]
    ) -> [UInt8] {
        header(type: type, length: 4, attributes, sequence, port) + [family, 0, 0, 0]
            + attributes.flatMap(\.bytes)
    }

    private static func error(_ number: Int32, sequence: UInt32 = 7) -> [UInt8] {
        header(type: 2, length: 20, [], sequence, 4711) + native(number)
            + [UInt8](repeating: 0, count: 16)
    }

    private static func header(
        type: UInt16,
        length: Int,
        _ attributes: [Attribute],
        _ sequence: UInt32,
        _ port: UInt32
    ) -> [UInt8] {
        native(UInt32(16 + length + attributes.flatMap(\.bytes).count)) + native(type)
            + native(UInt16(0)) + native(sequence) + native(port)
    }

    private static func native(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }

    /// The answer in a datagram to a query with the number 7, as text.
    private static func answer<Description>(
        to query: NetlinkQuery<Description>,
        in datagram: [UInt8]
    ) -> String {
        let answer = datagram.withUnsafeBytes { query.answer(in: $0, sequence: 7) }
        return switch answer {
        case .description(let description)?: "\(description)"
        case .failure(let number)?: "errno \(number)"
        case .malformed?: "malformed"
        case nil: "none"
        }
    }

    // MARK: - What is sent

    @Test func `a query is sent with its names and its number`() throws {
        #expect(
            NetlinkQuery.generation.bytes(sequence: 7)
                == Self.native(UInt32(20)) + [16, 10, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        )
        #expect(
            NetlinkQuery.chain("out", of: "t").bytes(sequence: 1)
                == Self.native(UInt32(36)) + [4, 10, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
                + Attribute(1, "t").bytes + Attribute(3, "out").bytes
        )
        #expect(
            NetlinkQuery.table("t").bytes(sequence: 1)
                == Self.native(UInt32(28)) + [1, 10, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
                + Attribute(1, "t").bytes
        )
    }

    @Test func `a name that no object can have is not sent`() {
        let longest = String(repeating: "n", count: 255)
        #expect(NetlinkQuery.table(longest).bytes(sequence: 1) != nil)
        #expect(NetlinkQuery.table(longest + "n").bytes(sequence: 1) == nil)
        #expect(NetlinkQuery.chain("c", of: longest + "n").bytes(sequence: 1) == nil)
        #expect(NetlinkQuery.chain(longest + "n", of: "t").bytes(sequence: 1) == nil)
    }

    // MARK: - What is answered

    @Test func `a generation is read`() {
        #expect(Self.answer(to: .generation, in: Self.generation) == "\(0x0102_0304)")
    }

    @Test(
        arguments: [
            (UInt32(0), nil, false, nil), (1, nil, true, nil), (2, 300, false, 300),
            (3, 9, true, 9),
            (2, nil, false, 0), (0, 300, false, nil), (0x80, nil, false, nil),
        ] as [(UInt32, UInt32?, Bool, UInt32?)]
    )
    func `a table's flags are read`(
        flags: UInt32,
        port: UInt32?,
        isDormant: Bool,
        owner: UInt32?
    ) throws {
        let datagram = Self.table(flags: flags, owner: port)
        let answer = datagram.withUnsafeBytes {
            NetlinkQuery.table("t").answer(in: $0, sequence: 7)
        }
        guard case .description(let head)? = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(head.isDormant == isDormant)
        #expect(head.owner == owner)
    }

    @Test func `only the existence of a chain is read`() {
        let chain = Self.message(
            type: 10 << 8 | 3,
            family: 1,
            [Attribute(1, "t"), Attribute(3, "c")]
        )
        #expect(Self.answer(to: .chain("c", of: "t"), in: chain) == "()")
    }

    @Test(arguments: [1, 2, 13, 4095])
    func `an error is read as its number`(number: Int32) {
        #expect(Self.answer(to: .generation, in: Self.error(-number)) == "errno \(number)")
        #expect(Self.answer(to: .table("t"), in: Self.error(-number)) == "errno \(number)")
    }

    @Test func `an acknowledgement is no answer`() {
        #expect(Self.answer(to: .generation, in: Self.error(0)) == "malformed")
    }

    @Test func `the answer to another request is ignored`() {
        let other = Self.message(type: 10 << 8 | 15, family: 0, sequence: 6, [Attribute(1, 5)])
        #expect(Self.answer(to: .generation, in: other) == "none")
        #expect(Self.answer(to: .generation, in: Self.error(-1, sequence: 8)) == "none")
        #expect(Self.answer(to: .generation, in: other + Self.generation) == "\(0x0102_0304)")
    }

    /// The kernel delivers to a socket only what is addressed to its port.
    @Test func `the port of an answer is not checked`() {
        let answer = Self.message(type: 10 << 8 | 15, family: 0, port: 1, [Attribute(1, 5)])
        #expect(Self.answer(to: .generation, in: answer) == "5")
    }

    @Test func `only the first answer is read`() {
        let second = Self.message(type: 10 << 8 | 15, family: 0, [Attribute(1, 5)])
        #expect(Self.answer(to: .generation, in: Self.generation + second) == "\(0x0102_0304)")
        #expect(Self.answer(to: .generation, in: Self.generation + [1]) == "\(0x0102_0304)")
        #expect(Self.answer(to: .generation, in: Self.error(-2) + second) == "errno 2")
    }

    @Test(arguments: [0, 2, 3, 10 << 8 | 0, 10 << 8 | 16, 9 << 8 | 15, 1 << 8] as [UInt16])
    func `another message is no answer`(type: UInt16) {
        let message = Self.message(type: type, family: 0, [Attribute(1, 5)])
        #expect(Self.answer(to: .generation, in: message) == "malformed")
    }

    @Test func `an answer without a generation is malformed`() {
        let message = Self.message(type: 10 << 8 | 15, family: 0, [Attribute(2, 5)])
        #expect(Self.answer(to: .generation, in: message) == "malformed")
        let short = Self.message(type: 10 << 8 | 15, family: 0, [Attribute(1, [0, 1])])
        #expect(Self.answer(to: .generation, in: short) == "malformed")
    }

    @Test func `a truncated answer is malformed`() {
        for whole in [Self.generation, Self.table(flags: 2, owner: 5), Self.error(-2)] {
            for length in 1..<whole.count {
                let part = Array(whole.prefix(length))
                #expect(Self.answer(to: .generation, in: part) == "malformed")
                #expect(Self.answer(to: .table("t"), in: part) == "malformed")
            }
        }
    }

    @Test func `damaged answers never crash the program`() {
        var random = SeededGenerator(seed: 11)
        let whole = [Self.generation, Self.table(flags: 2, owner: 5), Self.error(-2)]
        for round in 0..<2000 {
            var bytes = whole[round % whole.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = .random(in: 0...255, using: &random)
            }
            #expect(Self.answer(to: .generation, in: bytes) != "()")
            #expect(Self.answer(to: .table("t"), in: bytes) != "()")
            let chain = Self.answer(to: .chain("c", of: "t"), in: bytes)
            #expect(["malformed", "none", "()"].contains(chain) || chain.hasPrefix("errno "))
        }
    }
}
