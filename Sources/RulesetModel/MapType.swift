public import Addressing

/// What a map is apart from its name and elements; the kernel can't change any of it.
public struct MapType: Sendable, Hashable, Codable {
    /// What the values of a map are.
    public enum Value: Sendable, Hashable, Codable {
        /// `inet_service`
        case port
        /// `ipv4_addr` or `ipv6_addr`
        case address(IPFamily)
        /// `ipv4_addr . inet_service` or `ipv6_addr . inet_service`
        case addressAndPort(IPFamily)
        /// `verdict`
        case verdict
        /// No value: a set, which only says whether a key is there.
        case member
    }

    /// What connections are looked up by, in the order of the key's parts; at most ``mostFields``.
    public var key: [KeyField]

    /// What is found.
    public var value: Value

    /// Whether a part of a key can be a range (`flags interval`).
    ///
    /// Only if the key has several parts: libnftables reads the whole of an interval map with one
    /// part for every element that is added.
    public var isInterval: Bool

    /// Whether each element counts its connections (`counter`).
    public var isCounting: Bool

    /// Whether elements come and go by themselves (`flags timeout`).
    ///
    /// A ruleset has none of them, and those of the kernel that end soon are no difference.
    public var isTimed: Bool

    /// Creates a type.
    public init(
        key: [KeyField],
        value: Value,
        isInterval: Bool = false,
        isCounting: Bool = false,
        isTimed: Bool = false
    ) {
        self.key = key
        self.value = value
        self.isInterval = isInterval
        self.isCounting = isCounting
        self.isTimed = isTimed
    }

    /// Decodes a type; versions before 0.2 knew none that is timed.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            key: try container.decode([KeyField].self, forKey: .key),
            value: try container.decode(Value.self, forKey: .value),
            isInterval: try container.decode(Bool.self, forKey: .isInterval),
            isCounting: try container.decode(Bool.self, forKey: .isCounting),
            isTimed: try container.decodeIfPresent(Bool.self, forKey: .isTimed) ?? false
        )
    }

    /// The word for its kind in nft's language.
    public var keyword: String { value == .member ? "set" : "map" }

    /// The most parts of a key: libnftables keeps a type in 32 bits, six for each part.
    public static let mostFields = 5

    /// The most bytes of a key with each part filled up to whole registers (NFT_REG_SIZE); where an
    /// IPv6 address and a port are found, these need registers of their own.
    public var mostKeyBytes: Int { value == .addressAndPort(.ipv6) ? 48 : 64 }

    /// How many bytes the key has with each part filled up to whole registers.
    public var keyBytes: Int { key.reduce(0) { $0 + ($1.length + 3) / 4 * 4 } }

    /// How many elements a command may have.
    ///
    /// If ranges of numbers in the machine's own order make commands longer than a message to the
    /// kernel (64 KiB), libnftables 1.0.6 turns the bytes of the element at the border around, and says
    /// nothing. 150 elements of the longest kind fit.
    public static let elementsPerCommand = 150

    /// Whether all elements must be added in commands of few elements.
    var needsSmallCommands: Bool {
        isInterval && key.contains { $0 == .user || $0 == .group || $0 == .mark }
    }

    /// The most elements that the kernel is to allow a map, by how many it is made with; `nil` for
    /// no limit.
    ///
    /// A large hash table that is told its size is loaded in two thirds of the time, and listed in
    /// half of it, because it never grows while it is filled. Beyond its size it takes nothing more
    /// (ENFILE), so there is room to double.
    public func size(for count: Int) -> Int? {
        guard !isInterval, !isTimed, count >= Self.fewestElementsWithSize else { return nil }
        var size = Self.fewestElementsWithSize
        while size < 2 * count { size *= 2 }
        return size
    }

    private static let fewestElementsWithSize = 4096

    /// The smallest size that ``size(for:)`` gives; no release ever made a smaller map.
    public static let leastSize = 2 * fewestElementsWithSize

    /// The declaration in nft's language, on one line.
    public var text: String { text(size: nil) }

    /// The declaration of a map that is made with a size.
    public func text(size: Int?) -> String {
        let flags = (isInterval ? ["interval"] : []) + (isTimed ? ["timeout"] : [])
        let parts = [
            "type \(key.map(\.type).joined(separator: " . "))\(value.text.map { " : \($0)" } ?? "");",
            size.map { "size \($0);" },
            flags.isEmpty ? nil : "flags \(flags.joined(separator: ", "));",
            isCounting ? "counter;" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}

extension MapType.Value {
    /// `nil` for a set, which has no values.
    fileprivate var text: String? {
        switch self {
        case .member: nil
        case .port: "inet_service"
        case .address(let family): family.typeName
        case .addressAndPort(let family): "\(family.typeName) . inet_service"
        case .verdict: "verdict"
        }
    }
}
