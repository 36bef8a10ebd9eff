internal import Addressing
internal import CNetfilter
internal import Glibc

/// Asks the kernel for routes (RTM_GETROUTE, rtnetlink(7)), each one once.
final class RouteQuestions {
    private var socket = KernelSocket(NETLINK_ROUTE)
    private var known: [IPAddress: Route] = [:]

    /// The way to an address, as for a packet of this machine without a mark.
    func route(to address: IPAddress) -> Route {
        if let route = known[address] { return route }
        let route = ask(address)
        known[address] = route
        return route
    }

    private func ask(_ address: IPAddress) -> Route {
        var head = rtmsg()
        head.rtm_family = address.familyNumber
        head.rtm_dst_len = UInt8(address.family.bitWidth)
        let attribute = rtattr(
            rta_len: UInt16(4 + address.family.bitWidth / 8),
            rta_type: UInt16(RTA_DST.rawValue)
        )
        let body = bytes(of: head) + bytes(of: attribute) + address.networkBytes
        guard let (route, error) = socket?.answer(Int(RTM_GETROUTE), body, Self.route(in:)) else {
            return .unknown
        }
        if let route { return route }
        // These are the kernel's answers to the question; others say that it was not answered.
        let reasons = [ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL, ENODEV]
        return reasons.contains(error) ? .none(errno: error) : .unknown
    }

    private static func route(in message: KernelMessage) -> Route? {
        guard let head = message.head(rtmsg.self) else { return nil }
        let attributes = message.attributes(after: MemoryLayout<rtmsg>.size)
        let interface = attributes[Int(RTA_OIF.rawValue)]?.number(Int32.self)
        switch (Int(head.rtm_type), interface) {
        case (RTN_LOCAL, _): return .local
        case (RTN_BROADCAST, let interface?): return .broadcast(interface)
        case (RTN_BLACKHOLE, _): return .none(errno: EINVAL)
        case (RTN_UNREACHABLE, _): return .none(errno: EHOSTUNREACH)
        case (RTN_PROHIBIT, _): return .none(errno: EACCES)
        case (_, let interface?): return .interface(interface)
        default: return .unknown
        }
    }
}
