internal import Addressing
public import HostState
public import PolicyModel

/// What of a host keeps the redirects of a policy from working.
public struct Diagnosis: Sendable {
    /// What was found.
    public var findings = FindingList()

    /// How many redirects were examined: those that are enabled and send connections elsewhere.
    public internal(set) var examined = 0

    /// What the host does not tell, as phrases; it is taken to be in order.
    public internal(set) var notExamined: [String] = []

    /// How many redirects were not followed through the tables of other programs, because these have too
    /// many rules.
    public internal(set) var unexaminedRedirects = 0

    /// Examines a policy on a host.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - isApplied: Whether it is in effect, so that the kernel takes its rules.
    ///   - accounts: The users and groups that have other ids by now.
    ///   - host: The host.
    public init(
        of policy: Policy,
        isApplied: Bool = false,
        accounts: [ChangedAccount] = [],
        on host: some Host
    ) {
        if host.interfaces.isEmpty { notExamined.append("the network interfaces") }
        for transport in [TransportProtocol.tcp, .udp]
        where !host.listeners.known.contains(transport) {
            notExamined.append("who listens on \(transport)")
        }
        for account in accounts { account.report(policy, &findings) }
        var kernel = KernelCheck(host, isApplied: isApplied)
        for redirect in policy.redirects { kernel.examine(redirect, &findings) }
        let interfaces = InterfaceCheck(host)
        var forwarding = ForwardingCheck(host)
        let loopback = LoopbackCheck(host)
        var routes = RouteCheck(host)
        var listeners = ListenerCheck(host)
        for redirect in policy.redirects {
            let targets = Destination.targets(of: redirect)
            if !targets.isEmpty { examined += 1 }
            interfaces.examine(redirect, &findings)
            for destinations in targets {
                listeners.examine(destinations, &findings)
                for destination in destinations {
                    routes.examine(destination, &findings)
                    forwarding.examine(destination, &findings)
                    loopback.examine(destination, &findings)
                }
            }
        }
        TrackingCheck.examine(host, &findings)
    }
}
