public import Addressing

/// The sets of packets that are held back while flows move, by ``Rule/holdBack(_:)``.
///
/// The kernel removes each element when its time is over, so nothing has to be cleaned up.
public enum Holdback {
    /// How long packets are held back, in milliseconds.
    ///
    /// That is longer than connection tracking remembers a UDP flow (120 s by
    /// nf_conntrack_udp_timeout_stream). Elements that stay longer are another program's.
    public static let milliseconds: UInt64 = 180_000

    /// The set for a family; a ruleset has it without elements.
    public static func set(_ family: IPFamily) -> LookupMap {
        LookupMap(
            name: "held_\(family.keyword)",
            type: MapType(key: key(family), value: .member, isTimed: true),
            elements: []
        )
    }

    /// Whether a map is one of these sets, whatever its elements.
    public static func isSet(_ map: LiveMap) -> Bool {
        IPFamily.allCases.contains { set($0).name == map.name && set($0).type == map.type }
    }

    /// What an element names: protocol, source and destination of the packets.
    public static func key(_ family: IPFamily) -> [KeyField] {
        [
            .transport, .sourceAddress(family), .sourcePort, .destinationAddress(family),
            .destinationPort,
        ]
    }

    /// The commands that hold packets back, in nft's language.
    public static func commands(
        for packets: [IPFamily: [MapKey]],
        in table: String
    ) -> [String] {
        commands("add", packets, in: table, " timeout \(milliseconds)ms")
    }

    /// The commands that release held packets, in nft's language.
    public static func commands(
        toLetGo packets: [IPFamily: [MapKey]],
        in table: String
    ) -> [String] {
        commands("delete", packets, in: table, "")
    }

    private static func commands(
        _ verb: String,
        _ packets: [IPFamily: [MapKey]],
        in table: String,
        _ term: String
    ) -> [String] {
        packets.sorted { $0.key < $1.key }.flatMap { family, keys in
            let set = set(family)
            let most = MapType.elementsPerCommand
            return stride(from: 0, to: keys.count, by: most).map { first in
                let elements = keys[first..<min(first + most, keys.count)]
                    .map { "\(set.type.text(of: $0))\(term)" }
                return "\(verb) element inet \(table) \(set.name) { "
                    + elements.joined(separator: ", ") + " }"
            }
        }
    }
}
