import Addressing
import Diagnostics
import LocatedYAML
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

    /// The settings of a policy without `settings`.
    private static let defaults = Settings()

    static let rows = allCases.map(\.row)

    var row: KeyRow<Settings> {
        switch self {
        case .table:
            KeyRow(
                .one(.tableName),
                example: "table: redirctl",
                summary: "The name of the nftables table that holds the rules, and nothing else.",
                default: Self.defaults.table
            ) { $1.one(NameText.table).set(&$0.table) }
        case .priority:
            KeyRow(
                .one(.priority),
                example: "priority: -105",
                summary:
                    """
                    The priority of the NAT chains: lower decides first, and others are usually at \
                    -100.
                    """,
                default: "\(Self.defaults.priority)"
            ) { $1.one(NumberText.priority).set(&$0.priority) }
        case .counters:
            KeyRow(
                .one(.boolean),
                example: "counters: true",
                summary: "Whether every redirect counts its connections.",
                default: "\(Self.defaults.counters)"
            ) { $1.one(WordText.boolean).set(&$0.counters) }
        case .labels:
            KeyRow(
                .one(.labels),
                example: "labels: 120-127",
                summary:
                    """
                    The bits of connection labels that `masquerade` may use, one for each source \
                    address.
                    """,
                default: "\(Self.defaults.labels.lowerBound)-\(Self.defaults.labels.upperBound)"
            ) { $1.one(NumberText.labels).set(&$0.labels) }
        case .maxElements:
            KeyRow(
                .one(.elements),
                example: "max-elements: 500000",
                summary:
                    """
                    The most elements of maps and sets, and rules, that the policy may take in \
                    nftables.
                    """
            ) { $0.maxElements = $1.one(NumberText.maxElements).value }
        case .protect:
            KeyRow(
                .oneOrMore(.connection),
                example: "protect: inbound tcp 192.0.2.10:22",
                summary: "Connections that no redirect may take elsewhere: `apply` refuses to."
            ) { $0.protected = SettingsDecoder($1).protected() }
        }
    }
}

extension Decoded {
    /// Sets a variable to the value, if there is one.
    fileprivate func set(_ variable: inout Value) {
        if let value { variable = value }
    }
}

/// Decodes `settings`, and the connections in it.
struct SettingsDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The settings; what cannot be read is as in an empty `settings:`.
    func settings() -> Settings {
        value.mapping(SettingsKey.self, into: Settings()).value?.parts ?? Settings()
    }

    /// The connections of `protect`.
    func protected() -> [ProtectedConnection] {
        var spans: [SourceSpan] = []
        let connections = value.severalScalars { scalar in
            spans.append(scalar.span)
            return ConnectionDecoder(context: context).connection(scalar)?.connection
        }
        return zip(connections.value ?? [], spans).map(ProtectedConnection.init)
    }
}
