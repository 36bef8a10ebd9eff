/// The keys of a `masquerade` that is more than `true`.
enum MasqueradeKey: String, MappingKey {
    case from
    case to

    static let owner = "`masquerade`"

    /// One of them is; the decoder sees to that.
    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .from: .oneOrMore(.matchedAddress)
        case .to: .oneOrMore(.address)
        }
    }

    var example: String {
        switch self {
        case .from: "from: 192.0.2.0/24"
        case .to: "to: 192.0.2.1"
        }
    }

    var summary: String {
        switch self {
        case .from: "The clients whose source address changes; without it, all."
        case .to:
            "The source address that connections leave with, at most one of each family; without "
                + "it, that of the interface they leave by."
        }
    }
}
