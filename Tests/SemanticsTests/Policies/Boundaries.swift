import Addressing
import PolicyModel

/// The values of every field at which a policy can change its mind: before, at and behind each end of
/// what it names.
struct Boundaries {
    var sources: [IPFamily: [IPAddress]] = [:]
    var destinations: [IPFamily: [IPAddress]] = [:]
    var sourcePorts: [Port] = []
    var destinationPorts: [Port] = []
    var interfaces: [String] = ["lo"]
    var users: [UInt32] = [7]
    var groups: [UInt32] = [7]
    var cgroups: [CgroupPath?] = [nil]
    var marks: [UInt32] = [0]

    init(_ policy: Policy) {
        for family in IPFamily.allCases {
            sources[family] = Universe.corners(family)
            destinations[family] = Universe.corners(family)
        }
        sourcePorts = [1, 65535].compactMap { Port($0) }
        destinationPorts = sourcePorts
        for redirect in policy.redirects {
            for match in [redirect.match] + redirect.exceptions { add(match) }
            for range in redirect.masquerade?.sources?.ranges ?? [] {
                sources[range.family]?.append(contentsOf: range.boundaries)
            }
            for target in redirect.decision.targets {
                if let address = target.address { destinations[address.family]?.append(address) }
                let ranges = target.port?.ports.ranges ?? []
                destinationPorts += ranges.flatMap(\.boundaries)
            }
        }
        for family in IPFamily.allCases {
            sources[family] = Set(sources[family] ?? []).sorted()
            destinations[family] = Set(destinations[family] ?? []).sorted()
        }
        sourcePorts = Set(sourcePorts).sorted()
        destinationPorts = Set(destinationPorts).sorted()
        interfaces = Set(interfaces).sorted()
        users = Set(users).sorted()
        groups = Set(groups).sorted()
        cgroups = Set(cgroups).sorted { ($0?.text ?? "") < ($1?.text ?? "") }
        marks = Set(marks).sorted()
    }

    private mutating func add(_ match: Match) {
        for range in match.source.addresses?.ranges ?? [] {
            sources[range.family]?.append(contentsOf: range.boundaries)
        }
        for range in match.destination.addresses?.ranges ?? [] {
            destinations[range.family]?.append(contentsOf: range.boundaries)
        }
        sourcePorts += match.source.ports?.ranges.flatMap(\.boundaries) ?? []
        destinationPorts += match.destination.ports?.ranges.flatMap(\.boundaries) ?? []
        for pattern in match.interfaces ?? [] {
            interfaces += [pattern.name, pattern.name + "0", String(pattern.name.dropLast())]
        }
        users += match.users?.boundaries ?? []
        groups += match.groups?.boundaries ?? []
        for path in match.cgroups ?? [] {
            let parent = path.text.split(separator: "/").dropLast().joined(separator: "/")
            cgroups += [path, CgroupPath(path.text + "/z"), CgroupPath(path.text + "z")]
            cgroups.append(CgroupPath(parent))
        }
        if let mark = match.mark {
            let lowest = mark.mask & ~(mark.mask &- 1)
            let highest = UInt32(1) << (31 - UInt32(mark.mask.leadingZeroBitCount))
            marks += [
                mark.value, mark.value | ~mark.mask, mark.value ^ lowest, mark.value ^ highest,
            ]
        }
    }
}

extension AddressRange {
    /// The last address before it, its first and last one, and the first behind it.
    fileprivate var boundaries: [IPAddress] {
        bits.boundaries.compactMap { IPAddress(family: family, bits: $0) }
    }
}

extension ClosedRange<Port> {
    fileprivate var boundaries: [Port] {
        (lowerBound.number...upperBound.number).boundaries.compactMap { Port($0) }
    }
}

extension IntervalSet<UInt32> {
    fileprivate var boundaries: [UInt32] { intervals.flatMap(\.boundaries) }
}

extension ClosedRange where Bound: FixedWidthInteger {
    fileprivate var boundaries: [Bound] {
        [lowerBound &- 1, lowerBound, upperBound, upperBound &+ 1]
    }
}
