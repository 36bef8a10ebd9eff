/// The keys of an entry of `redirects`.
enum RedirectKey: String, MappingKey {
    case name
    case description
    case direction
    case match
    case to
    case enabled

    static let owner = "a redirect"

    var isRequired: Bool {
        switch self {
        case .name, .direction, .to: true
        case .description, .match, .enabled: false
        }
    }

    var value: ValueShape {
        switch self {
        case .name: .one(.name)
        case .description: .one(.line)
        case .direction: .oneOrMore(.direction)
        case .match: .mapping(MatchKey.self)
        case .to: .mapping(TargetKey.self)
        case .enabled: .one(.boolean)
        }
    }

    var example: String {
        switch self {
        case .name: "name: web"
        case .description: "description: why it is there"
        case .direction: "direction: inbound"
        case .match: "match: {protocol: tcp, destination: {port: 80}}"
        case .to: "to: {port: 8080}"
        case .enabled: "enabled: true"
        }
    }
}
