import Testing

@testable import Addressing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", IPFamily.ipv4, 0), ("255.255.255.255", .ipv4, 0xFFFF_FFFF),
        ("192.0.2.1", .ipv4, 0xC000_0201), ("::", .ipv6, 0), ("::1", .ipv6, 1),
        ("2001:db8::a", .ipv6, 0x2001_0DB8_0000_0000_0000_0000_0000_000A),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .ipv6, UInt128.max),
    ])
    func `an address is read as a number, and written as it was read`(
        text: String,
        family: IPFamily,
        bits: UInt128
    ) throws {
        let address = try #require(IPAddress(text))
        #expect(address.family == family)
        #expect(address.bits == bits)
        #expect(address.description == text)
        #expect(IPAddress(family: family, bits: bits) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", " 1.2.3.4", "1.2.3.4 ", ":", ":::",
        "1::2::3", "fe80::1%eth0", "[::1]", "12345::", "localhost", "1.2.3.4/32",
    ])
    func `a text that is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `a number outside of the family is no address`() {
        #expect(IPAddress(family: .ipv4, bits: 1 << 32) == nil)
        #expect(IPAddress(family: .ipv6, bits: 1 << 32) != nil)
    }

    @Test func `an IPv6 address is written in its shortest form`() {
        #expect(IPAddress("2001:0DB8:0:0:0:0:0:0001")?.description == "2001:db8::1")
    }

    @Test func `addresses are ordered by family, then by number`() throws {
        let texts = ["9.0.0.0", "10.0.0.0", "255.255.255.255", "::", "::1"]
        let addresses = texts.compactMap { IPAddress($0) }
        #expect(addresses.reversed().sorted().map(\.description) == texts)
    }

    @Test func `a port is written after the address`() throws {
        let port = try #require(Port(80))
        #expect(IPAddress("10.0.0.5")?.text(withPort: port) == "10.0.0.5:80")
        #expect(IPAddress("fd00::5")?.text(withPort: port) == "[fd00::5]:80")
    }
}
