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

    var summary: String {
        switch self {
        case .address: "The address that its connections go to."
        case .port: "The port that they go to."
        case .local: "This machine, on another port, or with `true` on the same."
        case .weight: "Its part of the connections, in relation to the weights of the others."
        }
    }

    var defaultText: String? {
        switch self {
        case .weight: "1"
        case .address, .port, .local: nil
        }
    }
}
