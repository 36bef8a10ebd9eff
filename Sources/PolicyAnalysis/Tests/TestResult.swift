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
        Set(outcome.places.keys.map { PolicyTest.Source(outcome.source(at: $0, of: packet)) })
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
                    && (source?.allows(.init(outcome.source(at: place, of: packet))) ?? true)
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
        case .local(let port): place.port == port && place.isOnThisMachine(for: packet)
        }
    }
}

extension Outcome.Place {
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

extension PolicyTest.Source {
    /// What a test calls the new source of one packet; `nil` stands for one that stays.
    fileprivate init(_ source: Masquerade.Source?) {
        guard let source else {
            self = .kept
            return
        }
        self = source.addresses.values.first.map { .address($0) } ?? .masqueraded
    }

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
