public import Addressing
public import RulesetModel

/// A flow that goes another way than a new connection like it would.
public struct StaleFlow: Sendable, Hashable {
    /// The flow.
    public let flow: Flow

    /// The redirect that sent it there, or would take it now.
    public let redirect: String

    /// What of it is not as it would be.
    public enum Kept: String, Sendable, Hashable, Encodable {
        /// Where it goes.
        case target
        /// Only the source that its target sees.
        case source
    }

    /// What of it is not as it would be.
    public let keeps: Kept
}

/// Tells which flows go another way than new connections like them would.
///
/// The judgement is on the safe side: a flow counts only where no rule could send a new connection
/// like it where it goes.
public struct StaleFlows: Sendable {
    private let before: [PossibleDestinations]
    private let after: PossibleDestinations
    private let addresses: Set<IPAddress>

    /// Judges flows by a change.
    ///
    /// - Parameters:
    ///   - before: What sent the flows their ways: the kernel's table before the change.
    ///   - after: What sends new connections.
    ///   - addresses: The addresses of this machine.
    public init(from before: LiveTable, to after: Ruleset, machine addresses: Set<IPAddress>) {
        self.before = [PossibleDestinations(before)]
        self.after = PossibleDestinations(after)
        self.addresses = addresses
    }

    /// Creates a judge of flows that rulesets before the present one have sent their ways.
    public init(from before: [Ruleset], to after: Ruleset, machine addresses: Set<IPAddress>) {
        self.before = before.map(PossibleDestinations.init)
        self.after = PossibleDestinations(after)
        self.addresses = addresses
    }

    /// The flow that goes another way than a new connection like it would, and the redirect because
    /// of which it does; `nil` if it goes the same way, or nobody can tell.
    ///
    /// For a flow with a translated destination that is the redirect which sent it where it goes. One
    /// that nobody has translated counts where it would be now, by the redirect that would do so.
    public func stale(_ flow: Flow) -> StaleFlow? {
        guard !flow.isClosed else { return nil }
        let packet = FlowPacket(flow, machine: addresses)
        guard flow.isTranslated else {
            return redirect(newFor: packet).map {
                StaleFlow(flow: flow, redirect: $0, keeps: .target)
            }
        }
        let sent = before.lazy.map { ways in
            ways.ways(of: packet).filter {
                $0.redirect != nil && $0.leads(flow, to: flow.target, machine: addresses)
            }
        }
        guard let ways = sent.first(where: { !$0.isEmpty }),
            let redirect = ways.compactMap(\.redirect).min()
        else { return nil }
        let staying = after.ways(of: packet).filter {
            $0.leads(flow, to: flow.target, machine: addresses)
        }
        guard !staying.isEmpty else {
            return StaleFlow(flow: flow, redirect: redirect, keeps: .target)
        }
        // A source that none of ours gave is another program's, which may give it again.
        let isOurs = ways.contains { $0.mayGiveSource(of: flow, machine: addresses) }
        let mayStay = staying.contains { $0.mayGiveSource(of: flow, machine: addresses) }
        return !isOurs || mayStay
            ? nil : StaleFlow(flow: flow, redirect: redirect, keeps: .source)
    }

    /// The redirect that would now surely take a flow elsewhere which nothing took before.
    private func redirect(newFor packet: FlowPacket) -> String? {
        let flow = packet.flow
        func staysPut(_ way: PossibleDestination) -> Bool {
            way.leads(flow, to: flow.destination, machine: [])
        }
        let ways = after.ways(of: packet)
        guard !ways.contains(where: { staysPut($0) || $0.redirect == nil }),
            before.allSatisfy({ $0.ways(of: packet).allSatisfy(staysPut) })
        else { return nil }
        return ways.compactMap(\.redirect).min()
    }
}
