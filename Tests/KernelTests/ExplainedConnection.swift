import Addressing
import PolicyAnalysis
import PolicyModel
import TestSupport

/// A connection as somebody writes it, and what `explain` says of it.
struct ExplainedConnection {
    let connection: Connection
    let explanation: Explanation

    /// The addresses that `explain` takes for the machine's own.
    private let known: Set<IPAddress>

    init(_ connection: Connection, by policy: Policy, knowing addresses: [IPAddress]) {
        self.connection = connection
        known = Set(addresses + IPFamily.allCases.map(Lan.loopback))
        explanation = Explanation(of: connection, by: policy, knowing: Set(addresses))
    }

    /// The outcome for a connection that the text can stand for: the first whose condition is met.
    func outcome(of probe: Probe) -> Explanation.Case? {
        explanation.cases.first { $0.condition.holds(for: probe) }
    }

    /// What is wrong with the explanation for a connection; `nil` if it says the same as the second
    /// reading of the policy.
    func mistake(on probe: Probe, meaning: (decider: String?, replies: Set<String>)) -> String? {
        guard explanation.isComplete, explanation.cases.count == explanation.caseCount else {
            return "explain does not list every outcome"
        }
        guard explanation.cases.allSatisfy(\.condition.isListedWhole) else {
            return "explain does not list every condition"
        }
        if let key = explanation.openKeys.first(where: isWritten) {
            return "explain: depends on \(key), which is written"
        }
        guard let found = outcome(of: probe) else { return "no outcome of explain is for it" }
        guard found.redirect?.name == meaning.decider else {
            return "explain: decided by \(found.redirect?.name ?? "none")"
        }
        // A text with `local` calls an address that stays `local`, too.
        let kept = found.places.keys.map { place in
            var place = place
            if place.host == .local { place.host = .address(probe.destination.address) }
            return place
        }
        var readings = [probe.replies(at: found.places.keys, newSource: found.newSource)]
        if connection.destination == .local {
            readings.append(probe.replies(at: kept, newSource: found.newSource))
        }
        return readings.contains(meaning.replies) ? nil : "explain: answers \(readings[0].sorted())"
    }

    /// What is wrong with the explanation of a connection of which everything is written.
    func mistake(onWhole probe: Probe, namesLocal: Bool) -> String? {
        // Of an address that is not known to be the machine's own, it could still be.
        if namesLocal, !probe.isToMachine {
            return explanation.openKeys.allSatisfy { $0 == .destinationAddress }
                ? nil : "explain: depends on \(explanation.openKeys)"
        }
        return explanation.cases.count == 1 ? nil : "explain: \(explanation.cases.count) outcomes"
    }
}

extension ExplainedConnection {
    /// Whether the connection says what a key asks for.
    private func isWritten(_ key: Match.Key) -> Bool {
        switch key {
        case .family: connection.destinationAddress != nil || connection.sourceAddress != nil
        case .transport, .destinationPort: true
        case .sourceAddress: connection.sourceAddress != nil
        case .sourcePort: connection.sourcePort != nil
        // Of another address, whether it is one of this machine.
        case .destinationAddress:
            connection.destinationAddress.map(known.contains) ?? false
        case .interface: connection.interface != nil
        case .user: connection.user != nil
        case .group: connection.group != nil
        case .cgroup: connection.cgroup != nil
        case .mark: connection.mark != nil
        case .dscp: connection.dscp != nil
        }
    }
}

// MARK: - Conditions

extension Explanation.Condition {
    /// Whether a connection meets the condition, which is read as it is printed.
    fileprivate func holds(for probe: Probe) -> Bool {
        clauses.allSatisfy { $0.holds(for: probe) }
            && !exceptions.contains { $0.allSatisfy { $0.holds(for: probe) } }
    }

    /// Whether every value and every exception is listed.
    fileprivate var isListedWhole: Bool {
        exceptions.count == exceptionCount
            && (clauses + exceptions.joined()).allSatisfy { $0.count == $0.values.count }
    }
}

extension Explanation.Clause {
    fileprivate func holds(for probe: Probe) -> Bool {
        var match = RandomPolicy.Match()
        switch key {
        case .family: match.family = values.first.flatMap { IPFamily(rawValue: $0) }
        case .transport: match.protocols = values.compactMap { TransportProtocol(rawValue: $0) }
        case .sourceAddress: match.source.addresses = values
        case .sourcePort: match.source.ports = values.map(Self.range)
        case .destinationAddress: match.destination.addresses = values
        case .destinationPort: match.destination.ports = values.map(Self.range)
        case .interface: match.interfaces = values
        case .user: match.users = values.map(Self.range)
        case .group: match.groups = values.map(Self.range)
        case .cgroup: preconditionFailure("no policy of these tests names a control group")
        case .mark:
            let parts = (values.first ?? "").split(separator: "/")
                .compactMap { UInt32($0.dropFirst(2), radix: 16) }
            precondition(!parts.isEmpty, "a mark without a value")
            match.mark = .init(value: parts[0], mask: parts.count > 1 ? parts[1] : .max)
        case .dscp: match.dscp = values.compactMap { UInt8($0) }
        }
        return match.holds(probe)
    }

    /// Reads `80` or `80-89`.
    private static func range<Number: FixedWidthInteger>(_ text: String) -> ClosedRange<Number> {
        let ends = text.split(separator: "-").compactMap { Number($0) }
        guard let first = ends.first, let last = ends.last else {
            preconditionFailure("\(text) is no range")
        }
        return first...last
    }
}
