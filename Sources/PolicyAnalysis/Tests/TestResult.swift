import Addressing
public import PolicyModel

/// What became of one test.
public struct TestResult: Sendable {
    /// The test.
    public let test: PolicyTest

    /// The packet that it stands for: what it leaves out has an ordinary value.
    public let packet: FirstPacket

    /// What the policy makes of the packet.
    public let outcome: Outcome

    /// What the test could say beside it to pass; `nil` if it passes, or if nothing would help.
    public internal(set) var hint: String?

    /// Whether the outcome is what the test expects.
    public var passed: Bool { test.isMet(by: outcome, for: packet) }

    init(_ test: PolicyTest, _ packet: FirstPacket, decidedBy redirect: Redirect?) {
        self.test = test
        self.packet = packet
        outcome = Outcome(of: packet, decidedBy: redirect)
    }

    /// Where the connection can go, as a test says it; sorted.
    public var goals: [PolicyTest.Outcome] {
        Set(outcome.places.keys.map { $0.goal(of: packet) })
            .sorted { $0.description < $1.description }
    }

    /// What becomes of the source of the connection, for each place that it can go to.
    public var sources: Set<PolicyTest.Source> {
        Set(outcome.places.keys.map { outcome.source(at: $0, of: packet) })
    }
}

extension PolicyTest {
    /// Whether an outcome is what the test expects: at each place that the connection can go to.
    func isMet(by outcome: PolicyModel.Outcome, for packet: FirstPacket) -> Bool {
        let isDecided =
            switch decider {
            case nil: true
            case .redirect(let name): outcome.redirect?.name == name
            case .noRedirect: outcome.redirect == nil
            }
        return isDecided
            && outcome.places.keys.allSatisfy { place in
                outcomes.contains { $0.allows(place, for: packet) }
                    && (source?.allows(outcome.source(at: place, of: packet)) ?? true)
            }
    }
}

// MARK: - Places

extension PolicyTest.Outcome {
    /// Whether a packet goes where the outcome says if it goes to a place.
    fileprivate func allows(_ place: PolicyModel.Outcome.Place, for packet: FirstPacket) -> Bool {
        switch self {
        case .unchanged: place.resolved(for: packet) == packet.place
        case .address(let address, let port):
            place.port == port && place.resolved(for: packet).host == .address(address)
        case .local(let port): place.port == port && place.isThisMachine(for: packet)
        }
    }
}

extension Outcome.Place {
    /// The place with its address: what this machine sends to `local` goes to 127.0.0.1 or ::1.
    fileprivate func resolved(for packet: FirstPacket) -> Outcome.Place {
        guard host == .local, packet.direction == .outbound,
            let loopback = IPAddress(
                family: packet.family,
                bits: packet.family == .ipv4 ? 0x7F00_0001 : 1
            )
        else { return self }
        return Outcome.Place(host: .address(loopback), port: port)
    }

    /// Whether it is known to be on this machine.
    fileprivate func isThisMachine(for packet: FirstPacket) -> Bool {
        switch host {
        case .local: true
        case .address(let address):
            address.isLoopback || packet.isToThisMachine && address == packet.destination
        }
    }

    /// The place as a test says it.
    fileprivate func goal(of packet: FirstPacket) -> PolicyTest.Outcome {
        if resolved(for: packet) == packet.place { return .unchanged }
        // A test speaks of connections with ports.
        guard let port = port ?? packet.destinationPort else { return .unchanged }
        switch host {
        case .local: return .local(port)
        case .address(let address):
            // Which of its own addresses the machine was asked at, a test does not say.
            let isOwn = packet.isToThisMachine && address == packet.destination
            return isOwn && !address.isLoopback ? .local(port) : .address(address, port)
        }
    }
}

// MARK: - Sources

extension Outcome {
    /// What becomes of the source if the connection goes to a place.
    ///
    /// It stays if the connection does not leave this machine, or goes where it was sent.
    fileprivate func source(at place: Place, of packet: FirstPacket) -> PolicyTest.Source {
        guard let newSource, place.resolved(for: packet) != packet.place,
            !place.isThisMachine(for: packet)
        else { return .kept }
        return newSource.addresses[packet.family].map { .address($0) } ?? .masqueraded
    }
}

extension PolicyTest.Source {
    /// Whether this is what the test says of a source that becomes another.
    fileprivate func allows(_ other: PolicyTest.Source) -> Bool {
        switch self {
        case .kept: other == .kept
        case .masqueraded: other != .kept
        case .address: other == self
        }
    }
}

// MARK: - Text

extension PolicyTest.Outcome: CustomStringConvertible {
    /// The outcome as a test writes it: `unchanged`, `192.0.2.10:80`, `local:80`.
    public var description: String {
        switch self {
        case .unchanged: "unchanged"
        case .address(let address, let port): address.text(withPort: port)
        case .local(let port): "local:\(port)"
        }
    }
}
