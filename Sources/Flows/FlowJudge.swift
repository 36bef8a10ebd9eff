public import Addressing
public import RulesetModel

/// A flow that goes another way than a new connection like it would.
public struct StaleFlow: Sendable, Hashable {
    /// The flow as its client knows it.
    public let flow: Flow

    /// The redirect that it has to do with.
    public let redirect: String
}

/// Tells which flows go another way than new connections like them would.
///
/// The judgement is on the safe side: a flow counts only where no rule could send a new connection
/// like it where it goes.
public struct FlowJudge: Sendable {
    private let before: [Ways]
    private let after: Ways
    private let addresses: Set<IPAddress>

    /// Creates a judge of a change.
    ///
    /// - Parameters:
    ///   - before: What sent the flows their ways: the kernel's table before the change.
    ///   - after: What sends new connections.
    ///   - addresses: The addresses of this machine.
    public init(from before: LiveTable, to after: Ruleset, machine addresses: Set<IPAddress>) {
        self.before = [Ways(before)]
        self.after = Ways(after)
        self.addresses = addresses
    }

    /// Creates a judge of flows that rulesets before the present one have sent their ways.
    public init(from before: [Ruleset], to after: Ruleset, machine addresses: Set<IPAddress>) {
        self.before = before.map(Ways.init)
        self.after = Ways(after)
        self.addresses = addresses
    }

    /// The flow that goes another way than a new connection like it would, and the redirect because
    /// of which it does; `nil` if it goes the same way, or nobody can tell.
    ///
    /// For a flow with a translated destination that is the redirect which sent it where it goes. One
    /// that nobody has translated counts where it would be now, by the redirect that would do so.
    /// A server that speaks while its flow is being forgotten makes an entry in the other direction;
    /// that is told as the flow that its client knows.
    public func stale(_ flow: Flow) -> StaleFlow? {
        guard !flow.isClosed else { return nil }
        for view in [flow, flow.seenFromTheOtherSide].compactMap(\.self) {
            if let redirect = redirect(leavingBehind: view) {
                return StaleFlow(flow: view, redirect: redirect)
            }
        }
        return nil
    }

    private func redirect(leavingBehind flow: Flow) -> String? {
        let packet = FlowPacket(flow, machine: addresses)
        guard flow.isTranslated else { return redirect(newFor: packet) }
        guard let redirect = redirect(behind: flow) else { return nil }
        let mayStay = after.ways(of: packet).contains {
            $0.leads(flow, to: flow.target, machine: addresses)
        }
        return mayStay ? nil : redirect
    }

    /// The redirect that sent a flow where it goes, or nothing where none of ours did.
    public func redirect(behind flow: Flow) -> String? {
        guard flow.isTranslated, !flow.isClosed else { return nil }
        let packet = FlowPacket(flow, machine: addresses)
        for ways in before {
            let redirects = ways.ways(of: packet)
                .filter { $0.leads(flow, to: flow.target, machine: addresses) }
                .compactMap(\.redirect)
            if let redirect = redirects.min() { return redirect }
        }
        return nil
    }

    /// The redirect that would now surely take a flow elsewhere which nothing took before.
    private func redirect(newFor packet: FlowPacket) -> String? {
        let flow = packet.flow
        func staysPut(_ way: Way) -> Bool {
            way.leads(flow, to: flow.destination, machine: [])
        }
        let ways = after.ways(of: packet)
        guard !ways.contains(where: { staysPut($0) || $0.redirect == nil }),
            before.allSatisfy({ $0.ways(of: packet).allSatisfy(staysPut) })
        else { return nil }
        return ways.compactMap(\.redirect).min()
    }
}
