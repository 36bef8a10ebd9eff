import Addressing
import PolicyModel
import RulesetModel
import Testing

@testable import LiveFlows

/// Where flows may have been sent, judged by their tuples alone, against the language's reference.
@Suite struct FlowWaysTests {
    @Test func `no way that a connection can go is missed`() throws {
        var (exact, open) = (0, 0)
        for policyCase in PolicyCase.usual {
            let ways = PossibleDestinations(policyCase.ruleset)
            let asksOnlyForTuples = policyCase.ruleset.asksOnlyForTuples
            for (packet, _) in policyCase.cases {
                guard let flow = Flow(packet) else { continue }
                let seen = FlowPacket(
                    flow,
                    at: packet.direction == .inbound ? .prerouting : .output,
                    isToThisMachine: packet.isToThisMachine ? true : nil
                )
                let found = Set(ways.ways(of: seen).map { $0.place(of: flow) })
                let outcome = Set(policyCase.policy.outcome(of: packet).places.keys)
                try #require(
                    outcome.isSubset(of: found),
                    "seed \(policyCase.seed): \(packet), \(outcome), \(found)"
                )
                guard asksOnlyForTuples else {
                    open += 1
                    continue
                }
                exact += 1
                try #require(
                    outcome == found,
                    "seed \(policyCase.seed): \(packet), \(outcome), \(found)"
                )
            }
        }
        #expect(exact > 300 && open > 300, "\(exact), \(open)")
    }
}

extension Ruleset {
    /// Whether no rule and no map asks for more than connection tracking keeps.
    fileprivate var asksOnlyForTuples: Bool {
        rules.allSatisfy { rule in
            Selector.Part.allCases.allSatisfy { rule.selector.asksOnlyForTuples($0) }
                && (rule.statement.lookup?.key ?? []).allSatisfy(\.isOfTuple)
        }
    }
}

extension Selector {
    fileprivate func asksOnlyForTuples(_ part: Part) -> Bool {
        switch part {
        case .family, .protocols, .sourceAddresses, .destinationAddresses, .sourcePorts,
            .destinationPorts:
            true
        // They are about labels, or let connections pass that are none of these.
        case .original, .tracked, .member: true
        case .inputInterfaces: inputInterfaces.isEmpty
        case .outputInterfaces: outputInterfaces.isEmpty
        case .users: users == nil
        case .groups: groups == nil
        case .cgroup: cgroup == nil
        case .mark: mark == nil
        case .dscp: dscp == nil
        case .isToThisMachine: !isToThisMachine
        }
    }
}

extension KeyField {
    /// Whether connection tracking keeps it.
    fileprivate var isOfTuple: Bool {
        switch self {
        case .inputInterface, .outputInterface, .user, .group, .mark: false
        case .sourceAddress, .destinationAddress, .transport, .sourcePort, .destinationPort: true
        }
    }
}

extension Flow {
    fileprivate init?(_ packet: FirstPacket) {
        guard let transport = packet.transport else { return nil }
        let destination = End(address: packet.destination, port: packet.destinationPort)
        self.init(
            protocolNumber: transport.number,
            client: End(address: packet.source, port: packet.sourcePort),
            destination: destination,
            target: destination,
            isTranslated: false
        )
    }
}

extension PossibleDestination {
    fileprivate func place(of flow: Flow) -> Outcome.Place {
        let host: Connection.Destination =
            switch host {
            case .same: .address(flow.destination.address)
            case .address(let address): .address(address)
            case .prefix(let prefix):
                prefix.address(at: flow.destination.address).map { .address($0) } ?? .local
            case .thisMachine: .local
            }
        return Outcome.Place(host: host, port: port ?? flow.destination.port)
    }
}
