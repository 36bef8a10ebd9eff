/// The keys of `to`.
enum TargetKey: String, MappingKey {
    case address
    case port
    case local

    static let owner = "`to`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .address: .one(.address)
        case .port: .one(.port)
        case .local: .one(.localTarget)
        }
    }

    var example: String {
        switch self {
        case .address: "address: 192.0.2.10"
        case .port: "port: 8080"
        case .local: "local: 8080"
        }
    }
}
