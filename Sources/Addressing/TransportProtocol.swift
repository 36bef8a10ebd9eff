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
