/// The keys of `match`.
enum MatchKey: String, MappingKey {
    case family
    case `protocol`
    case source
    case destination

    static let owner = "`match`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .family: .one(.family)
        case .protocol: .oneOrMore(.transport)
        case .source, .destination: .mapping(EndpointKey.self)
        }
    }

    var example: String {
        switch self {
        case .family: "family: ipv4"
        case .protocol: "protocol: tcp"
        case .source: "source: {address: 192.0.2.0/24}"
        case .destination: "destination: {port: 80}"
        }
    }
}
