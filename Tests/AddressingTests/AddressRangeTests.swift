import Testing

@testable import Addressing

@Suite struct AddressRangeTests {
    @Test(arguments: [
        "10.0.0.5", "10.0.0.0/8", "10.0.0.0/31", "0.0.0.0/0", "10.0.0.5-10.0.0.9", "::/0",
        "fd00::/8", "::1", "2001:db8::-2001:db8::5",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127",
    ])
    func `a range is written as it was`(text: String) throws {
        #expect(try AddressRange(parsing: text).description == text)
    }

    @Test(arguments: [
        ("10.0.0.5/32", "10.0.0.5"), ("10.0.0.0-10.255.255.255", "10.0.0.0/8"),
        ("10.0.0.5-10.0.0.5", "10.0.0.5"), ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
    ])
    func `the shortest form is chosen`(text: String, shortest: String) throws {
        #expect(try AddressRange(parsing: text).description == shortest)
    }

    @Test func `the ends of a range are its first and last address`() throws {
        let range = try AddressRange(parsing: "192.0.2.0/30")
        #expect(range.bits == 0xC000_0200...0xC000_0203)
        #expect(range.prefixLength == 30)
        #expect(try AddressRange(parsing: "192.0.2.1-192.0.2.4").prefixLength == nil)
        #expect(AddressRange.all(of: .ipv6).prefixLength == 0)
        #expect(AddressRange.all(of: .ipv4).prefixLength == 0)
    }

    @Test(arguments: ["", "-", "/", "10.0.0.1-", "-10.0.0.1", "/8", "x/8", "10.0.0.1-10.0.0.2-3"])
    func `a text that is no range is refused`(text: String) {
        #expect(throws: AddressRange.Malformed.notAnAddress) { try AddressRange(parsing: text) }
    }

    @Test(arguments: [
        ("10.0.0.0/33", IPFamily.ipv4), ("10.0.0.0/", .ipv4), ("10.0.0.0/-1", .ipv4),
        ("10.0.0.0/+8", .ipv4), ("10.0.0.0/8/8", .ipv4), ("10.0.0.0/08", .ipv4),
        ("fd00::/129", .ipv6), ("fd00::/008", .ipv6),
    ])
    func `a prefix length fits its family`(text: String, family: IPFamily) {
        #expect(throws: AddressRange.Malformed.prefixLength(family)) {
            try AddressRange(parsing: text)
        }
    }

    @Test(arguments: [
        ("10.0.0.1/8", "10.0.0.0/8"), ("fd00::1/8", "fd00::/8"), ("1.2.3.4/0", "0.0.0.0/0"),
    ])
    func `an address with host bits is refused with the network`(text: String, network: String)
        throws
    {
        let meant = try AddressRange(parsing: network)
        #expect(throws: AddressRange.Malformed.hostBitsSet(network: meant)) {
            try AddressRange(parsing: text)
        }
    }

    @Test func `mixed families and reversed ends are different errors`() throws {
        #expect(throws: AddressRange.Malformed.mixedFamilies) {
            try AddressRange(parsing: "10.0.0.1-::1")
        }
        let swapped = try AddressRange(parsing: "10.0.0.1-10.0.0.9")
        #expect(throws: AddressRange.Malformed.upsideDown(swapped: swapped)) {
            try AddressRange(parsing: "10.0.0.9-10.0.0.1")
        }
    }
}
