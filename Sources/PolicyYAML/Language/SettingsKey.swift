import PolicyModel

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

    var summary: String {
        switch self {
        case .table: "The name of the nftables table that holds the rules, and nothing else."
        case .priority:
            "The priority of the NAT chains: lower decides first, and others are usually at -100."
        case .counters: "Whether every redirect counts its connections."
        }
    }

    var defaultText: String? {
        let settings = Settings()
        return switch self {
        case .table: settings.table
        case .priority: "\(settings.priority)"
        case .counters: "\(settings.counters)"
        }
    }
}
