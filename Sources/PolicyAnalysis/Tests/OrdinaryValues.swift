import Addressing
import PolicyModel

/// Values for what a test leaves out: ordinary ones, which no redirect names.
///
/// If the redirects of a policy name all values, any ordinary one is taken.
struct OrdinaryValues {
    private let interface: String
    private let user: UInt32
    private let group: UInt32
    private let sourcePort: UInt128
    private let clients: [IPFamily: [IPAddress]]
    private let ownAddresses: [IPFamily: IPAddress]

    /// Chooses values for the tests of a policy.
    ///
    /// - Parameters:
    ///   - policy: The policy whose redirects name values.
    ///   - needsOwn: Whether some connection goes to any address of this machine.
    init(for policy: Policy, needsOwn: Bool) {
        let named = NamedValues(in: policy, needsOwn)
        interface = named.unnamedInterface
        user = UInt32(named.users.unnamed(in: [1000...59_999, 60_000...65_533, 1...999, 0...0]))
        group = UInt32(named.groups.unnamed(in: [1000...59_999, 60_000...65_533, 1...999, 0...0]))
        sourcePort = named.sourcePorts.unnamed(in: [40_000...60_999, 32_769...65_535])
        var clients: [IPFamily: [IPAddress]] = [:]
        var ownAddresses: [IPFamily: IPAddress] = [:]
        for family in IPFamily.allCases {
            let sources = named.sources[family, default: []]
            let client = sources.unnamed(in: family.clients)
            // Another one, for connections to the first.
            let other = (sources + [client...client]).unnamed(in: family.clients)
            clients[family] = [client, other].compactMap { IPAddress(family: family, bits: $0) }
            let destinations = named.destinations[family, default: []]
            ownAddresses[family] = IPAddress(
                family: family,
                bits: (destinations + sources).unnamed(in: family.ownAddresses)
            )
        }
        self.clients = clients
        self.ownAddresses = ownAddresses
    }

    /// The packet that a test stands for; `nil` only if its addresses are of two families.
    func packet(for test: PolicyTest) -> FirstPacket? {
        let connection = test.connection
        let family = test.family
        guard let destination = connection.destinationAddress ?? ownAddresses[family],
            let client = clients[family]?.first(where: { $0 != destination }),
            let sourcePort = connection.sourcePort ?? Port(UInt16(sourcePort)),
            let dscp = connection.dscp ?? CodePoint(0)
        else { return nil }
        let isToThisMachine = connection.destinationAddress.map(\.isLoopback) ?? true
        // What a machine sends to itself leaves by `lo`, with an address of its own as the source.
        let isToItself = isToThisMachine && connection.direction == .outbound
        let process = FirstPacket.Process(
            user: connection.user ?? user,
            group: connection.group ?? group,
            cgroup: connection.cgroup
        )
        return FirstPacket(
            origin: connection.direction == .inbound ? .inbound : .outbound(by: process),
            payload: .transport(
                connection.transport,
                source: sourcePort,
                destination: connection.destinationPort
            ),
            source: connection.sourceAddress ?? (isToItself ? destination : client),
            destination: destination,
            isToThisMachine: isToThisMachine,
            interface: connection.interface ?? (isToItself ? "lo" : interface),
            mark: connection.mark ?? 0,
            dscp: dscp
        )
    }
}

extension PolicyTest {
    /// The family of its connection: that of an address which it names, or IPv4.
    var family: IPFamily {
        if let family = connection.family { return family }
        for outcome in outcomes {
            if case .address(let address, _) = outcome { return address.family }
        }
        if case .address(let address) = source { return address.family }
        return .ipv4
    }
}

/// The values that the redirects of a policy ask for.
private struct NamedValues {
    var sources: [IPFamily: [ClosedRange<UInt128>]] = [:]
    var destinations: [IPFamily: [ClosedRange<UInt128>]] = [:]
    var sourcePorts: [ClosedRange<UInt128>] = []
    var users: [ClosedRange<UInt128>] = []
    var groups: [ClosedRange<UInt128>] = []

    /// An interface of which no redirect speaks.
    let unnamedInterface: String

