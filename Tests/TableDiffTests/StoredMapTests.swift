import Addressing
import FoundationEssentials
import RulesetModel
import TestSupport
import Testing

/// How maps are stored.
@Suite struct StoredMapTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func `any map comes back as it was stored`(seed: UInt64) throws {
        var generator = RulesetGenerator(seed: seed)
        for map in generator.ruleset(table: "t").maps {
            let stored = try JSONEncoder().encode(map)
            #expect(try JSONDecoder().decode(LookupMap.self, from: stored) == map)
        }
    }

    @Test func `elements are stored in nft's words, one a line`() throws {
        let map = LookupMap(name: "m", type: Self.type, elements: try Self.elements(Self.text))
        let stored = try JSONEncoder().encode(map)
        let text = try JSONDecoder().decode(Stored.self, from: stored).elements
        #expect(text == Self.text)
        #expect(map.elements.count == 3)
        #expect(map.elements[0].redirect == "web")
        #expect(map.elements[2].redirect == nil)
    }

    @Test(
        arguments: [
            "10.0.0.1", "10.0.0.1 . tcp . 80", "10.0.0.1 . tcp . 80 : 10.0.0.5",
            "10.0.0.1 . tcp . 80 : 10.0.0.5 . 0", "10.0.0.1 . tcp . 80 : 10.0.0.5 . 65536",
            "10.0.0.1 . tcp . 80 : 10.0.0.5 . 80 ", "10.0.0.256 . tcp . 80 : 10.0.0.5 . 80",
            "10.0.0.01 . tcp . 80 : 10.0.0.5 . 80", "fd00::1 . tcp . 80 : 10.0.0.5 . 80",
            "10.0.0.1 . tcp . 80 : fd00::1 . 80", "10.0.0.1 . tcp . 90-80 : 10.0.0.5 . 80",
            "10.0.0.1 . icmp . 80 : 10.0.0.5 . 80", "10.0.0.1 . tcpx . 80 : 10.0.0.5 . 80",
            "10.0.0.1 . tcp . +80 : 10.0.0.5 . 80", "10.0.0.1 . tcp . 99999999999999999999 : 1",
            "10.0.0.1 . tcp . 80 : 10.0.0.5 . 80 # a b", "10.0.0.1 . tcp . 80 : accept",
            "10.0.0.1/24 . tcp . 80 : 10.0.0.5 . 80", "\n", " ",
        ]
    )
    func `what is no element is refused`(line: String) {
        #expect(throws: DecodingError.self) { try Self.elements(line) }
        #expect(throws: DecodingError.self) { try Self.elements(Self.text + "\n" + line) }
    }

    @Test func `no text cut off anywhere is read past its end`() throws {
        let bytes = Array(Self.text.utf8)
        for count in bytes.indices {
            let text = String(decoding: bytes[..<count], as: UTF8.self)
            let elements = try? Self.elements(text)
            #expect(elements?.count ?? 0 <= 3)
        }
    }

    private struct Stored: Codable {
        var name: String
        var type: MapType
        var elements: String
    }

    private static let type = MapType(
        key: [.destinationAddress(.ipv4), .transport, .destinationPort],
        value: .addressAndPort(.ipv4),
        isInterval: true
    )

    private static let text = """
        10.0.0.1 . tcp . 80 : 10.0.0.5 . 8080 # web
        10.0.1.0/24 . 1-17 . 1000-1999 : 10.0.0.6 . 8080 # a.b_c-d
        10.0.2.0-10.0.2.4 . 1 . 0 : 10.0.0.7 . 65535
        """

    private static func elements(_ text: String) throws -> [MapElement] {
        let stored = try JSONEncoder().encode(Stored(name: "m", type: type, elements: text))
        return try JSONDecoder().decode(LookupMap.self, from: stored).elements
    }
}
