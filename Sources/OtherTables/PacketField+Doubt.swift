internal import Addressing
internal import CNetfilter

extension PacketField {
    /// What it means that the field is not known.
    func doubt(in packet: FilterPacket) -> Doubt {
        switch self {
        case .meta(NFT_META_IIFNAME.rawValue), .meta(NFT_META_IIF.rawValue):
            return .unknown("the interface that they arrive on")
        case .meta(NFT_META_OIFNAME.rawValue), .meta(NFT_META_OIF.rawValue):
            return .unknown("the interface that they leave by")
        case .meta(NFT_META_MARK.rawValue): return .client("the packet mark")
        case .meta(NFT_META_SKUID.rawValue), .meta(NFT_META_SKGID.rawValue):
            return .client("the process that opens them")
        case .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, let offset):
            let sources = packet.family == .ipv4 ? 12..<16 : 8..<24
            guard !packet.isHeaderChanged else { return .unknown("a changed header") }
            guard offset >= sources.lowerBound else { return .unknown("the IP header") }
            guard sources.contains(offset) != (packet.tracking != .reply) else {
                return .client("the client's address")
            }
            // A process of this machine has its choice of servers.
            return packet.isToAnyServer
                ? .client("the server's address") : .unknown("the server's address")
        case .payload(NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, let offset):
            guard !packet.isHeaderChanged else { return .unknown("a changed header") }
            guard offset < 4 else { return .unknown("what the packet contains") }
            return (offset < 2) == (packet.tracking != .reply)
                ? .client("the client's port") : .unknown("the server's port")
        case .payload: return .unknown("what the packet contains")
        case .connection: return .unknown("what connection tracking knows")
        case .route: return .unknown("a route")
        case .meta: return .unknown("a property of the packet")
        }
    }
}
