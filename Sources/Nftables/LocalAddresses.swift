public import Addressing
internal import Glibc

/// The addresses of this machine's interfaces.
public enum LocalAddresses {
    /// The addresses of all interfaces of the calling thread's network namespace.
    ///
    /// Empty on failure. Routes can make further addresses local, which are not included. The
    /// corresponding C function is `getifaddrs`.
    public static func all() -> Set<IPAddress> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: Set<IPAddress> = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ifa_addr.flatMap(address(in:)) {
                addresses.insert(address)
            }
            next = entry.pointee.ifa_next
        }
        return addresses
    }

    private static func address(in socket: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        let raw = UnsafeRawPointer(socket)
        switch Int32(socket.pointee.sa_family) {
        case AF_INET:
            let number = raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            return IPAddress(family: .ipv4, bits: UInt128(UInt32(bigEndian: number)))
        case AF_INET6:
            let address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return withUnsafeBytes(of: address) { bytes in
                IPAddress(family: .ipv6, bits: bytes.reduce(0) { $0 << 8 | UInt128($1) })
            }
        default: return nil
        }
    }
}
