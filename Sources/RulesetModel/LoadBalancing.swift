/// A share of the connections that get as far as a rule, for balancing them over several targets.
///
/// Rules with draws stand one after the other, and the last one has none.
public struct LoadBalancing: Sendable, Hashable, Codable {
    /// What gives the number for a connection.
    public enum Method: String, Sendable, Hashable, CaseIterable, Codable {
        /// `numgen random`.
        case random
        /// `numgen inc`: each rule counts for itself.
        case increasing
        /// `jhash ip saddr`: always the same for one client.
        case sourceHash
    }

    /// What gives the number.
    public var method: Method

    /// The number lies below this.
    public var modulus: UInt32

    /// The numbers for which the rule applies.
    public var range: ClosedRange<UInt32>

    /// Creates a draw.
    public init(_ method: Method, modulus: UInt32, range: ClosedRange<UInt32>) {
        self.method = method
        self.modulus = modulus
        self.range = range
    }

    /// The seed of all hashes.
    ///
    /// With the same one everywhere, a client meets the same machine in every redirect that has
    /// the same machines with the same weights.
    public static let seed: UInt32 = 1
}
