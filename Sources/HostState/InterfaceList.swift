internal import Addressing
internal import CNetfilter
internal import Glibc

/// Reads the network interfaces and their addresses (rtnetlink(7)).
enum InterfaceList {
    /// The interfaces in the order of their numbers; empty if the kernel does not list them and their
    /// addresses.
    static func read() -> [NetworkInterface] {
        guard var socket = KernelSocket(NETLINK_ROUTE) else { return [] }
        let (links, linkError) = socket.list(Int(RTM_GETLINK), bytes(of: ifinfomsg()), interface)
        let (addresses, addressError) = socket.list(Int(RTM_GETADDR), bytes(of: ifaddrmsg())) {
            message -> (Int32, IPAddress)? in
            guard let head = message.head(ifaddrmsg.self),
                let address = address(in: message, of: head)
            else { return nil }
            return (Int32(bitPattern: head.ifa_index), address)
        }
        // Without all addresses it can't be told what leads to this machine.
        guard linkError == 0, addressError == 0 else { return [] }
        var found = Dictionary(links.map { ($0.index, $0) }) { $1 }
        for (index, address) in addresses { found[index]?.addresses.append(address) }
        return found.values.sorted { $0.index < $1.index }
    }

    private static func interface(in message: KernelMessage) -> NetworkInterface? {
        guard let head = message.head(ifinfomsg.self) else { return nil }
        let attributes = message.attributes(after: MemoryLayout<ifinfomsg>.size)
        guard let name = attributes[IFLA_IFNAME]?.text else { return nil }
        let kinds = attributes[IFLA_LINKINFO].map(KernelMessage.attributes) ?? [:]
        let port = kinds[IFLA_INFO_SLAVE_DATA].map(KernelMessage.attributes) ?? [:]
        let isPort = kinds[IFLA_INFO_SLAVE_KIND]?.text == "bridge"
        return NetworkInterface(
            name: name,
            index: head.ifi_index,
            isUp: head.ifi_flags & UInt32(IFF_UP) != 0,
            isLoopback: head.ifi_flags & UInt32(IFF_LOOPBACK) != 0,
            bridge: isPort ? attributes[IFLA_MASTER]?.number(Int32.self) : nil,
            isHairpin: isPort && port[IFLA_BRPORT_MODE]?.number(UInt8.self) == 1
        )
    }

    /// The address in a message, unless it is not usable yet or any more.
    private static func address(in message: KernelMessage, of head: ifaddrmsg) -> IPAddress? {
        let attributes = message.attributes(after: MemoryLayout<ifaddrmsg>.size)
        let flags =
            attributes[IFA_FLAGS]?.number(UInt32.self) ?? UInt32(head.ifa_flags)
        guard flags & UInt32(IFA_F_TENTATIVE | IFA_F_DADFAILED) == 0 else { return nil }
        return (attributes[IFA_LOCAL] ?? attributes[IFA_ADDRESS])
            .flatMap { IPAddress(network: $0) }
    }
}

extension IPAddress {
    /// Reads an address in network byte order; `nil` unless it has 4 or 16 bytes.
    init?(network bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let bits = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        self.init(family: bytes.count == 4 ? .ipv4 : .ipv6, bits: bits)
    }

    /// The address in network byte order.
    var networkBytes: [UInt8] {
        let width = family.bitWidth / 8
        return withUnsafeBytes(of: bits.bigEndian) { Array($0.suffix(width)) }
    }

    /// The number of its family (address_families(7)).
    var familyNumber: UInt8 { UInt8(family == .ipv4 ? AF_INET : AF_INET6) }
}
