import Addressing
import Diagnostics
import PolicyCompiler
import PolicyModel
import PolicyYAML
import TestSupport
import Testing

/// What is said of connections that are partly known holds for each that they may stand for.
@Suite struct InterceptionTests {
    private struct Count {
        var certain = 0
        var possible = 0
        var never = 0
    }

    @Test func `no redirection of a connection is missed, whatever is not known of it`() throws {
        var count = Count()
        for policyCase in PolicyCase.usual {
            var random = SeededGenerator(seed: policyCase.seed)
            for (packet, _) in policyCase.cases {
                guard let connection = Connection(packet, forgettingBy: &random) else { continue }
                let outcome = policyCase.policy.outcome(of: packet)
                let moves = outcome.places.keys.filter { !$0.isPlace(of: packet) }
                let isLocal = packet.isToThisMachine
                let found = policyCase.policy.interception(
                    of: connection,
                    knowing: isLocal && Bool.random(using: &random) ? [packet.destination] : []
                )
                switch found {
                case nil:
                    count.never += 1
                    try #require(moves.isEmpty, "seed \(policyCase.seed): \(connection)")
                case let found? where found.isCertain:
                    count.certain += 1
                    try #require(
                        outcome.redirect?.name == found.redirect.name
                            && moves.count == outcome.places.count,
                        "seed \(policyCase.seed): \(connection)"
                    )
                default: count.possible += 1
                }
            }
        }
        #expect(count.certain > 500 && count.possible > 500 && count.never > 500, "\(count)")
    }

    @Test func `of a connection of which all is known, only what happens is said`() throws {
        var compared = 0
        for policyCase in PolicyCase.usual {
            for (packet, _) in policyCase.cases where packet.isToThisMachine {
                guard packet.process?.cgroup != nil || packet.direction == .inbound,
                    let connection = Connection(packet)
                else { continue }
                let moves = policyCase.policy.outcome(of: packet).places.keys
                    .contains { !$0.isPlace(of: packet) }
                let found = policyCase.policy.interception(
                    of: connection,
                    knowing: [packet.destination]
                )
                try #require((found != nil) == moves, "seed \(policyCase.seed): \(connection)")
                compared += 1
            }
        }
        #expect(compared > 1000)
    }

    @Test(arguments: ExamplePolicies.names)
    func `a policy reads the same from the texts that a reading has left`(name: String) throws {
        let reader = PolicyReader(allowsUnsafePermissions: true)
        let first = try reader.read(path: ExamplePolicies.path(of: name))
        let again = try reader.read(again: first.sources.sources, accounts: first.accounts)
        #expect(
            PolicyCompiler.ruleset(for: again.policy)
                == PolicyCompiler.ruleset(for: first.policy)
        )
        #expect(again.accounts == first.accounts)
        #expect(again.sources.sources == first.sources.sources)
    }
}

extension Outcome.Place {
    fileprivate func isPlace(of packet: FirstPacket) -> Bool {
        host == .address(packet.destination) && port == packet.destinationPort
    }
}

extension Connection {
    /// All that is known of a packet, or `nil` if it has no ports.
    init?(_ packet: FirstPacket) {
        guard let transport = packet.transport, let port = packet.destinationPort else {
            return nil
        }
        self.init(
            direction: packet.direction,
            transport: transport,
            sourceAddress: packet.source,
            sourcePort: packet.sourcePort,
            destination: .address(packet.destination),
            destinationPort: port,
            interface: packet.interface,
            user: packet.process?.user,
            group: packet.process?.group,
            cgroup: packet.process?.cgroup,
            mark: packet.mark,
            dscp: packet.dscp
        )
    }

    /// A part of what is known of a packet.
    init?(_ packet: FirstPacket, forgettingBy random: inout SeededGenerator) {
        self.init(packet)
        for key in Match.Key.allCases where Bool.random(using: &random) {
            switch key {
            // They are always known, or go with the addresses.
            case .family, .transport, .destinationAddress, .destinationPort: break
            case .sourceAddress: sourceAddress = nil
            case .sourcePort: sourcePort = nil
            case .interface: interface = nil
            case .user: user = nil
            case .group: group = nil
            case .cgroup: cgroup = nil
            case .mark: mark = nil
            case .dscp: dscp = nil
            }
        }
        if packet.isToThisMachine, Int.random(in: 0..<4, using: &random) == 0 {
            destination = .local
        }
    }
}
