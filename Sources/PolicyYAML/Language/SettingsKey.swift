/// The keys of `settings`.
enum SettingsKey: String, MappingKey {
    case table
    case priority
    case counters

    static let owner = "`settings`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .table: .one(.tableName)
        case .priority: .one(.priority)
        case .counters: .one(.boolean)
        }
    }

    var example: String {
        switch self {
        case .table: "table: redirctl"
        case .priority: "priority: -105"
        case .counters: "counters: true"
        }
    }
}
