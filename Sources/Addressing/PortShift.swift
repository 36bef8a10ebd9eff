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

    /// Where a port goes, or nothing for one that is not part of it.
    public func callAsFunction(_ port: Port) -> Port? {
        guard origin.contains(port) else { return nil }
        return Port(destination.lowerBound.number + (port.number - origin.lowerBound.number))
    }

    /// Every port with the one that it becomes, ascending.
    public var pairs: [(from: Port, to: Port)] {
        (origin.lowerBound.number...origin.upperBound.number).compactMap { number in
            guard let from = Port(number), let to = self(from) else { return nil }
            return (from, to)
        }
    }
}

extension ClosedRange<Port> {
    /// How many ports are in the range.
    public var size: Int { Int(upperBound.number) - Int(lowerBound.number) + 1 }
}
