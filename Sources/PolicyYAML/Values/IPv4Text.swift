import Addressing

/// The plain forms of IPv4 addresses, read without the C library: large policies consist of them.
///
/// Every other text, right or wrong, is left to ``AddressRange/init(parsing:)``.
enum IPv4Text {
    /// Reads four decimal numbers with dots between them, or `nil` for any other form.
    static func address(_ text: some Sequence<UInt8>) -> IPAddress? {
        var quad = Quad()
        for byte in text where !quad.take(byte) { return nil }
        return quad.bits.flatMap { IPAddress(family: .ipv4, bits: UInt128($0)) }
    }

    /// Reads an address or a prefix, or `nil` for any other form.
    static func range(_ text: some Sequence<UInt8>) -> AddressRange? {
        var quad = Quad()
        var length: UInt32?
        var digits = 0
        for byte in text {
            switch (length, byte) {
            case (nil, UInt8(ascii: "/")): length = 0
            case (nil, _): if !quad.take(byte) { return nil }
            case (let number?, Alphabet.digits) where digits == 0 || (number > 0 && digits < 2):
                length = number * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
            default: return nil
            }
        }
        guard let first = quad.bits else { return nil }
        guard let length else { return range(first, 0) }
        guard digits > 0, length <= 32 else { return nil }
        let hostBits = length == 0 ? UInt32.max : (1 << (32 - length)) - 1
        return first & hostBits == 0 ? range(first, hostBits) : nil
    }

    private static func range(_ first: UInt32, _ hostBits: UInt32) -> AddressRange? {
        AddressRange(family: .ipv4, bits: UInt128(first)...UInt128(first | hostBits))
    }

    /// The four numbers, as far as they have been read.
    private struct Quad {
        private var whole: UInt32 = 0
        private var octet: UInt32 = 0
        private var digits = 0
        private var dots = 0

        /// The address, if it is complete.
        var bits: UInt32? { dots == 3 && digits > 0 ? whole << 8 | octet : nil }

        /// Reads the next character; returns whether it fits.
        mutating func take(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: ".") where digits > 0 && dots < 3:
                (whole, octet, digits, dots) = (whole << 8 | octet, 0, 0, dots + 1)
                return true
            case Alphabet.digits where digits == 0 || octet > 0:
                octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                return octet <= 255
            default: return false
            }
        }
    }
}
