import Addressing
import PolicyModel

/// A property of a connection's first packet, as a number.
enum Dimension: UInt8, Hashable, Comparable, CaseIterable, Sendable {
    /// Who opens the connection (``Origin``).
    case origin
    /// The number of the IP protocol.
    case transport
    /// The port that it was sent to.
    case destinationPort
    /// The address that it was sent to.
    case destination
    /// Whether that address is one of this machine: 1 if it is.
    case locality
    /// The client's address.
    case source
    /// The client's port.
    case sourcePort
    /// The interface, by its number in ``Names``.
    case interface
    /// The user of the process.
    case user
    /// The group of the process.
    case group
    /// The control group of the process, by its number in ``Names``.
    case cgroup
    /// The code point.
    case dscp

    /// Orders by how much a condition on the dimension usually leaves out.
    static func < (left: Dimension, right: Dimension) -> Bool { left.rawValue < right.rawValue }

    /// All numbers of a dimension for one family.
    func all(in family: IPFamily) -> ClosedRange<UInt128> {
        switch self {
        case .origin: 0...UInt128(Origin.allCases.count - 1)
        case .transport: 0...255
        case .destinationPort, .sourcePort: 1...65535
        case .destination, .source: AddressRange.all(of: family).bits
        case .locality: 0...1
        // The highest number stands for no user or group (chown(2)).
        case .user, .group: 0...UInt128(UInt32.max - 1)
        case .interface, .cgroup: 0...UInt128(UInt32.max)
        case .dscp: 0...63
        }
    }

    /// How many bits its numbers have.
    func width(in family: IPFamily) -> Int {
        UInt128.bitWidth - all(in: family).upperBound.leadingZeroBitCount
    }
}

/// Who opens a connection.
enum Origin: UInt128, CaseIterable, Sendable {
    /// Another machine.
    case inbound
    /// A process of this machine.
    case process
    /// The kernel of this machine.
    case kernel

    /// The openers of connections of a direction.
    static func all(of directions: Set<Direction>) -> NumberSet {
        var numbers: [ClosedRange<UInt128>] = []
        if directions.contains(.inbound) { numbers.append(Origin.inbound.rawValue...0) }
        if directions.contains(.outbound) {
            numbers.append(Origin.process.rawValue...Origin.kernel.rawValue)
        }
        return NumberSet(numbers)
    }
}

/// The numbers of one dimension.
typealias NumberSet = IntervalSet<UInt128>

extension NumberSet {
    /// The set of one number.
    init(_ number: UInt128) { self.init([number...number]) }
}
