import Addressing
import PolicyAnalysis
import PolicyModel
import TestSupport
import Testing

/// An explanation of a partly known connection holds for each packet that it may stand for.
@Suite struct ExplanationTests {
    @Test func `whoever decides a packet is one of those that are named`() throws {
        var (one, several, masqueraded) = (0, 0, 0)
        for policyCase in PolicyCase.usual {
            var random = SeededGenerator(seed: policyCase.seed)
            let policy = policyCase.policy
            for (packet, _) in policyCase.cases.prefix(16) {
                // Those of 127.0.0.0/8 and ::1 are taken for this machine's.
                guard let connection = Connection(packet, forgettingBy: &random),
                    !packet.destination.isLoopback
                else { continue }
                let explanation = Explanation(of: connection, by: policy)
                guard explanation.cases.allSatisfy(\.condition.isListedWhole) else { continue }
                let label = "seed \(policyCase.seed): \(connection)"
                let outcome = policy.outcome(of: packet)
                try #require(explanation.isComplete, "\(label), \(explanation.caseCount)")
                guard explanation.cases.count == explanation.caseCount else { continue }
                let found = explanation.cases.first { $0.condition.holds(for: packet) }
                try #require(found?.redirect?.name == outcome.redirect?.name, "\(label)")
                if explanation.cases.count == 1 { one += 1 } else { several += 1 }
                if let found {
                    try #require(found.isAbout(packet, outcome, of: connection), "\(label)")
                    if found.newSource != nil { masqueraded += 1 }
                }
                for found in explanation.cases {
                    try #require(
                        policy.outcome(of: found.packet).redirect?.name == found.redirect?.name,
                        "\(label)"
                    )
                    try #require(connection.canBe(found.packet), "\(label), \(found.packet)")
                    let first = explanation.cases.first { $0.condition.holds(for: found.packet) }
                    try #require(first?.redirect?.name == found.redirect?.name, "\(label)")
                }
            }
        }
        #expect(
            one > 200 && several > 200 && masqueraded > 20,
            "\(one), \(several), \(masqueraded)"
        )
    }

    @Test func `a redirect that is said not to decide never does`() throws {
        var shown = 0
        for policyCase in PolicyCase.usual {
            var random = SeededGenerator(seed: policyCase.seed)
            for (packet, _) in policyCase.cases.prefix(8) {
                guard let connection = Connection(packet, forgettingBy: &random),
                    !packet.destination.isLoopback
                else { continue }
                let explanation = Explanation(of: connection, by: policyCase.policy)
                let decider = policyCase.policy.outcome(of: packet).redirect?.name
                for candidate in explanation.candidates {
                    try #require(candidate.redirect.name != decider, "seed \(policyCase.seed)")
                    try #require(!candidate.obstacles.isEmpty, "seed \(policyCase.seed)")
                    for case .key(let clause, _) in candidate.obstacles
                    where clause.count == clause.values.count {
                        try #require(!clause.holds(for: packet), "seed \(policyCase.seed)")
                        shown += 1
                    }
                }
            }
        }
        #expect(shown > 500)
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool {
        AddressRange.loopback(of: family).contains(AddressRange(self))
    }
}

extension Explanation.Condition {
    /// Whether a packet meets the condition, the values of which are read again as they are written.
    fileprivate func holds(for packet: FirstPacket) -> Bool {
        clauses.allSatisfy { $0.holds(for: packet) }
            && !exceptions.contains { $0.allSatisfy { $0.holds(for: packet) } }
    }

    /// Whether every value and every exception is listed.
    fileprivate var isListedWhole: Bool {
        exceptions.count == exceptionCount
            && (clauses + exceptions.joined()).allSatisfy { $0.count == $0.values.count }
    }
}

extension Explanation.Clause {
    fileprivate func holds(for packet: FirstPacket) -> Bool {
        var match = Match()
        switch key {
        case .family: match.family = values.first.flatMap { IPFamily(rawValue: $0) }
        case .transport:
            match.protocols = Set(values.compactMap { TransportProtocol(rawValue: $0) })
        case .sourceAddress: match.source.addresses = addresses
        case .sourcePort: match.source.ports = ports
        case .destinationAddress:
            match.destination.isLocal = values.contains("local")
            match.destination.addresses = addresses
        case .destinationPort: match.destination.ports = ports
        case .interface: match.interfaces = Set(values.compactMap { InterfacePattern(stored: $0) })
        case .user: match.users = IntervalSet(stored: values.joined(separator: ","))
        case .group: match.groups = IntervalSet(stored: values.joined(separator: ","))
        case .cgroup: match.cgroups = Set(values.compactMap { CgroupPath($0) })
        case .mark: match.mark = values.first.flatMap { PacketMark(stored: $0) }
        case .dscp: match.dscp = Set(values.compactMap { UInt8($0).flatMap { CodePoint($0) } })
        }
        return match.mismatchedKey(of: packet) == nil
    }

    private var addresses: AddressSet? {
        let named = values.filter { $0 != "local" }
        return named.isEmpty ? nil : AddressSet(stored: named.joined(separator: ","))
    }

    private var ports: PortSet? { PortSet(stored: values.joined(separator: ",")) }
}

extension Explanation.Case {
    /// Whether it says of a packet what the interpreter does.
    fileprivate func isAbout(
        _ packet: FirstPacket,
        _ outcome: Outcome,
        of connection: Connection
    ) -> Bool {
        /// The places in the words of a connection to `local`: this packet's own address is one of them.
        func inWords(_ places: [Outcome.Place: UInt32]) -> [Outcome.Place: UInt32] {
            Dictionary(
                places.map { place, weight in
                    var place = place
                    if place.host == .address(packet.destination) {
                        place.host = connection.destination
                    }
                    return (place, weight)
                },
                uniquingKeysWith: +
            )
        }
        let leaves = outcome.places.keys.contains { packet.leavesAnew(to: $0) }
        let source = outcome.newSource.flatMap { source in
            source == .interface
                ? source : source.addresses[packet.family].map { .init([packet.family: $0]) }
        }
        return inWords(places) == inWords(outcome.places) && (!leaves || newSource == source)
    }
}

extension Connection {
    /// Whether it can stand for a packet.
    fileprivate func canBe(_ packet: FirstPacket) -> Bool {
        let isThere: Bool =
            switch destination {
            case .address(let address): packet.destination == address
            case .local: packet.isToThisMachine
            }
        return isThere && packet.direction == direction && packet.transport == transport
            && packet.destinationPort == destinationPort
            && sourceAddress.map { $0 == packet.source } ?? true
            && sourcePort.map { $0 == packet.sourcePort } ?? true
            && interface.map { $0 == packet.interface } ?? true
            && user.map { $0 == packet.process?.user } ?? true
            && group.map { $0 == packet.process?.group } ?? true
            && cgroup.map { $0 == packet.process?.cgroup } ?? true
            && mark.map { $0 == packet.mark } ?? true && dscp.map { $0 == packet.dscp } ?? true
    }
}
