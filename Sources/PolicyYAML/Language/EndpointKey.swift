/// The keys of `source` and `destination`.
enum EndpointKey: String, MappingKey {
    case address
    case port

    static let owner = "`source` and `destination`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .address: .oneOrMore(.matchedAddress)
        case .port: .oneOrMore(.matchedPort)
        }
    }

    var example: String {
        switch self {
        case .address: "address: 192.0.2.0/24"
        case .port: "port: 80"
        }
    }

    var summary: String {
        switch self {
        case .address: "The address at this end of the connection."
        case .port: "The port at this end of the connection."
        }
    }
}
