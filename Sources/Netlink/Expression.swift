internal import CNetfilter

/// One instruction of a rule, as far as rules of ours have it.
enum Expression: Hashable {
    case meta(key: UInt32, to: Register)
    case payload(base: UInt32, offset: UInt32, length: UInt32, to: Register)
    case connection(key: UInt32, direction: UInt8?, to: Register)
    case socket(level: UInt32, to: Register)
    case destinationType(to: Register)
    case draw(isRandom: Bool, modulus: UInt32, to: Register)
    case hash(Register, length: UInt32, modulus: UInt32, seed: UInt32, to: Register)
    case mask(Register, with: RegisterValue, to: Register)
    case toNetworkOrder(Register, length: UInt32, to: Register)
    case compare(Register, Comparison, RegisterValue)
    case range(Register, from: RegisterValue, to: RegisterValue)
    case find(Register, in: String)
    case map(Register, by: String, to: Register)
    /// What a map has for the register happens to the packet.
    case obey(Register, by: String)
    case constant(RegisterValue, to: Register)
    case verdict(code: Int32, chain: String?)
    case counter(String)
    case limit(count: UInt64, seconds: UInt64, burst: UInt32)
    case log(PrefixedLog)
    case translateDestination(family: UInt32, address: Register?, port: Register?)
    /// To a prefix, by the registers with its first and its last address.
    case translateToPrefix(family: UInt32, first: Register, last: Register)
    case redirect(port: Register?)
    case masquerade
    case translateSource(family: UInt32, address: Register)
    case setLabel(from: Register)

    /// The comparisons that ours use (`enum nft_cmp_ops`).
    enum Comparison: Hashable {
        case equal
        case unequal
        case atLeast
        case atMost
    }

    /// What a `log` says, before it is known whether it can be expressed in our words.
    struct PrefixedLog: Hashable {
        let prefix: String
        let group: UInt16?
        let level: UInt32?
    }

    /// Reads an expression, or returns `nil` if it is of another kind, says more, or is damaged.
    init?(_ bytes: Bytes) {
        guard let attributes = Attributes(bytes), attributes.endsBy(NFTA_EXPR_DATA),
            let name = attributes[NFTA_EXPR_NAME]
        else { return nil }
        // The kernel leaves the data out if there are none.
        guard let data = Attributes(attributes[NFTA_EXPR_DATA] ?? name.dropFirst(name.count)),
            let read = Self.readers.first(where: { $0.name == name.bits })?.read(data)
        else { return nil }
        self = read
    }

    private typealias Reader = @Sendable (Attributes) -> Expression?

    /// By the bytes of the name and the NUL after it; the most frequent first.
    private static let readers: [(name: UInt128, read: Reader)] = [
        ("cmp", compare), ("payload", payload), ("meta", meta), ("immediate", immediate),
        ("lookup", lookup), ("objref", objref), ("nat", nat), ("redir", redir),
        ("bitwise", bitwise), ("byteorder", byteorder), ("range", range), ("ct", ct),
        ("numgen", numgen), ("hash", hash), ("fib", fib), ("socket", socket),
        ("limit", limit), ("log", log), ("masq", masq),
    ].map { name, read in (name.utf8.reduce(0) { $0 << 8 | UInt128($1) } << 8, read) }
}
