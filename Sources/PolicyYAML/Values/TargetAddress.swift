import Addressing

/// The new address of a target, as it is written.
enum TargetAddress: Hashable {
    /// The same address for all.
    case one(IPAddress)
    /// For each the address at its position in a prefix.
    case prefix(AddressRange)

    /// The addresses that connections can get.
    var range: AddressRange {
        switch self {
        case .one(let address): AddressRange(address)
        case .prefix(let prefix): prefix
        }
    }

    /// The family of the addresses.
    var family: IPFamily { range.family }

    /// Whether connections to it never leave the machine.
    var isLoopback: Bool { AddressRange.loopback(of: family).contains(range) }
}

extension TargetAddress: CustomStringConvertible {
    /// The address or the prefix.
    var description: String { range.description }
}
