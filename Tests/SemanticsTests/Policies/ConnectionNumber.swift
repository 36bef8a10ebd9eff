import Addressing
import PolicyModel

/// A part of a connection that is a number.
enum ConnectionNumber: Hashable {
    case source(IPFamily)
    case destination(IPFamily)
    case sourcePort
    case destinationPort
    case user
    case group

    static let all = Match.Key.allCases.flatMap(\.numbers)

    /// The numbers that it can be.
    var numbers: ClosedRange<UInt128> {
        switch self {
        case .source(let family), .destination(let family): AddressRange.all(of: family).bits
        case .sourcePort, .destinationPort: 1...65535
        case .user, .group: 0...4_294_967_294
        }
    }

    /// The numbers at which something changes that is about some ranges: the last before each, its
    /// first and last one, and the first after it.
    func boundaries(of ranges: [ClosedRange<UInt128>]) -> [UInt128] {
        ranges.flatMap { range in
            [
                range.lowerBound > numbers.lowerBound ? range.lowerBound - 1 : nil,
                range.lowerBound,
                range.upperBound,
                range.upperBound < numbers.upperBound ? range.upperBound + 1 : nil,
            ]
            .compactMap(\.self)
        }
    }
}

extension Match.Key {
    /// The numbers of a connection that the key asks for.
    var numbers: [ConnectionNumber] {
        switch self {
        case .sourceAddress: IPFamily.allCases.map { .source($0) }
        case .sourcePort: [.sourcePort]
        case .destinationAddress: IPFamily.allCases.map { .destination($0) }
        case .destinationPort: [.destinationPort]
        case .user: [.user]
        case .group: [.group]
        case .family, .transport, .interface, .cgroup, .mark, .dscp: []
        }
    }
}

extension Match {
    /// What it names of a field; `nil` if any number will do.
    func ranges(of field: ConnectionNumber) -> [ClosedRange<UInt128>]? {
        switch field {
        case .source(let family): source.addresses?.ranges(of: family)
        case .destination(let family): destination.addresses?.ranges(of: family)
        case .sourcePort: source.ports?.numbers
        case .destinationPort: destination.ports?.numbers
        case .user: users?.numbers
        case .group: groups?.numbers
        }
    }
}

extension AddressSet {
    func ranges(of family: IPFamily) -> [ClosedRange<UInt128>]? {
        let ranges = ranges.filter { $0.family == family }.map(\.bits)
        return ranges.isEmpty ? nil : ranges
    }
}

extension PortSet {
    var numbers: [ClosedRange<UInt128>] {
        ranges.map { UInt128($0.lowerBound.number)...UInt128($0.upperBound.number) }
    }
}

extension IntervalSet<UInt32> {
    fileprivate var numbers: [ClosedRange<UInt128>] {
        intervals.map { UInt128($0.lowerBound)...UInt128($0.upperBound) }
    }
}
