/// The keys of an entry of `tests`.
enum TestKey: String, MappingKey {
    case name
    case connection
    case expect

    static let owner = "a test"

    var isRequired: Bool { self != .name }

    var value: ValueShape {
        switch self {
        case .name: .one(.line)
        case .connection: .one(.connection)
        case .expect: .oneOrMore(.outcome)
        }
    }

    var example: String {
        switch self {
        case .name: "name: what it shows"
        case .connection: "connection: outbound tcp 192.0.2.10:80"
        case .expect: "expect: unchanged"
        }
    }

    var summary: String {
        switch self {
        case .name: "What it shows."
        case .connection: "A connection that somebody could open."
        case .expect: "Where it should go; of several places, any."
        }
    }
}
