import Addressing
import PolicyModel
import TestSupport

/// Makes connections at the boundaries of a policy.
struct ConnectionGenerator {
    private let policy: Policy
    private let boundaries: Boundaries
    private var random: SeededGenerator

    init(_ policy: Policy, seed: UInt64) {
        self.policy = policy
        boundaries = Boundaries(policy)
        random = SeededGenerator(seed: seed)
    }

    /// So many connections: some at random, the others ones that a match fits, or that differ from
    /// such a one in one field.
    mutating func connections(_ count: Int) -> [FirstPacket] {
        let matches = policy.redirects.flatMap { redirect in
            ([redirect.match] + redirect.exceptions).map { (redirect, $0) }
        }
        return (0..<count).compactMap { _ in
            var draft = draft()
            if !random.once(in: 8), let (redirect, match) = matches.randomElement(using: &random) {
                fit(&draft, to: redirect.match, of: redirect)
                fit(&draft, to: match, of: redirect)
                if !random.once(in: 4) { vary(&draft) }
            }
            return draft.packet
        }
    }

    private mutating func one<Value>(of values: [Value]) -> Value {
        values.randomElement(using: &random).unsafelyUnwrapped
    }
}

/// A connection before its parts are put together.
private struct Draft {
    var direction: Direction
    var family: IPFamily
    var transport: TransportProtocol?
    var addresses: [IPFamily: (source: IPAddress, destination: IPAddress)]
    var ports: (source: Port, destination: Port)
    var isToThisMachine: Bool
    var interface: String
    var process: FirstPacket.Process?
    var mark: UInt32

    var packet: FirstPacket? {
        guard let (source, destination) = addresses[family] else { return nil }
        return FirstPacket(
            origin: direction == .inbound ? .inbound : .outbound(by: process),
            payload: transport.map {
                .transport($0, source: ports.source, destination: ports.destination)
            } ?? .portless(1),
            source: source,
            destination: destination,
            isToThisMachine: isToThisMachine,
            interface: interface,
            mark: mark
        )
    }
}

extension ConnectionGenerator {
    private mutating func draft() -> Draft {
        Draft(
            direction: one(of: Direction.allCases),
            family: one(of: IPFamily.allCases),
            transport: one(of: [.tcp, .udp, .sctp, nil]),
            addresses: addresses(),
            ports: (one(of: boundaries.sourcePorts), one(of: boundaries.destinationPorts)),
            isToThisMachine: random.once(in: 3),
            interface: one(of: boundaries.interfaces),
            process: random.once(in: 8) ? nil : process(),
            mark: one(of: boundaries.marks)
        )
    }

    private mutating func addresses() -> [IPFamily: (source: IPAddress, destination: IPAddress)] {
        IPFamily.allCases.reduce(into: [:]) { addresses, family in
            addresses[family] = (
                one(of: boundaries.sources[family] ?? []),
                one(of: boundaries.destinations[family] ?? [])
            )
        }
    }

    private mutating func process() -> FirstPacket.Process {
        FirstPacket.Process(
            user: one(of: boundaries.users),
            group: one(of: boundaries.groups),
            cgroup: one(of: boundaries.cgroups)
        )
    }

    /// Changes a draft so that a match fits, as far as its boundaries have what that takes.
    private mutating func fit(_ draft: inout Draft, to match: Match, of redirect: Redirect) {
        if let direction = redirect.directions.sorted().randomElement(using: &random) {
            draft.direction = direction
        }
        if let family = redirect.families.sorted().randomElement(using: &random) {
            draft.family = family
        }
        if let transport = match.protocols?.sorted().randomElement(using: &random) {
            draft.transport = transport
        }
        if let address = fitting(boundaries.sources[draft.family], match.source.addresses) {
            draft.addresses[draft.family]?.source = address
        }
        if match.destination.isLocal { draft.isToThisMachine = true }
        if let address = fitting(
            boundaries.destinations[draft.family],
            match.destination.addresses
        ) {
            draft.addresses[draft.family]?.destination = address
        }
        if let ports = match.source.ports {
            draft.ports.source = one(of: boundaries.sourcePorts.filter(ports.contains))
        }
        if let ports = match.destination.ports {
            draft.ports.destination = one(of: boundaries.destinationPorts.filter(ports.contains))
        }
        if let pattern = match.interfaces?.sorted().randomElement(using: &random) {
            draft.interface = pattern.name + (pattern.isPrefix && random.once(in: 2) ? "0" : "")
        }
        if match.asksForProcess { fitProcess(&draft, to: match) }
        if let mark = match.mark {
            draft.mark = one(of: boundaries.marks.filter { $0 & mark.mask == mark.value })
        }
    }

    private mutating func fitProcess(_ draft: inout Draft, to match: Match) {
        var process = draft.process ?? process()
        if let users = match.users {
            process.user = one(of: boundaries.users.filter(users.contains))
        }
        if let groups = match.groups {
            process.group = one(of: boundaries.groups.filter(groups.contains))
        }
        if let path = match.cgroups?.sorted().randomElement(using: &random) {
            process.cgroup = random.once(in: 2) ? path : CgroupPath(path.text + "/z")
        }
        draft.process = process
    }

    private mutating func fitting(_ boundaries: [IPAddress]?, _ set: AddressSet?) -> IPAddress? {
        set.flatMap { set in boundaries?.filter(set.contains).randomElement(using: &random) }
    }

    /// Changes one field.
    private mutating func vary(_ draft: inout Draft) {
        let other = self.draft()
        switch Int.random(in: 0...9, using: &random) {
        case 0: draft.direction = other.direction
        case 1: draft.family = other.family
        case 2: draft.transport = other.transport
        case 3:
            if let address = other.addresses[draft.family]?.source {
                draft.addresses[draft.family]?.source = address
            }
        case 4:
            if let address = other.addresses[draft.family]?.destination {
                draft.addresses[draft.family]?.destination = address
            }
        case 5: draft.ports.source = other.ports.source
        case 6: draft.ports.destination = other.ports.destination
        case 7: draft.isToThisMachine.toggle()
        case 8: (draft.interface, draft.mark) = (other.interface, draft.mark)
        default:
            if random.once(in: 2) { draft.mark = other.mark } else { draft.process = other.process }
        }
    }
}
