internal import Addressing
internal import CNetfilter
internal import Glibc

/// Lists the rules and routes that explain the kernel's answers (rtnetlink(7)).
enum RoutingRules {
    /// The priorities of the rules that every network namespace has: for the tables `local`, `main` and
    /// `default`.
    private static let usual: [UInt32] = [0, 32766, 32767]

    /// Whether a family has other rules than the usual ones; `false` if they can't be
    /// listed.
    static func exist(_ family: IPFamily) -> Bool {
        guard var socket = KernelSocket(NETLINK_ROUTE) else { return false }
        var request = fib_rule_hdr()
        request.family = IPAddress.loopback(of: family).familyNumber
        let (priorities, error) = socket.list(Int(RTM_GETRULE), bytes(of: request)) { message in
            let attributes = message.attributes(after: MemoryLayout<fib_rule_hdr>.size)
            return attributes[Int(FRA_PRIORITY)]?.number(UInt32.self) ?? 0
        }
        // Rules that change all the time are not the usual ones.
        return error == EINTR || priorities.contains { !usual.contains($0) }
    }

    /// The route with the longest prefix of those that refuse packets to an address.
    static func refusingRoute(to address: IPAddress) -> String? {
        guard var socket = KernelSocket(NETLINK_ROUTE) else { return nil }
        var request = rtmsg()
        request.rtm_family = address.familyNumber
        let (routes, _) = socket.list(Int(RTM_GETROUTE), bytes(of: request)) {
            message -> (length: UInt8, words: String)? in
            guard let head = message.head(rtmsg.self), let kind = kinds[Int(head.rtm_type)] else {
                return nil
            }
            let attributes = message.attributes(after: MemoryLayout<rtmsg>.size)
            // IPv6 has a route of this kind in every namespace, with the worst metric there is.
            guard attributes[Int(RTA_PRIORITY.rawValue)]?.number(UInt32.self) != .max,
                let network = network(attributes[Int(RTA_DST.rawValue)], head, address.family),
                network.contains(AddressRange(address))
            else { return nil }
            let table = attributes[Int(RTA_TABLE.rawValue)]?.number(UInt32.self)
            let place = table.map { $0 == mainTable ? "" : " table \($0)" } ?? ""
            return (head.rtm_dst_len, "\(kind) \(network)\(place)")
        }
        return routes.max { $0.length < $1.length }?.words
    }

    private static let kinds = [
        Int(RTN_BLACKHOLE): "blackhole", Int(RTN_UNREACHABLE): "unreachable",
        Int(RTN_PROHIBIT): "prohibit",
    ]

    private static let mainTable = UInt32(RT_TABLE_MAIN.rawValue)

    private static func network(
        _ bytes: UnsafeRawBufferPointer?,
        _ head: rtmsg,
        _ family: IPFamily
    ) -> AddressRange? {
        guard let bytes else { return head.rtm_dst_len == 0 ? .all(of: family) : nil }
        guard let first = IPAddress(network: bytes) else { return nil }
        return try? AddressRange(parsing: "\(first)/\(head.rtm_dst_len)")
    }
}
