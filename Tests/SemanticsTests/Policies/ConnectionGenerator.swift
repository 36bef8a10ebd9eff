import Addressing
import PolicyModel
import TestSupport

/// Makes connections at the boundaries of a policy.
struct ConnectionGenerator {
    private let redirects: [Redirect]
    private let boundaries: Boundaries
    private var random: SeededGenerator

    init(_ policy: Policy, seed: UInt64) {
        redirects = policy.redirects
        boundaries = Boundaries(policy)
        random = SeededGenerator(seed: seed)
    }

    /// So many connections: some at random, the others ones that a match fits, or that are different
    /// from such a one in little.
    mutating func connections(_ count: Int) -> [FirstPacket] {
        (0..<count).compactMap { _ in connection() }
    }

    private mutating func connection() -> FirstPacket? {
        var draft = draft()
        guard !random.once(in: 8), let redirect = redirects.randomElement(using: &random) else {
            return draft.packet
        }
        draft.direction = one(of: redirect.directions.sorted())
        draft.family = redirect.families.sorted().randomElement(using: &random) ?? draft.family
        fit(&draft, to: redirect.match)
        var match = redirect.match
        if random.once(in: 2), let exception = redirect.exceptions.randomElement(using: &random) {
            fit(&draft, to: exception)
            match = exception
        }
        switch random.once(in: 2) {
        case true: leave(match, &draft)
        case false: while !random.once(in: 3) { vary(&draft) }
        }
        return draft.packet
    }

    private mutating func draft() -> Draft {
        Draft(
            direction: one(of: Direction.allCases),
            family: one(of: IPFamily.allCases),
            transport: one(of: [.tcp, .udp, .sctp, nil]),
            numbers: ConnectionNumber.all.reduce(into: [:]) { numbers, field in
                numbers[field] = boundaries.numbers[field]?.randomElement(using: &random)
            },
            isToThisMachine: random.once(in: 3),
            interface: one(of: boundaries.interfaces),
            hasProcess: !random.once(in: 8),
            cgroup: one(of: boundaries.cgroups),
            mark: one(of: boundaries.marks),
            dscp: one(of: boundaries.codePoints)
        )
    }

    private mutating func one<Value>(of values: [Value]) -> Value {
        values.randomElement(using: &random).unsafelyUnwrapped
    }

    /// Changes what a match names, so that it fits.
    private mutating func fit(_ draft: inout Draft, to match: Match) {
        for key in Match.Key.allCases {
            for field in key.numbers {
                guard let ranges = match.ranges(of: field) else { continue }
                draft.numbers[field] = number(within: one(of: ranges), of: field)
            }
            fit(&draft, to: match, key)
        }
    }

    private mutating func fit(_ draft: inout Draft, to match: Match, _ key: Match.Key) {
        switch key {
        // The family fits already; numbers are chosen together.
        case .family, .sourceAddress, .sourcePort, .destinationPort: break
        case .transport:
            if let protocols = match.protocols { draft.transport = one(of: protocols.sorted()) }
        case .destinationAddress: if match.destination.isLocal { draft.isToThisMachine = true }
        case .interface:
            guard let pattern = match.interfaces?.sorted().randomElement(using: &random) else {
                return
            }
            draft.interface = pattern.name + (pattern.isPrefix && random.once(in: 2) ? "0" : "")
        case .user: if match.users != nil { draft.hasProcess = true }
        case .group: if match.groups != nil { draft.hasProcess = true }
        case .cgroup:
            guard let path = match.cgroups?.sorted().randomElement(using: &random) else { return }
            draft.hasProcess = true
            draft.cgroup = random.once(in: 2) ? path : CgroupPath(path.text + "/z")
        case .mark:
            guard let mark = match.mark else { return }
            draft.mark = random.once(in: 2) ? mark.value : mark.value | ~mark.mask
        case .dscp: if let dscp = match.dscp { draft.dscp = one(of: dscp.sorted()) }
        }
    }

    /// An end of a range, or a boundary of something else in it.
    private mutating func number(within range: ClosedRange<UInt128>, of field: ConnectionNumber)
        -> UInt128
    {
        let boundary = one(of: boundaries.numbers[field] ?? [])
        if range.contains(boundary) { return boundary }
        return random.once(in: 2) ? range.lowerBound : range.upperBound
    }

    /// Puts one of a match's numbers at one of its own boundaries.
    private mutating func leave(_ match: Match, _ draft: inout Draft) {
        let named = ConnectionNumber.all.filter { match.ranges(of: $0) != nil }
        guard let field = named.randomElement(using: &random),
            let range = match.ranges(of: field)?.randomElement(using: &random)
        else { return vary(&draft) }
        draft.numbers[field] = one(of: field.boundaries(of: [range]))
    }

    /// Changes one part to anything.
    private mutating func vary(_ draft: inout Draft) {
        let other = self.draft()
        switch Int.random(in: 0...14, using: &random) {
        case 0: draft.direction = other.direction
        case 1: draft.isToThisMachine.toggle()
        case 2: draft.hasProcess.toggle()
        default:
            let key = one(of: Match.Key.allCases)
            for field in key.numbers { draft.numbers[field] = other.numbers[field] }
            switch key {
            case .sourceAddress, .sourcePort, .destinationAddress, .destinationPort, .user, .group:
                break
            case .family: draft.family = other.family
            case .transport: draft.transport = other.transport
            case .interface: draft.interface = other.interface
            case .cgroup: draft.cgroup = other.cgroup
            case .mark: draft.mark = other.mark
            case .dscp: draft.dscp = other.dscp
            }
        }
    }
}
