import Addressing
import PolicyModel
import TestSupport

/// Makes connections at the boundaries of policies, for a ``RouterLab``.
struct ProbeGenerator {
    private var random: SeededGenerator

    /// The source ports that connections had.
    ///
    /// Each is used once with each protocol and family, so that no connection meets what the kernel
    /// remembers of another.
    private var used: Set<UsedPort> = []

    private struct UsedPort: Hashable {
        let port: UInt16
        let transport: TransportProtocol
        let family: IPFamily
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// A connection that some match or exception of a policy fits, or that is different from such a
    /// one in little; now and then one at random.
    mutating func probe(for policy: Policy, at boundaries: Boundaries) -> Probe {
        var probe = Probe(
            client: one(of: Probe.Client.allCases),
            transport: .tcp,
            source: LabEndpoint(Lan.loopback(.ipv4), 0),
            destination: LabEndpoint(Lan.loopback(one(of: IPFamily.allCases)), 0)
        )
        for key in Match.Key.allCases { vary(key, of: &probe, at: boundaries) }
        let redirects = policy.redirects.filter { $0.isEnabled || random.once(in: 4) }
        if let redirect = redirects.randomElement(using: &random), !random.once(in: 6) {
            if !redirect.directions.contains(probe.isInbound ? .inbound : .outbound) {
                probe.client = probe.isInbound ? .machine : one(of: [.first, .second])
                vary(.sourceAddress, of: &probe, at: boundaries)
            }
            let keys = Match.Key.allCases
            if !redirect.families.contains(probe.family) {
                vary(.family, of: &probe, at: boundaries)
            }
            fit(redirect.match, of: &probe, at: boundaries) { _ in true }
            if let exception = redirect.exceptions.randomElement(using: &random),
                random.once(in: 3)
            {
                fit(exception, of: &probe, at: boundaries) { _ in true }
            }
            if random.once(in: 2) {
                repeat {
                    vary(one(of: keys), of: &probe, at: boundaries)
                } while random.once(in: 3)
            }
        }
        takeSourcePort(&probe)
        return probe
    }

    /// Another connection that a text can stand for; `nil` if the text names the source port, which
    /// was used.
    mutating func another(
        like probe: Probe,
        agreeingWith connection: Connection,
        for policy: Policy,
        at boundaries: Boundaries
    ) -> Probe? {
        guard connection.sourcePort == nil else { return nil }
        var other = probe
        let keys = Match.Key.allCases
        for key in keys where random.once(in: 2) {
            var varied = other
            vary(key, of: &varied, at: boundaries)
            if varied.agrees(with: connection) { other = varied }
        }
        if let redirect = policy.redirects.randomElement(using: &random) {
            let match =
                random.once(in: 3) ? redirect.exceptions.randomElement(using: &random) : nil
            fit(match ?? redirect.match, of: &other, at: boundaries) {
                $0.agrees(with: connection)
            }
        }
        takeSourcePort(&other)
        return other
    }

    /// A connection without some of what could be written of it.
    mutating func text(of probe: Probe) -> Connection? {
        guard var connection = probe.connection else { return nil }
        if random.once(in: 2) { connection.sourceAddress = nil }
        if random.once(in: 2) { connection.interface = nil }
        if random.once(in: 2) { connection.user = nil }
        if random.once(in: 2) { connection.group = nil }
        if random.once(in: 2) { connection.mark = nil }
        if random.once(in: 2) { connection.dscp = nil }
        // A port is written after an address.
        if connection.sourceAddress == nil || !random.once(in: 4) { connection.sourcePort = nil }
        if probe.isToMachine, random.once(in: 2) { connection.destination = .local }
        return connection
    }
}

// MARK: - Parts

extension ProbeGenerator {
    /// Changes a connection until it has what a match asks for, or can't.
    private mutating func fit(
        _ match: Match,
        of probe: inout Probe,
        at boundaries: Boundaries,
        within isAllowed: (Probe) -> Bool
    ) {
        for _ in 0..<60 {
            guard let packet = probe.packet, let key = match.mismatchedKey(of: packet) else {
                return
            }
            var other = probe
            let isAddress = key == .sourceAddress || key == .destinationAddress
            if isAddress, random.once(in: 3) {
                // Of the other family, or of the other client.
                vary(one(of: [.family, .interface]), of: &other, at: boundaries)
            }
            vary(key, of: &other, at: boundaries)
            if isAllowed(other) { probe = other }
        }
    }

    /// Puts one part of a connection at some boundary, and what depends on it where it fits.
    private mutating func vary(
        _ key: Match.Key,
        of probe: inout Probe,
        at boundaries: Boundaries
    ) {
        switch key {
        case .family:
            probe.destination.address = destination(
                one(of: IPFamily.allCases),
                of: probe,
                boundaries
            )
            probe.source.address = source(of: probe, boundaries)
        case .transport: probe.transport = one(of: [.tcp, .udp])
        case .sourceAddress: probe.source.address = source(of: probe, boundaries)
        case .sourcePort:
            let mark = probe.source.port & 3
            probe.source.port = one(of: boundaries.sourcePorts + [anyPort()])
            // So that the mark stays as it is more often than not.
            if random.once(in: 2) { probe.source.port = probe.source.port & ~3 | mark }
        case .destinationAddress:
            probe.destination.address = destination(probe.family, of: probe, boundaries)
        case .destinationPort:
            probe.destination.port = one(of: boundaries.ports + RandomPolicyGenerator.ports)
        case .interface:
            if probe.isInbound {
                probe.client = one(of: [.first, .second])
                probe.source.address = source(of: probe, boundaries)
            } else {
                probe.destination.address = destination(probe.family, of: probe, boundaries)
            }
        case .user: probe.user = probe.isInbound ? 0 : one(of: boundaries.users + [2001])
        case .group: probe.group = probe.isInbound ? 0 : one(of: boundaries.groups + [3001])
        // The lab makes none.
        case .cgroup: break
        case .mark:
            probe.source.port = probe.source.port & ~3 | UInt16.random(in: 0...3, using: &random)
        case .dscp: probe.dscp = one(of: boundaries.codePoints)
        }
        if probe.isInbound {
            (probe.user, probe.group) = (0, 0)
            // From outside, nobody can reach what is there for the machine itself.
            if probe.destination.address == Lan.loopback(probe.family) {
                probe.destination.address = Lan.address(probe.family, .downlink)
            }
        }
    }

    private mutating func source(of probe: Probe, _ boundaries: Boundaries) -> IPAddress {
        let all = RouterLab.sources(probe.client, probe.family)
        let ends = all.filter(boundaries.sources.contains)
        return one(of: random.once(in: 3) || ends.isEmpty ? all : ends)
    }

    private mutating func destination(
        _ family: IPFamily,
        of probe: Probe,
        _ boundaries: Boundaries
    ) -> IPAddress {
        if random.once(in: 3) {
            return one(of: RouterLab.here.filter { $0.family == family })
        }
        let ends = boundaries.destinations.filter {
            $0.family == family && $0 != Lan.loopback(family)
        }
        let number = Int.random(in: 1...9, using: &random)
        return one(of: ends + [Lan.remote(family, number)])
    }

    private mutating func anyPort() -> UInt16 { UInt16.random(in: 20_000...29_999, using: &random) }

    /// Moves a connection to a source port with the same mark that none had.
    private mutating func takeSourcePort(_ probe: inout Probe) {
        let mark = probe.source.port & 3
        while !used.insert(
            UsedPort(port: probe.source.port, transport: probe.transport, family: probe.family)
        ).inserted {
            probe.source.port = anyPort() & ~3 | mark
        }
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }
}
