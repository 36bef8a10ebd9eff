/// The keys of a policy.
enum PolicyKey: String, MappingKey {
    case version
    case settings
    case include
    case addresses
    case ports
    case redirects
    case tests

    static let owner = "a policy"

    /// `redirects` is required where nothing is included; the decoder sees to that.
    var isRequired: Bool { self == .version }

    var value: ValueShape {
        switch self {
        case .version: .one(.version)
        case .settings: .mapping(SettingsKey.self)
        case .include: .oneOrMore(.include)
        case .addresses: .definitions(.addresses)
        case .ports: .definitions(.ports)
        case .redirects: .list(of: RedirectKey.self)
        case .tests: .list(of: TestKey.self)
        }
    }

    var example: String {
        switch self {
        case .version: "version: 1"
        case .settings: "settings: {table: redirctl}"
        case .include: "include: conf.d/*.yaml"
        case .addresses: "addresses: {lan: [10.0.0.0/8, 192.168.0.0/16]}"
        case .ports: "ports: {web: [80, 443]}"
        case .redirects: "redirects: []"
        case .tests: "tests: [{\(TestKey.connection.example), \(TestKey.expect.example)}]"
        }
    }

    var summary: String {
        switch self {
        case .version: "The version of the policy language."
        case .settings: "What holds for the policy as a whole."
        case .include:
            "Other files of the policy, relative to this one; their redirects come before its own."
        case .addresses:
            "Lists of addresses, with names that can stand wherever `address` takes a value."
        case .ports: "Lists of ports, with names that can stand wherever `port` takes a value."
        case .redirects:
            "The redirects in the order in which they are tried: the first that matches decides."
        case .tests: "Connections, and what the policy should make of them."
        }
    }

    var mayBeEmpty: Bool {
        switch self {
        case .settings, .addresses, .ports, .redirects, .tests: true
        case .version, .include: false
        }
    }
}
