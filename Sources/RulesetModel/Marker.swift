/// The empty chain by which the kernel itself says which generation it holds.
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

    /// Reads a chain's name, or nothing where it is no marker's.
    public init?(chain name: String) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "gen", let number = Int(parts[1]), number > 0,
            parts[2].count == 16, parts[2].allSatisfy({ "0123456789abcdef".contains($0) })
        else { return nil }
        self.init(number: number, digest: String(parts[2]))
        guard chain == name else { return nil }
    }

    /// The name of the chain.
    public var chain: String { "gen_\(number)_\(digest)" }
}
