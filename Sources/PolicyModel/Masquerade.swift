public import Addressing

/// Source NAT for the connections of a redirect.
///
/// Without it, a client in the network of its target would get the answer directly from it, and
/// drop it ("hairpin").
public struct Masquerade: Sendable, Hashable {
    /// The address that sources become.
    public struct Source: Sendable, Hashable {
        /// The chosen address of each family; empty for that of the interface by which the
        /// connection leaves.
        public var addresses: [IPFamily: IPAddress]

        /// Creates a source.
        public init(_ addresses: [IPFamily: IPAddress]) {
            self.addresses = addresses
        }

        /// The address of the interface by which a connection leaves.
        public static let interface = Source([:])
    }

    /// The clients that are masqueraded; `nil` means all.
    public var clients: AddressSet?

    /// What their addresses become.
    public var source: Source

    /// Creates a masquerade.
    public init(clients: AddressSet? = nil, source: Source = .interface) {
        self.clients = clients
        self.source = source
    }
}

extension Masquerade.Source {
    /// What becomes of the sources of one family; `nil` if they stay.
    public func restricted(to family: IPFamily) -> Masquerade.Source? {
        guard !addresses.isEmpty else { return self }
        let own = addresses.filter { $0.key == family }
        return own.isEmpty ? nil : Masquerade.Source(own)
    }
}
