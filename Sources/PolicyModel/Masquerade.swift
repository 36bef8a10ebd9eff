public import Addressing

/// That redirected connections leave with an address of this machine as their source.
///
/// Without it, a client in the network of its target would get the answer straight from there, and
/// drop it ("hairpin").
public struct Masquerade: Sendable, Hashable {
    /// The clients for which it holds; nothing means all.
    public var sources: AddressSet?

    /// Creates a masquerade.
    public init(sources: AddressSet? = nil) {
        self.sources = sources
    }
}
