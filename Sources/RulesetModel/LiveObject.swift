/// An object of a kind that redirctl does not make.
public struct LiveObject: Sendable, Hashable {
    /// The kind, in nft's word, such as `set`, `map` or `quota`.
    public var kind: String

    /// The object's name.
    public var name: String

    /// The kernel's number for it, if the kind has one.
    public var handle: Handle?

    /// Creates an object.
    public init(kind: String, name: String, handle: Handle?) {
        self.kind = kind
        self.name = name
        self.handle = handle
    }
}
