/// Any number of transport ports, in one canonical form.
public struct PortSet: Hashable, Sendable {
    private let numbers: IntervalSet<UInt16>

    /// Creates the set of all ports in the given ranges.
    public init(_ ranges: some Sequence<ClosedRange<Port>>) {
        numbers = IntervalSet(ranges.map { $0.lowerBound.number...$0.upperBound.number })
    }

    /// The set's ports as disjoint ranges, ascending, as few as possible.
    public var ranges: [ClosedRange<Port>] {
        numbers.intervals.compactMap { interval in
            guard let first = Port(interval.lowerBound), let last = Port(interval.upperBound) else {
                return nil
            }
            return first...last
        }
    }

    /// The set's ports as one range, where they are one.
    public var onlyRange: ClosedRange<Port>? { numbers.intervals.count == 1 ? ranges.first : nil }

    /// Whether the set holds a port.
    public func contains(_ port: Port) -> Bool { numbers.contains(port.number) }
}

extension PortSet: CustomStringConvertible {
    /// The ranges as `80`, `80,443` or `80,8000-8010`.
    public var description: String { ranges.map(PortSet.text(of:)).joined(separator: ",") }

    /// One range as `80` or `8000-8010`.
    public static func text(of range: ClosedRange<Port>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
