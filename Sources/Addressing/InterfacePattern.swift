/// The name of a network interface, or a prefix of such names.
public struct InterfacePattern: Hashable, Sendable {
    /// The name or the prefix; at most 15 bytes (`IFNAMSIZ` in `linux/if.h`).
    public let name: String

    /// Whether the pattern matches all interfaces whose names begin with ``name``.
    public let isPrefix: Bool

    /// Creates a pattern from its parts.
    public init(name: String, isPrefix: Bool = false) {
        self.name = name
        self.isPrefix = isPrefix
    }
}

extension InterfacePattern: CustomStringConvertible {
    /// The name, with `*` after a prefix: `eth0`, `wg*`.
    public var description: String { isPrefix ? name + "*" : name }
}

extension InterfacePattern: Comparable {
    /// Orders by text.
    public static func < (left: InterfacePattern, right: InterfacePattern) -> Bool {
        left.description < right.description
    }
}

extension InterfacePattern: TextCoded {
    /// Reads what ``description`` writes.
    public init?(stored text: String) {
        guard !text.isEmpty, text.utf8.count <= 15 else { return nil }
        self.init(
            name: String(text.last == "*" ? text.dropLast() : text[...]),
            isPrefix: text.last == "*"
        )
    }
}
