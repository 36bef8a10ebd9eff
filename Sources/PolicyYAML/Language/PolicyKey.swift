/// The keys of a policy.
enum PolicyKey: String, MappingKey {
    case version
    case settings
    case redirects

    static let owner = "a policy"

    var isRequired: Bool { self != .settings }

    var value: ValueShape {
        switch self {
        case .version: .one(.version)
        case .settings: .mapping(SettingsKey.self)
        case .redirects: .list(of: RedirectKey.self)
        }
    }

    var example: String {
        switch self {
        case .version: "version: 1"
        case .settings: "settings: {table: redirctl}"
        case .redirects: "redirects: []"
        }
    }
}
