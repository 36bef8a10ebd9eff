public import Addressing
internal import Glibc

/// An address with a port, as sockets know it.
public struct LabEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public var address: IPAddress

    /// The port; 0 leaves the choice to the kernel.
    public var port: UInt16

    /// Reads `10.0.0.5:80` or `[fd00::5]:80`.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]),
            let address = IPAddress(text[..<colon].filter { $0 != "[" && $0 != "]" })
        else { return nil }
        (self.address, self.port) = (address, port)
    }

    /// Creates an endpoint.
    public init(_ address: IPAddress, _ port: UInt16) {
        (self.address, self.port) = (address, port)
    }

    /// The text form.
    public var description: String {
        switch address.family {
        case .ipv4: "\(address):\(port)"
        case .ipv6: "[\(address)]:\(port)"
        }
    }
}

// MARK: - Socket addresses

extension LabEndpoint {
    /// The number of the address family (address_families(7)).
    var domain: Int32 { address.family == .ipv4 ? AF_INET : AF_INET6 }

    /// Lends the endpoint as `struct sockaddr`.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        let size = withUnsafeMutableBytes(of: &storage) { bytes in
            switch address.family {
            case .ipv4:
                var raw = sockaddr_in()
                raw.sin_family = sa_family_t(AF_INET)
                raw.sin_port = port.bigEndian
                raw.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.bits).bigEndian
                bytes.storeBytes(of: raw, as: sockaddr_in.self)
                return MemoryLayout<sockaddr_in>.size
            case .ipv6:
                var raw = sockaddr_in6()
                raw.sin6_family = sa_family_t(AF_INET6)
                raw.sin6_port = port.bigEndian
                withUnsafeMutableBytes(of: &raw.sin6_addr) { address.copyBytes(to: $0) }
                bytes.storeBytes(of: raw, as: sockaddr_in6.self)
                return MemoryLayout<sockaddr_in6>.size
            }
        }
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(size))
            }
        }
    }

    /// Reads what a call such as `getsockname` wrote.
    init?(reading call: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Int32) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &size) }
        }
        guard result == 0 else { return nil }
        self.init(storage)
    }

    /// Reads an address that the kernel filled in.
    init?(_ storage: sockaddr_storage) {
        let endpoint = withUnsafeBytes(of: storage) { bytes -> LabEndpoint? in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let raw = bytes.load(as: sockaddr_in.self)
                return IPAddress(ipv4: UInt32(bigEndian: raw.sin_addr.s_addr))
                    .map { LabEndpoint($0, UInt16(bigEndian: raw.sin_port)) }
            case AF_INET6:
                let raw = bytes.load(as: sockaddr_in6.self)
                return withUnsafeBytes(of: raw.sin6_addr) { IPAddress(bytes: $0) }
                    .map { LabEndpoint($0, UInt16(bigEndian: raw.sin6_port)) }
            default: return nil
            }
        }
        guard let endpoint else { return nil }
        self = endpoint
    }
}

extension IPAddress {
    fileprivate init?(ipv4 number: UInt32) { self.init(family: .ipv4, bits: UInt128(number)) }

    /// Reads an address in network order: 4 or 16 bytes.
    init?(bytes: UnsafeRawBufferPointer) {
        let family: IPFamily = bytes.count == 4 ? .ipv4 : .ipv6
        self.init(family: family, bits: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }

    /// Writes the 16 bytes of an IPv6 address in network order.
    fileprivate func copyBytes(to bytes: UnsafeMutableRawBufferPointer) {
        withUnsafeBytes(of: bits.bigEndian) { bytes.copyMemory(from: $0) }
    }
}
