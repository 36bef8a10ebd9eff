import Addressing
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// What every example expects of connections holds for real ones.
@Suite(.networkNamespace) struct ExampleConnectionTests {
    @Test(arguments: ExamplePolicies.names)
    func `connections go where the example's own tests expect them`(example: String) throws {
        let lab = try Lab.withInternetAndClient()
        let loaded = try PolicyUnderTest.read(example)
        #expect(!loaded.policy.tests.isEmpty)
        let groups = loaded.policy.tests.compactMap(\.connection.cgroup?.text)
        if groups.isEmpty {
            try check(loaded.policy, in: lab)
        } else if LabIdentity.isFree {
            try LabIdentity.withControlGroups(Set(groups.flatMap(Self.ancestors)).sorted()) {
                try check(loaded.policy, in: lab)
            }
        }
    }

    private func check(_ policy: Policy, in lab: Lab) throws {
        let servers = [
            try lab.internet.serve(ports: policy.ports), try lab.machine.serve(ports: policy.ports),
        ]
        defer { withExtendedLifetime(servers) {} }
        #expect(try PolicyUnderTest(policy).difference.isEmpty)
        try check(policy, isOnTrial: false, in: lab)
        // The confirmed rules beside it would lead every connection astray.
        try lab.machine.nft("delete table inet redirctl")
        let difference = try PolicyUnderTest(onTrial: policy).trialDifference
        #expect(difference.structure.isEmpty && difference.redirects.isEmpty)
        try check(policy, isOnTrial: true, in: lab)
    }

    private func check(_ policy: Policy, isOnTrial: Bool, in lab: Lab) throws {
        // What nft lists, it must be able to load again.
        let listing = try lab.machine.run("nft", "list", "table", "inet", "redirctl")
        #expect(listing.contains("trial_") == isOnTrial)
        try lab.machine.run("nft", "-c", "-f", "-", input: "flush ruleset\n" + listing)
        for result in TestRun(of: policy).results {
            let (test, connection) = (result.test, result.test.connection)
            #expect(result.passed, "\(connection): \(result.sentence)")
            if connection.user != nil || connection.cgroup != nil, !LabIdentity.isFree { continue }
            let reply = try lab.open(connection)
            let expected = test.outcomes.map { connection.reply(after: $0) }
            #expect(expected.contains(reply), "\(connection), on trial: \(isOnTrial)")
            // `redirctl test` knows every place that the connection can go to.
            let goals = result.goals.map { connection.reply(after: $0) }
            #expect(goals.contains(reply), "\(connection): \(goals)")
        }
    }

    /// A control group with those above it, these first.
    private static func ancestors(_ path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }
}

extension Policy {
    /// Every port that a connection of its tests can end at.
    fileprivate var ports: Set<UInt16> {
        var ports: Set<UInt16> = []
        for test in tests {
            ports.insert(test.connection.destinationPort.number)
            for outcome in test.outcomes {
                switch outcome {
                case .unchanged: break
                case .address(_, let port), .local(let port): ports.insert(port.number)
                }
            }
        }
        return ports
    }
}

extension Lab {
    /// Opens a connection from the machine, or from the client that comes through it.
    fileprivate func open(_ connection: Connection) throws -> LabReply {
        let target = connection.target
        switch connection.direction {
        case .outbound:
            if let group = connection.cgroup {
                let address = "\(connection.address)"
                let port = connection.destinationPort.number
                let answer = try machine.ask(address, port, inControlGroup: group.text)
                return .reached(String(answer.prefix { $0 != " " }))
            }
            guard let user = connection.user else {
                return try machine.ask(connection.transport, target, dscp: connection.dscp)
            }
            return try LabIdentity.with(user: user) {
                try machine.ask(connection.transport, target, dscp: connection.dscp)
            }
        case .inbound:
            guard let source = connection.sourceAddress else {
                return try client.ask(connection.transport, target, dscp: connection.dscp)
            }
            // The client may have the address already.
            _ = try? client.ip(["addr add \(source)/32 dev client2"])
            if !"\(source)".hasPrefix("10.3.0.") {
                _ = try? machine.ip(["route add \(source) via 10.3.0.2"])
                _ = try? internet.ip(["route add \(source) via 10.1.0.1"])
            }
            return try client.ask(
                connection.transport,
                target,
                from: "\(source):0",
                dscp: connection.dscp
            )
        }
    }
}

extension Connection {
    /// The destination; of the machine's own addresses, the client's neighbour.
    fileprivate var address: IPAddress {
        destinationAddress ?? Self.neighbour
    }

    private static let neighbour = IPAddress(stored: "10.3.0.1").unsafelyUnwrapped

    fileprivate var target: String { address.text(withPort: destinationPort) }

    /// What the server says where the connection ends as expected.
    fileprivate func reply(after outcome: PolicyTest.Outcome) -> LabReply {
        switch outcome {
        case .unchanged: .reached(target)
        case .address(let address, let port): .reached(address.text(withPort: port))
        case .local(let port):
            switch (direction, address.family) {
            case (.inbound, .ipv4): .reached("10.3.0.1:\(port)")
            case (.inbound, .ipv6): .reached("[fd03::1]:\(port)")
            case (.outbound, .ipv4): .reached("127.0.0.1:\(port)")
            case (.outbound, .ipv6): .reached("[::1]:\(port)")
            }
        }
    }
}
