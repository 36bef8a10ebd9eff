import Addressing

/// One value behind the `address` of a source or destination.
enum AddressItem: Hashable {
    /// An address, a prefix or a range.
    case range(AddressRange)
    /// `local`: any address of this machine.
    case local
}

extension AddressParts {
    init(_ items: [AddressItem]) {
        var ranges: [AddressRange] = []
        ranges.reserveCapacity(items.count)
        isLocal = false
        for item in items {
            switch item {
            case .range(let range): ranges.append(range)
            case .local: isLocal = true
            }
        }
        set = ranges.isEmpty ? nil : AddressSet(ranges)
    }
}
