import Addressing
import PolicyModel
import RulesetModel
import Testing

@testable import LiveFlows

/// Where flows may have been sent, judged by their tuples alone, against the language's reference.
@Suite struct FlowWaysTests {
    @Test func `no way that a connection can go is missed`() throws {
        var (exact, open) = (0, 0)
        for trial in Trial.usual {
            let ways = PossibleDestinations(trial.ruleset)
            let asksOnlyForTuples = trial.ruleset.asksOnlyForTuples
            for (packet, _) in trial.cases {
                guard let flow = Flow(packet) else { continue }
                let seen = FlowPacket(
                    flow,
                    at: packet.direction == .inbound ? .prerouting : .output,
                    isToThisMachine: packet.isToThisMachine ? true : nil
                )
                let found = Set(ways.ways(of: seen).map { $0.place(of: flow) })
                let outcome = Set(trial.policy.outcome(of: packet).places.keys)
                try #require(
                    outcome.isSubset(of: found),
                    "seed \(trial.seed): \(packet), \(outcome), \(found)"
                )
                guard asksOnlyForTuples else {
                    open += 1
                    continue
                }
                exact += 1
                try #require(
                    outcome == found,
                    "seed \(trial.seed): \(packet), \(outcome), \(found)"
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
            let selector = rule.selector
            let key = rule.statement.lookup?.key ?? []
            return selector.inputInterfaces.isEmpty && selector.outputInterfaces.isEmpty
                && selector.users == nil && selector.groups == nil && selector.cgroup == nil
                && selector.mark == nil && !selector.isToThisMachine
                && !key.contains { field in
                    switch field {
                    case .inputInterface, .outputInterface, .user, .group, .mark: true
                    default: false
                    }
                }
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
            case .thisMachine: .local
            }
        return Outcome.Place(host: host, port: port ?? flow.destination.port)
    }
}
