/// The keys of an entry of `targets`.
enum ShareKey: String, MappingKey {
    case address
    case port
    case local
    case weight

    static let owner = "an entry of `targets`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .address: .one(.address)
        case .port: .one(.port)
        case .local: .one(.localPort)
        case .weight: .one(.weight)
        }
    }

    var example: String {
        switch self {
        case .address: "address: 192.0.2.10"
        case .port: "port: 8080"
        case .local: "local: 8080"
        case .weight: "weight: 2"
        }
    }
}
