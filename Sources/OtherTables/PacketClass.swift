internal import Addressing

extension Firewall {
    /// A packet that stands for all packets with which the tables do the same: it has only the addresses
    /// and ports that matter to a rule.
    public func representative(of packet: FilterPacket) -> FilterPacket {
        var parts = interests.parts
        for part in RuleGuard.Part.allCases {
            if let key = packet.key(of: part) {
                if let more = interests.keys[key] { parts.formUnion(more) }
            } else if let more = interests.all[part] {
                parts.formUnion(more)
            }
        }
        func keep(
            _ end: FilterPacket.Endpoint,
            _ address: RuleGuard.Part,
            _ port: RuleGuard.Part
        ) -> FilterPacket.Endpoint {
            .init(
                parts.contains(address) ? end.address : nil,
                parts.contains(port) ? end.port : nil
            )
        }
        var common = packet
        common.source = keep(packet.source, .sourceAddress, .sourcePort)
        common.destination = keep(packet.destination, .destinationAddress, .destinationPort)
        // Whatever reads the original destination counts as reading all parts.
        if parts.count < RuleGuard.Part.allCases.count { common.originalDestination = .init() }
        return common
    }
}

/// What rules of all tables ask for.
struct Interests: Sendable {
    /// The addresses and ports that rules ask for first, and the parts that they read then.
    private(set) var keys: [RuleGuard: Set<RuleGuard.Part>] = [:]

    /// The parts that are read by all rules which ask for one part first.
    private(set) var all: [RuleGuard.Part: Set<RuleGuard.Part>] = [:]

    /// The parts that are read of packets with any addresses and ports.
    private(set) var parts: Set<RuleGuard.Part> = []

    init(_ indices: [[String: RuleIndex]]) {
        for index in indices.lazy.flatMap(\.values) {
            keys.merge(index.interests) { $0.union($1) }
            parts.formUnion(index.readByOthers)
        }
        for (key, parts) in keys { all[key.part, default: []].formUnion(parts) }
    }
}
