/// A named counter as the kernel holds it.
public struct LiveCounter: Sendable, Hashable {
    /// The counter's name.
    public var name: String

    /// The kernel's number for it.
    public var handle: Handle

    /// Packets counted: for a NAT rule the first one of each connection.
    public var packets: UInt64

    /// Bytes in these packets.
    public var bytes: UInt64

    /// Creates a counter.
    public init(name: String, handle: Handle, packets: UInt64, bytes: UInt64) {
        self.name = name
        self.handle = handle
        self.packets = packets
        self.bytes = bytes
    }
}
