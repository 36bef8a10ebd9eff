/// The keys of an entry of `redirects`.
enum RedirectKey: String, MappingKey {
    case name
    case description
    case direction
    case match
    case except
    case to
    case bypass
    case masquerade
    case log
    case enabled

    static let owner = "a redirect"

    var isRequired: Bool {
        switch self {
        case .name, .direction: true
        // One of `to` and `bypass` is; the decoder sees to that.
        case .description, .match, .except, .to, .bypass, .masquerade, .log, .enabled: false
        }
    }

    var value: ValueShape {
        switch self {
        case .name: .one(.name)
        case .description: .one(.line)
        case .direction: .oneOrMore(.direction)
        case .match: .mapping(MatchKey.self)
        case .except: .list(of: MatchKey.self)
        case .to: .mapping(TargetKey.self)
        case .masquerade: .oneOrMapping(.boolean, MasqueradeKey.self)
        case .log: .mapping(LogKey.self)
        case .bypass, .enabled: .one(.boolean)
        }
    }

    var example: String {
        switch self {
        case .name: "name: web"
        case .description: "description: why it is there"
        case .direction: "direction: inbound"
        case .match: "match: {protocol: tcp, destination: {port: 80}}"
        case .except: "except: [{destination: {address: 127.0.0.0/8}}]"
        case .to: "to: {port: 8080}"
        case .bypass: "bypass: true"
        case .masquerade: "masquerade: true"
        case .log: "log: {\(LogKey.prefix.example), \(LogKey.rate.example)}"
        case .enabled: "enabled: true"
        }
    }
}
