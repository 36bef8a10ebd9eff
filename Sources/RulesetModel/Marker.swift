/// The empty chain whose name says which generation the kernel has.
///
/// It is exchanged in the same transaction as the rules: `gen_<number>_<digest>`.
public struct Marker: Sendable, Hashable, Codable {
    /// The generation's number.
    public var number: Int

    /// The first 16 hexadecimal digits of the generation's digest.
    public var digest: String

    /// Creates a marker.
    public init(number: Int, digest: String) {
        self.number = number
        self.digest = digest
    }

    /// Reads a chain's name, or returns `nil` if it is no marker's.
    public init?(chain name: String) {
        // There can be very many chains of other names.
        guard name.utf8.starts(with: Self.prefix.utf8) else { return nil }
        let parts = name.utf8.dropFirst(Self.prefix.utf8.count).split(
            separator: UInt8(ascii: "_"),
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, let number = Int(Substring(parts[0])), number > 0,
            parts[1].count == 16, parts[1].allSatisfy("0123456789abcdef".utf8.contains)
        else { return nil }
        self.init(number: number, digest: String(Substring(parts[1])))
        guard chain == name else { return nil }
    }

    /// The name of the chain.
    public var chain: String { "\(Self.prefix)\(number)_\(digest)" }

    private static let prefix = "gen_"
}
