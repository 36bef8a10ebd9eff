internal import Addressing
public import HostState
public import PolicyModel

/// What of a host keeps the redirects of a policy from working.
public struct Diagnosis: Sendable {
    /// What was found.
    public var findings = FindingList()

    /// How many redirects were examined: those that are enabled and send connections elsewhere.
    public internal(set) var examined = 0

    /// Examines a policy on a host.
    ///
    /// What the host does not tell is taken to be in order.
    public init(of policy: Policy, on host: some Host) {
        var forwarding = ForwardingCheck(host)
        for redirect in policy.redirects {
            let destinations = Destination.all(of: redirect)
            if !destinations.isEmpty { examined += 1 }
            for destination in destinations {
                forwarding.examine(destination, &findings)
            }
        }
    }
}
