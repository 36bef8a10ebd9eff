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
}
