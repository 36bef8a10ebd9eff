import PolicyModel

/// The keys of `settings`.
enum SettingsKey: String, MappingKey {
    case table
    case priority
    case counters
    case labels
    case maxElements = "max-elements"
    case protect

    static let owner = "`settings`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .table: .one(.tableName)
        case .priority: .one(.priority)
        case .counters: .one(.boolean)
        case .labels: .one(.labels)
        case .maxElements: .one(.elements)
        case .protect: .oneOrMore(.connection)
        }
    }

    var example: String {
        switch self {
        case .table: "table: redirctl"
        case .priority: "priority: -105"
        case .counters: "counters: true"
        case .labels: "labels: 120-127"
        case .maxElements: "max-elements: 500000"
        case .protect: "protect: inbound tcp 192.0.2.10:22"
        }
    }

    var summary: String {
        switch self {
        case .table: "The name of the nftables table that holds the rules, and nothing else."
        case .priority:
            "The priority of the NAT chains: lower decides first, and others are usually at -100."
        case .counters: "Whether every redirect counts its connections."
        case .labels:
            "The bits of connection labels that `masquerade` may use, one for each source address."
        case .maxElements:
            "The most elements of maps and sets, and rules, that the policy may take in nftables."
        case .protect: "Connections that no redirect may take elsewhere: `apply` refuses to."
        }
    }

    var defaultText: String? {
        let settings = Settings()
        return switch self {
        case .table: settings.table
        case .priority: "\(settings.priority)"
        case .counters: "\(settings.counters)"
        case .labels: "\(settings.labels.lowerBound)-\(settings.labels.upperBound)"
        case .maxElements, .protect: nil
        }
    }
}
