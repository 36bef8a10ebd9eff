import Testing

@testable import Addressing

@Suite struct AddressSetTests {
    private func set(_ texts: String...) throws -> AddressSet {
        AddressSet(try texts.map { try AddressRange(parsing: $0) })
    }

    @Test func `a set is written with as few ranges as possible, IPv4 first`() throws {
        let set = try set("::1", "10.0.0.128/25", "10.0.0.0/25", "9.0.0.1")
        #expect(set.description == "9.0.0.1,10.0.0.0/24,::1")
        #expect(AddressSet(stored: set.description) == set)
    }

    @Test func `equal numbers of two families are different addresses`() throws {
        let set = try set("0.0.0.1")
        #expect(set.contains(try #require(IPAddress("0.0.0.1"))))
        #expect(!set.contains(try #require(IPAddress("::1"))))
        #expect(set.families == [.ipv4])
    }

    @Test func `addresses of two families have nothing in common`() throws {
        #expect(try set("0.0.0.0/0").isDisjoint(with: set("::/0")))
        #expect(try !set("10.0.0.0/8", "::1").isDisjoint(with: set("10.255.255.255")))
        #expect(try set("10.0.0.0/8", "::1").isDisjoint(with: set("11.0.0.0", "::2")))
        #expect(try set("10.0.0.0/9", "10.128.0.0/9", "::1", "::3").rangeCount == 3)
    }

    @Test func `a set can be restricted to a family`() throws {
        let mixed = try set("10.0.0.0/8", "fd00::/8")
        #expect(mixed.families == [.ipv4, .ipv6])
        #expect(mixed.restricted(to: .ipv6) == (try set("fd00::/8")))
        #expect(try set("fd00::/8").restricted(to: .ipv4).isEmpty)
    }

    @Test func `two halves cover a family`() throws {
        let halves = try set("0.0.0.0/1", "128.0.0.0/1")
        #expect(halves.coversAll(of: .ipv4))
        #expect(!halves.coversAll(of: .ipv6))
        #expect(try set("::/0").coversAll(of: .ipv6))
    }

    @Test func `a stored text that is no set is refused`() {
        #expect(AddressSet(stored: "10.0.0.0/8,x") == nil)
        #expect(AddressSet(stored: "")?.isEmpty == true)
    }
}
