/// The kinds of list that a policy can give names to; the raw value is the key that they stand
/// behind.
enum DefinitionKind: String, CaseIterable {
    case addresses
    case ports

    /// What the lists are made of.
    var values: Grammar {
        switch self {
        case .addresses: .addressRange
        case .ports: .portRange
        }
    }

    /// Whether a list can stand in a file of its own.
    var allowsFile: Bool { self == .addresses }

    /// What may stand behind a name.
    var value: ValueShape { allowsFile ? .oneOrMoreOrFile(values) : .oneOrMore(values) }

    /// The other kind.
    var other: DefinitionKind {
        switch self {
        case .addresses: .ports
        case .ports: .addresses
        }
    }

    /// The key of a match that the lists are used behind.
    var use: EndpointKey {
        switch self {
        case .addresses: .address
        case .ports: .port
        }
    }

    /// A list with its name, as it could stand in a policy.
    var example: String {
        switch self {
        case .addresses: "lan: [10.0.0.0/8, 192.168.0.0/16]"
        case .ports: "web: [80, 443]"
        }
    }
}

/// The names that lists can have: none of them can be taken for an address or a port.
enum DefinitionName {
    /// The words that mean something of their own where a name could stand.
    static let reserved = ["any", "false", "local", "null", "true"]

    /// Whether a text has the form of a name, reserved or not.
    static func hasForm(_ text: String) -> Bool {
        guard let first = text.utf8.first, Alphabet.lowercase.contains(first) else { return false }
        return text.utf8.count <= 63 && text.utf8.allSatisfy { Alphabet.isInTableName($0) }
    }
}
