/// A transport port that a connection can be made to: 1 to 65535.
public struct Port: Hashable, Sendable {
    /// The port's number; never 0.
    public let number: UInt16

    /// Creates a port from its number, or nothing for 0.
    public init?(_ number: UInt16) {
        guard number != 0 else { return nil }
        self.number = number
    }
}

extension Port: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(number) }
}

extension Port: Comparable {
    /// Orders by number.
    public static func < (left: Port, right: Port) -> Bool { left.number < right.number }
}
