public import Addressing

/// Rules that are the same in the chains of every policy, and belong to no redirect.
extension Rule {
    /// `ct status confirmed accept`: the first rule of a chain that decides destinations.
    ///
    /// NAT can't change a connection whose first packet has passed. For an unanswered one that began
    /// before the first NAT chain, the kernel runs NAT chains on every packet all the same
    /// (nf_nat_inet_fn in its nf_nat_core.c). Without this rule, a redirect would count what it never
    /// got.
    public static let leaveConfirmed = Rule(
        selector: Selector(tracked: .confirmed),
        statement: .accept
    )

    /// `KEY @held_ip drop`: holds back packets that are in the set of their family.
    ///
    /// A flow that is to move is forgotten by connection tracking. If its old server spoke next, the
    /// kernel would take that for a new connection in the other direction, and the client's packets
    /// for answers, which NAT never sees. So the server is held back until the client has spoken; one
    /// on this machine gets EPERM meanwhile. Only the first packet of a connection passes these chains,
    /// so no other client is affected.
    public static func holdBack(_ family: IPFamily) -> Rule {
        Rule(
            selector: Selector(
                family: family,
                protocols: TransportProtocol.allCases,
                member: Lookup(Holdback.set(family).name, by: Holdback.key(family))
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
}
