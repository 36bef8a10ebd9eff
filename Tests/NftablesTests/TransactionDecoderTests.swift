import RulesetModel
import Testing

@testable import Netlink

/// The kernel's messages about changes, as bytes.
struct TransactionDecoderTests {
    private typealias Attribute = KernelMessage.Attribute

    /// A message about a chain, of a table in a family (1 is `inet`, 2 `ip`).
    private static func chain(of table: String, family: UInt8 = 1) -> [UInt8] {
        message(10 << 8 | 3, family, [Attribute(1, table), Attribute(3, "c")])
    }

    private static func generation(by process: UInt32, _ name: String) -> [UInt8] {
        message(10 << 8 | 15, 0, [Attribute(1, 9), Attribute(2, process), Attribute(3, name)])
    }

    private static func message(
        _ type: UInt16,
        _ family: UInt8,
        _ attributes: [Attribute]
    ) -> [UInt8] {
        let body = attributes.flatMap(\.bytes)
        return native(UInt32(20 + body.count)) + native(type) + native(UInt16(0))
            + native(UInt32(0)) + native(UInt32(0)) + [family, 0, 0, 0] + body
    }

    private static func native(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }

    /// Reads datagrams about table `t`; returns whether each names it, and all authors.
    private func read(_ datagrams: [UInt8]...) throws -> (named: [Bool], [TransactionAuthor?]) {
        var decoder = TransactionDecoder(of: "t")
        var authors: [TransactionAuthor?] = []
        let named = try datagrams.map { datagram in
            try datagram.withUnsafeBytes { bytes in
                try decoder.read(bytes) { authors.append($0) }
            }
        }
        return (named, authors)
    }

    @Test func `a transaction ends with its author, in one datagram or in several`() throws {
        let author = TransactionAuthor(process: 77, name: "nft")
        let one = try read(Self.chain(of: "t") + Self.generation(by: 77, "nft"))
        #expect(one.named == [true] && one.1 == [author])
        let several = try read(
            Self.chain(of: "t"),
            Self.chain(of: "other"),
            Self.generation(by: 77, "nft")
        )
        #expect(several.named == [true, false, false] && several.1 == [author])
    }

    @Test func `transactions with other tables have no author`() throws {
        let (named, authors) = try read(
            Self.chain(of: "other") + Self.generation(by: 1, "a"),
            Self.chain(of: "t", family: 2) + Self.generation(by: 2, "b"),
            Self.chain(of: "tt") + Self.generation(by: 3, "c"),
            Self.chain(of: "t") + Self.generation(by: 4, "d"),
            Self.generation(by: 5, "e")
        )
        #expect(named == [false, false, false, true, false])
        #expect(authors == [TransactionAuthor(process: 4, name: "d")])
    }

    @Test func `after a loss, nobody is blamed for a transaction whose end is missing`() throws {
        var decoder = TransactionDecoder(of: "t")
        var authors: [TransactionAuthor?] = []
        func read(_ datagram: [UInt8]) throws {
            _ = try datagram.withUnsafeBytes { bytes in
                try decoder.read(bytes) { authors.append($0) }
            }
        }
        try read(Self.chain(of: "t"))
        decoder.reset()
        try read(Self.generation(by: 5, "other"))
        #expect(authors.isEmpty)
    }

    @Test func `an object that is not known here counts by its table`() throws {
        let unknown = Self.message(10 << 8 | 200, 1, [Attribute(1, "t"), Attribute(23, 5)])
        #expect(try read(unknown).named == [true])
    }

    @Test func `a generation without its process is a transaction of nobody known`() throws {
        let generation = Self.message(10 << 8 | 15, 0, [Attribute(1, 9)])
        #expect(try read(Self.chain(of: "t") + generation).1 == [nil])
    }

    @Test func `what can't be read is no silence`() throws {
        let chain = Self.chain(of: "t")
        for datagram in [
            Array(chain.dropLast(3)), [1, 2, 3], Self.message(10 << 8 | 3, 1, [Attribute(9, "t")]),
        ] {
            #expect(throws: UnreadableMessage.self) { _ = try read(datagram) }
        }
    }
}
