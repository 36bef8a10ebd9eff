/// A transport protocol with ports that connection tracking can translate.
public enum TransportProtocol: String, Hashable, Sendable, CaseIterable, Codable, Comparable {
    case tcp
    case udp
    case sctp

    /// The protocol's number (IANA, `/etc/protocols`).
    public var number: UInt8 {
        switch self {
        case .tcp: 6
        case .udp: 17
        case .sctp: 132
        }
    }

    /// Orders by number.
    public static func < (left: TransportProtocol, right: TransportProtocol) -> Bool {
        left.number < right.number
    }
}

/// A transport port that a connection can be made to: 1 to 65535.
public struct Port: Hashable, Sendable {
    /// The port's number; never 0.
    public let number: UInt16

    /// Creates a port from its number; `nil` for 0.
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

/// A translation of a range of ports to another range of the same size.
public struct PortShift: Hashable, Sendable {
    /// The ports that are translated.
    public let origin: ClosedRange<Port>

    /// The ports that they are translated to, in the same order.
    public let destination: ClosedRange<Port>

    /// Creates a shift; `nil` if the ranges differ in size.
    public init?(_ origin: ClosedRange<Port>, to destination: ClosedRange<Port>) {
        guard origin.size == destination.size else { return nil }
        self.origin = origin
        self.destination = destination
    }

    /// The difference between a translated port and its original; can be negative.
    public var offset: Int {
        Int(destination.lowerBound.number) - Int(origin.lowerBound.number)
    }

    /// The port that a port is translated to; `nil` if it is not in ``origin``.
    public func callAsFunction(_ port: Port) -> Port? {
        guard origin.contains(port) else { return nil }
        return Port(destination.lowerBound.number + (port.number - origin.lowerBound.number))
    }
}

extension ClosedRange<Port> {
    /// The number of ports in the range.
    public var size: Int { Int(upperBound.number) - Int(lowerBound.number) + 1 }
}
