/// A map as the kernel holds it.
public struct LiveMap: Sendable, Hashable {
    /// The kernel's number for it.
    public var handle: Handle

    /// Its name and elements.
    public var content: PortMap

    /// Creates a map.
    public init(handle: Handle, content: PortMap) {
        self.handle = handle
        self.content = content
    }
}
