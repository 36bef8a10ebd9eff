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
            numbers: Field.all.reduce(into: [:]) { numbers, field in
                numbers[field] = boundaries.numbers[field]?.randomElement(using: &random)
            },
            isToThisMachine: random.once(in: 3),
            interface: one(of: boundaries.interfaces),
            hasProcess: !random.once(in: 8),
            cgroup: one(of: boundaries.cgroups),
            mark: one(of: boundaries.marks)
        )
    }

    private mutating func one<Value>(of values: [Value]) -> Value {
        values.randomElement(using: &random).unsafelyUnwrapped
    }

    /// Changes what a match names, so that it fits.
    private mutating func fit(_ draft: inout Draft, to match: Match) {
        if let protocols = match.protocols { draft.transport = one(of: protocols.sorted()) }
        for field in Field.all {
            guard let ranges = match.ranges(of: field) else { continue }
            draft.numbers[field] = number(within: one(of: ranges), of: field)
        }
        if match.destination.isLocal { draft.isToThisMachine = true }
        if let pattern = match.interfaces?.sorted().randomElement(using: &random) {
            draft.interface = pattern.name + (pattern.isPrefix && random.once(in: 2) ? "0" : "")
        }
        if match.asksForProcess { draft.hasProcess = true }
        if let path = match.cgroups?.sorted().randomElement(using: &random) {
            draft.cgroup = random.once(in: 2) ? path : CgroupPath(path.text + "/z")
        }
        if let mark = match.mark {
            draft.mark = random.once(in: 2) ? mark.value : mark.value | ~mark.mask
        }
    }

    /// An end of a range, or a boundary of something else in it.
    private mutating func number(within range: ClosedRange<UInt128>, of field: Field) -> UInt128 {
        let boundary = one(of: boundaries.numbers[field] ?? [])
        if range.contains(boundary) { return boundary }
        return random.once(in: 2) ? range.lowerBound : range.upperBound
    }

    /// Puts one of a match's numbers at one of its own boundaries.
    private mutating func leave(_ match: Match, _ draft: inout Draft) {
        let named = Field.all.filter { match.ranges(of: $0) != nil }
        guard let field = named.randomElement(using: &random),
            let range = match.ranges(of: field)?.randomElement(using: &random)
        else { return vary(&draft) }
        draft.numbers[field] = one(of: field.boundaries(of: [range]))
    }

    /// Changes one part to anything.
    private mutating func vary(_ draft: inout Draft) {
        let other = self.draft()
        switch Int.random(in: 0...12, using: &random) {
        case 0: draft.direction = other.direction
        case 1: draft.family = other.family
        case 2: draft.transport = other.transport
        case 3: draft.isToThisMachine.toggle()
        case 4: draft.interface = other.interface
        case 5: draft.hasProcess.toggle()
        case 6: draft.cgroup = other.cgroup
        case 7: draft.mark = other.mark
        default:
            let field = one(of: Field.all)
            draft.numbers[field] = other.numbers[field]
        }
    }
}
