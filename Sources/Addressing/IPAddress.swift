import Glibc

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
    /// The family the address belongs to.
    public let family: IPFamily

    /// The address as a number; the first octet is the most significant one.
    public let bits: UInt128

    /// Creates an address from its number; `nil` if the family has no such address.
    public init?(family: IPFamily, bits: UInt128) {
        guard bits <= Self.highest(in: family) else { return nil }
        self.family = family
        self.bits = bits
    }

    private init(family: IPFamily, unchecked bits: UInt128) {
        (self.family, self.bits) = (family, bits)
    }

    /// Reads dotted decimal text, or an IPv6 address without a zone (RFC 4291, 2.2); `nil` if it is
    /// neither.
    ///
    /// The corresponding C function is `inet_pton`.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        // In C, the text would end there.
        guard !text.utf8.contains(0) else { return nil }
        var ipv4 = in_addr()
        var ipv6 = in6_addr()
        if inet_pton(AF_INET, text, &ipv4) == 1 {
            family = .ipv4
            bits = UInt128(UInt32(bigEndian: ipv4.s_addr))
        } else if inet_pton(AF_INET6, text, &ipv6) == 1 {
            family = .ipv6
            bits = withUnsafeBytes(of: ipv6) { bytes in
                bytes.reduce(0) { $0 << 8 | UInt128($1) }
            }
        } else {
            return nil
        }
    }

    /// The number of the highest address of a family.
    static func highest(in family: IPFamily) -> UInt128 {
        switch family {
        case .ipv4: UInt128(UInt32.max)
        case .ipv6: UInt128.max
        }
    }
}

extension IPAddress {
    /// Whether connections to it never leave the machine that opens them.
    public var isLoopback: Bool { AddressRange.loopback(of: family).contains(AddressRange(self)) }

    /// The loopback address that programs listen on: 127.0.0.1 or ::1.
    public static func loopback(of family: IPFamily) -> IPAddress {
        switch family {
        case .ipv4: IPAddress(family: .ipv4, unchecked: 127 << 24 | 1)
        case .ipv6: IPAddress(family: .ipv6, unchecked: 1)
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text form.
    ///
    /// The corresponding C function is `inet_ntop`.
    public var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            switch family {
            case .ipv4:
                var raw = UInt32(truncatingIfNeeded: bits).bigEndian
                inet_ntop(AF_INET, &raw, buffer.baseAddress, socklen_t(buffer.count))
            case .ipv6:
                var raw = bits.bigEndian
                inet_ntop(AF_INET6, &raw, buffer.baseAddress, socklen_t(buffer.count))
            }
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}

extension IPAddress: Comparable {
    /// Orders by family, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family, left.bits) < (right.family, right.bits)
    }
}

extension IPAddress {
    /// An address with a port, as people and nft write it: `10.0.0.5:80`, `[fd00::5]:80`.
    public func text(withPort port: Port) -> String {
        switch family {
        case .ipv4: "\(self):\(port)"
        case .ipv6: "[\(self)]:\(port)"
        }
    }
}
