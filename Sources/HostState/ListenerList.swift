internal import Addressing
internal import CNetfilter
internal import Glibc

/// Lists the sockets that wait for connections (sock_diag(7)).
///
/// Unlike /proc/net/tcp6, it says which sockets of IPv6 also take IPv4.
enum ListenerList {
    static func read() -> Listeners {
        var (listeners, known): ([Listener], Set<TransportProtocol>) = ([], [])
        guard var socket = KernelSocket(NETLINK_SOCK_DIAG) else { return Listeners([], known: []) }
        for transport in [TransportProtocol.tcp, .udp] {
            let errors = [AF_INET, AF_INET6].map { family in
                var request = inet_diag_req_v2()
                request.sdiag_family = UInt8(family)
                request.sdiag_protocol = transport.number
                request.idiag_states = 1 << (transport == .tcp ? listening : unconnected)
                let (entries, error) = socket.list(
                    Int(SOCK_DIAG_BY_FAMILY),
                    bytes(of: request)
                ) { listener(transport, in: $0) }
                listeners += entries
                return error
            }
            // A server of IPv6 can take connections of IPv4, too. A kernel without IPv6 has an empty list.
            if errors == [0, 0] { known.insert(transport) }
        }
        return Listeners(listeners, known: known)
    }

    /// TCP_LISTEN and TCP_CLOSE in the kernel's `tcp_states.h`; the latter is that of every socket of
    /// UDP that is not connected.
    private static let (listening, unconnected): (UInt32, UInt32) = (10, 7)

    private static func listener(
        _ transport: TransportProtocol,
        in message: KernelMessage
    ) -> Listener? {
        guard let head = message.head(inet_diag_msg.self) else { return nil }
        let size = head.idiag_family == UInt8(AF_INET) ? 4 : 16
        guard
            let address = withUnsafeBytes(
                of: head.id.idiag_src,
                { IPAddress(network: UnsafeRawBufferPointer(rebasing: $0.prefix(size))) }
            )
        else { return nil }
        let attributes = message.attributes(after: MemoryLayout<inet_diag_msg>.size)
        let isOfIPv6Only = attributes[INET_DIAG_SKV6ONLY]?.number(UInt8.self) == 1
        let mapped = address.mappedIPv4
        let families: Set<IPFamily> =
            if mapped != nil || address.family == .ipv4 {
                [.ipv4]
            } else {
                address.bits == 0 && !isOfIPv6Only ? [.ipv4, .ipv6] : [.ipv6]
            }
        return Listener(
            transport,
            families,
            address.bits == 0 || mapped?.bits == 0 ? nil : mapped ?? address,
            port: UInt16(bigEndian: head.id.idiag_sport),
            interface: head.id.idiag_if == 0 ? nil : Int32(bitPattern: head.id.idiag_if),
            inode: head.idiag_inode
        )
    }
}

extension IPAddress {
    /// The address of IPv4 in one of the form `::ffff:192.0.2.1`; `nil` for others.
    fileprivate var mappedIPv4: IPAddress? {
        guard family == .ipv6, bits >> 32 == 0xFFFF else { return nil }
        return IPAddress(family: .ipv4, bits: bits & 0xFFFF_FFFF)
    }
}
