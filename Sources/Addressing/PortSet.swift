/// A set of transport ports, in a canonical form.
public struct PortSet: Hashable, Sendable {
    private enum Storage: Hashable, Sendable {
        /// Consecutive ports, stored without an allocation: the usual case.
        case one(ClosedRange<Port>)
        /// No port, or several ranges of ports.
        case several(IntervalSet<UInt16>)
    }

    private let storage: Storage

    /// Creates the set of all ports in the given ranges.
    public init(_ ranges: some Sequence<ClosedRange<Port>>) {
        let numbers = IntervalSet(ranges.map { $0.lowerBound.number...$0.upperBound.number })
        let only = numbers.intervals.count == 1 ? Self.range(numbers.intervals[0]) : nil
        storage = only.map { .one($0) } ?? .several(numbers)
    }

    /// Creates the set of all ports in a range.
    public init(_ range: ClosedRange<Port>) {
        storage = .one(range)
    }

    /// The fewest possible ranges with the set's ports, in ascending order.
    public var ranges: [ClosedRange<Port>] {
        switch storage {
        case .one(let range): [range]
        case .several(let numbers): numbers.intervals.compactMap(Self.range)
        }
    }

    /// The number of ``ranges``.
    public var rangeCount: Int {
        switch storage {
        case .one: 1
        case .several(let numbers): numbers.intervals.count
        }
    }

    /// The set's ports as a range; `nil` if they are not consecutive.
    public var onlyRange: ClosedRange<Port>? {
        if case .one(let range) = storage { range } else { nil }
    }

    /// Whether the set contains a port.
    public func contains(_ port: Port) -> Bool {
        switch storage {
        case .one(let range): range.contains(port)
        case .several(let numbers): numbers.contains(port.number)
        }
    }

    private static func range(_ numbers: ClosedRange<UInt16>) -> ClosedRange<Port>? {
        guard let first = Port(numbers.lowerBound), let last = Port(numbers.upperBound) else {
            return nil
        }
        return first...last
    }
}

extension PortSet: CustomStringConvertible {
    /// The ranges as `80`, `80,443` or `80,8000-8010`.
    public var description: String { texts.joined(separator: ",") }

    /// The ranges, each as `80` or `8000-8010`.
    public var texts: [String] { ranges.map(PortSet.text(of:)) }

    /// One range as `80` or `8000-8010`.
    public static func text(of range: ClosedRange<Port>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