    init(in policy: Policy, _ needsOwn: Bool) {
        let interfaces = PacketSpace([policy]).interfaces
        let ordinary = (0...9).map { "eth\($0)" } + (0...9).map { "if\($0)" }
        unnamedInterface =
            ordinary.first { interfaces.number(of: $0) == 0 } ?? interfaces.name(0) ?? "eth0"
        for redirect in policy.redirects {
            add(redirect.match, needsOwn)
            for exception in redirect.exceptions { add(exception, needsOwn) }
            add(redirect.masquerade?.clients, to: \.sources)
            guard needsOwn else { continue }
            for target in redirect.decision.targets {
                add(target.addresses.map { AddressSet($0) }, to: \.destinations)
            }
        }
        guard needsOwn else { return }
        for test in policy.tests {
            for case .address(let address, _) in test.outcomes {
                add(AddressSet(AddressRange(address)), to: \.destinations)
            }
        }
    }

    private mutating func add(_ match: Match, _ needsOwn: Bool) {
        for key in Match.Key.allCases {
            switch key {
            // The test names them, or they have a fixed value.
            case .family, .transport, .destinationPort, .cgroup, .mark, .dscp: break
            // The space knows its names.
            case .interface: break
            case .sourceAddress: add(match.source.addresses, to: \.sources)
            case .sourcePort:
                sourcePorts += (match.source.ports?.ranges ?? []).map {
                    UInt128($0.lowerBound.number)...UInt128($0.upperBound.number)
                }
            case .destinationAddress:
                if needsOwn { add(match.destination.addresses, to: \.destinations) }
            case .user: users += match.users.map(Self.ranges) ?? []
            case .group: groups += match.groups.map(Self.ranges) ?? []
            }
        }
    }

    /// Adds what a set says; one of all addresses names none.
    private mutating func add(
        _ addresses: AddressSet?,
        to property: WritableKeyPath<NamedValues, [IPFamily: [ClosedRange<UInt128>]]>
    ) {
        guard let addresses else { return }
        for range in addresses.ranges where range != AddressRange.all(of: range.family) {
            self[keyPath: property][range.family, default: []].append(range.bits)
        }
    }

    /// The ranges of some ids; all ids together name none.
    private static func ranges(_ ids: IntervalSet<UInt32>) -> [ClosedRange<UInt128>] {
        ids.intervals.filter { $0.lowerBound > 0 || $0.upperBound < UInt32.max - 1 }
            .map { UInt128($0.lowerBound)...UInt128($0.upperBound) }
    }
}

extension [ClosedRange<UInt128>] {
    /// A number that none of the ranges contains, from the first of some others that has one.
    fileprivate func unnamed(in preferred: [ClosedRange<UInt128>]) -> UInt128 {
        let named = NumberSet(self)
        for range in preferred {
            if let free = NumberSet([range]).subtracting(named).intervals.first {
                return free.lowerBound
            }
        }
        return preferred[0].lowerBound
    }
}

extension IPFamily {
    /// Addresses of clients: first those for documentation (RFC 5737, RFC 3849), then public ones.
    fileprivate var clients: [ClosedRange<UInt128>] {
        switch self {
        case .ipv4:
            [
                0xCB00_7109...0xCB00_71FE, 0xC633_6409...0xC633_64FE, 0xC000_0209...0xC000_02FE,
                0x0100_0001...0x09FF_FFFE, 0x0B00_0001...0x7EFF_FFFE, 0x8000_0001...0xA9FD_FFFE,
                0xC100_0001...0xDFFF_FFFE, 0x0A00_0001...0x0AFF_FFFE, 0xAC10_0001...0xC0A8_FFFE,
            ]
        case .ipv6:
            [
                0x2001_0DB8 << 96 | 9...0x2001_0DB9 << 96 - 1, 0x2 << 124...0x4 << 124 - 1,
                0xFC << 120...0xFE << 120 - 1,
            ]
        }
    }

    /// Addresses for this machine; not the first ones of the clients.
    fileprivate var ownAddresses: [ClosedRange<UInt128>] {
        switch self {
        case .ipv4: [0xC000_02C8...0xC000_02FE] + clients
        case .ipv6: [0x2001_0DB8_FFFF << 80 | 1...0x2001_0DB9 << 96 - 1] + clients
        }
    }
}
