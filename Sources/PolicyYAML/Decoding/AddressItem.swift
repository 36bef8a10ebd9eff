import Addressing

/// One value behind the `address` of a source or destination.
enum AddressItem: Hashable {
    /// An address, a prefix or a range.
    case range(AddressRange)
    /// `local`: any address of this machine.
    case local
    /// The name of a list.
    case list(String)
}

/// One value behind the `port` of a source or destination.
enum PortItem: Hashable {
    /// A port or a range.
    case range(ClosedRange<Port>)
    /// The name of a list.
    case list(String)
}
