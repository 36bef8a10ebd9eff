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
        case .bypass: .one(.onlyTrue)
        case .enabled: .one(.boolean)
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

    var summary: String {
        switch self {
        case .name: "The name, unique in the policy: plans, counters and messages go by it."
        case .description: "What it is for."
        case .direction:
            "Whether the connections come from outside, or are opened by a program on this machine."
        case .match:
            "The connections it is about: every key must hold, and what is left out may be "
                + "anything."
        case .except: "What is carved out of the match: one entry that holds is enough."
        case .to: "Where the connections go."
        case .bypass: "Leaves the connections alone, so that no later redirect touches them either."
        case .masquerade:
            "Whether the connections leave with an address of this machine as their source."
        case .log: "A line in a log for every connection that it decides."
        case .enabled: "Whether it has any effect; it is checked in any case."
        }
    }

    var defaultText: String? {
        switch self {
        case .masquerade: "false"
        case .enabled: "true"
        case .name, .description, .direction, .match, .except, .to, .bypass, .log: nil
        }
    }

    /// A `match` without keys is about every connection.
    var mayBeEmpty: Bool { self == .match }
}
