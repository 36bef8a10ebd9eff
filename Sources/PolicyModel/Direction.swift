/// Where a connection comes from, as this machine sees it.
public enum Direction: String, Hashable, Sendable, CaseIterable, Comparable {
    /// It arrives from outside: for this machine, or to be forwarded.
    case inbound
    /// A process of this machine opens it.
    case outbound

    /// Orders inbound before outbound.
    public static func < (left: Direction, right: Direction) -> Bool {
        left == .inbound && right == .outbound
    }
}
