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
    }

    /// What connections are looked up by, in the order of the key's parts; at most ``mostFields``.
    public var key: [KeyField]

    /// What is found.
    public var value: Value

    /// Whether a part of a key can be a range (`flags interval`).
    ///
    /// Only where the key has several parts: libnftables reads the whole of an interval map with one
    /// part for every element that is added.
    public var isInterval: Bool

    /// Whether each element counts its connections (`counter`).
    public var isCounting: Bool

    /// Creates a type.
    public init(key: [KeyField], value: Value, isInterval: Bool = false, isCounting: Bool = false) {
        self.key = key
        self.value = value
        self.isInterval = isInterval
        self.isCounting = isCounting
    }

    /// The most parts of a key: libnftables keeps a type in 32 bits, six for each part.
    public static let mostFields = 5

    /// The declaration in nft's language, on one line.
    public var text: String {
        let parts = [
            "type \(key.map(\.type).joined(separator: " . ")) : \(value.text);",
            isInterval ? "flags interval;" : nil,
            isCounting ? "counter;" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}

extension MapType.Value {
    fileprivate var text: String {
        switch self {
        case .port: "inet_service"
        case .address(let family): family.typeName
        case .addressAndPort(let family): "\(family.typeName) . inet_service"
        case .verdict: "verdict"
        }
    }
}
