/// Ports that move together: the first of one range to the first of another, and so on.
public struct PortShift: Hashable, Sendable {
    /// The ports that move.
    public let origin: ClosedRange<Port>

    /// Where they go, each to the one in its own place.
    public let destination: ClosedRange<Port>

    /// Creates a shift, or nothing where the ranges differ in size.
    public init?(_ origin: ClosedRange<Port>, to destination: ClosedRange<Port>) {
        guard origin.size == destination.size else { return nil }
        self.origin = origin
        self.destination = destination
    }

    /// How far the ports move; negative for downwards.
    public var offset: Int {
        Int(destination.lowerBound.number) - Int(origin.lowerBound.number)
    }

    /// Where a port goes, or nothing for one that is not part of it.
    public func callAsFunction(_ port: Port) -> Port? {
        guard origin.contains(port) else { return nil }
        return Port(destination.lowerBound.number + (port.number - origin.lowerBound.number))
    }
}

extension ClosedRange<Port> {
    /// How many ports are in the range.
    public var size: Int { Int(upperBound.number) - Int(lowerBound.number) + 1 }
}
