/// The key of a `masquerade` that is for some clients only.
enum MasqueradeKey: String, MappingKey {
    case from

    static let owner = "`masquerade`"

    var isRequired: Bool { true }

    var value: ValueShape {
        switch self {
        case .from: .oneOrMore(.matchedAddress)
        }
    }

    var example: String {
        switch self {
        case .from: "from: 192.0.2.0/24"
        }
    }

    var summary: String { "The clients for which it holds." }
}
