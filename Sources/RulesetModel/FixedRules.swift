public import Addressing

/// Rules that are the same in the chains of every policy, and belong to no redirect.
extension Rule {
    /// `ct status confirmed accept`: the first rule of a chain that decides destinations.
    ///
    /// NAT can't change a connection whose first packet has passed. The kernel asks all the same
    /// while such a connection has no answer, if it began before there was any NAT (nf_nat_inet_fn in
    /// its nf_nat_core.c). Without this rule, a redirect would count what it never got.
    public static let leaveConfirmed = Rule(
        selector: Selector(tracked: .confirmed),
        statement: .accept
    )

    /// `KEY @held_ip drop`: holds back packets that are in the set of their family.
    ///
    /// A flow that is to move is forgotten by connection tracking. If its old server spoke next, the
    /// kernel would take that for a new connection in the other direction, and the client's packets
    /// for answers, which NAT never sees. So the server is held back until the client has spoken.
    /// Only the first packet of a connection passes these chains, so nobody else pays for it.
    public static func holdBack(_ family: IPFamily) -> Rule {
        Rule(
            selector: Selector(
                family: family,
                protocols: TransportProtocol.allCases,
                member: Lookup(HeldFlows.set(family).name, by: HeldFlows.key(family))
            ),
            statement: .drop
        )
    }

    /// `oifname "lo" accept`: the first rule of the chain that changes sources.
    ///
    /// What goes to this machine itself keeps its source: `masquerade` finds no address for `lo`, and
    /// the kernel would drop the packet.
    public static let leaveLoopback = Rule(
        selector: Selector(outputInterfaces: [InterfacePattern(name: "lo")]),
        statement: .accept
    )

    /// The rules with which a chain at a hook begins.
    public static func fixed(at hook: Hook) -> [Rule] {
        switch hook {
        case .prerouting, .output: [leaveConfirmed] + IPFamily.allCases.map(holdBack)
        case .postrouting: [leaveLoopback]
        }
    }

    /// Whether it is one of the rules that belong to no redirect.
    public var isFixed: Bool { Hook.allCases.contains { Self.fixed(at: $0).contains(self) } }
}

/// The sets of packets that are held back while a flow moves.
///
/// The kernel removes each element when its time is over, so nothing has to be cleaned up.
public enum HeldFlows {
    /// The set for a family; a ruleset has it without elements.
    public static func set(_ family: IPFamily) -> LookupMap {
        LookupMap(
            name: "held_\(family.keyword)",
            type: MapType(key: key(family), value: .member, isTimed: true),
            elements: []
        )
    }

    /// Whether a map is one of these sets.
    public static func contains(_ map: LiveMap) -> Bool {
        IPFamily.allCases.contains { map.content == set($0) }
    }

    /// What an element names: protocol, source and destination of the packets.
    public static func key(_ family: IPFamily) -> [KeyField] {
        [
            .transport, .sourceAddress(family), .sourcePort, .destinationAddress(family),
            .destinationPort,
        ]
    }

    /// The commands that hold packets back for a while, in nft's language.
    public static func commands(
        holding packets: [IPFamily: [MapKey]],
        milliseconds: Int,
        in table: String
    ) -> [String] {
        packets.sorted { $0.key < $1.key }.flatMap { family, keys in
            let set = set(family)
            let most = MapType.elementsPerCommand
            return stride(from: 0, to: keys.count, by: most).map { first in
                let elements = keys[first..<min(first + most, keys.count)]
                    .map { "\(set.type.text(of: $0)) timeout \(milliseconds)ms" }
                return "add element inet \(table) \(set.name) { "
                    + elements.joined(separator: ", ") + " }"
            }
        }
    }
}
