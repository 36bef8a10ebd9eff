import Addressing
import PolicyModel

/// The values of every part of a connection at which a policy can change its mind.
struct Boundaries {
    private(set) var numbers: [ConnectionNumber: [UInt128]] = [:]
    private(set) var interfaces: [String] = ["lo"]
    private(set) var cgroups: [CgroupPath?] = [nil]
    private(set) var marks: [UInt32] = [0]
    private(set) var codePoints: [CodePoint] = [CodePoint.all[0]]

    init(_ policy: Policy) {
        for field in ConnectionNumber.all {
            // The ends of all there is, and what nobody names.
            numbers[field] = [field.numbers.lowerBound, field.numbers.upperBound, 40_000]
        }
        for redirect in policy.redirects {
            for match in [redirect.match] + redirect.exceptions { add(match) }
            for family in IPFamily.allCases {
                let clients = redirect.masquerade?.clients?.ranges(of: family)
                add(.source(family), clients ?? [])
            }
            for target in redirect.decision.targets {
                if let address = target.address {
                    add(.destination(address.family), [address.bits...address.bits])
                }
                add(.destinationPort, target.port?.ports.numbers ?? [])
            }
        }
        for field in ConnectionNumber.all { numbers[field] = Set(numbers[field] ?? []).sorted() }
        interfaces = Set(interfaces).sorted()
        cgroups = Set(cgroups).sorted { ($0?.text ?? "") < ($1?.text ?? "") }
        marks = Set(marks).sorted()
        codePoints = Set(codePoints).sorted()
    }

    private mutating func add(_ field: ConnectionNumber, _ ranges: [ClosedRange<UInt128>]) {
        numbers[field]?.append(contentsOf: field.boundaries(of: ranges))
    }

    private mutating func add(_ match: Match) {
        for key in Match.Key.allCases {
            for field in key.numbers { add(field, match.ranges(of: field) ?? []) }
            switch key {
            // All of its values are tried anyway, or it is one of the numbers.
            case .family, .transport, .sourceAddress, .sourcePort, .destinationAddress,
                .destinationPort, .user, .group:
                break
            case .interface:
                for pattern in match.interfaces ?? [] {
                    interfaces += [
                        pattern.name, pattern.name + "0", String(pattern.name.dropLast()),
                    ]
                }
            case .cgroup:
                for path in match.cgroups ?? [] {
                    let parent = path.text.split(separator: "/").dropLast().joined(separator: "/")
                    cgroups += [path, CgroupPath(path.text + "/z"), CgroupPath(path.text + "z")]
                    cgroups.append(CgroupPath(parent))
                }
            case .mark: if let mark = match.mark { add(mark) }
            case .dscp:
                // One bit more or less, as a wrong mask or shift would have it.
                for point in match.dscp ?? [] {
                    codePoints.append(point)
                    codePoints += [1, 32].compactMap { CodePoint(point.number ^ $0) }
                }
            }
        }
    }

    private mutating func add(_ mark: PacketMark) {
        let lowest = mark.mask & ~(mark.mask &- 1)
        let highest = UInt32(1) << (31 - UInt32(mark.mask.leadingZeroBitCount))
        marks += [mark.value, mark.value | ~mark.mask, mark.value ^ lowest, mark.value ^ highest]
    }
}
