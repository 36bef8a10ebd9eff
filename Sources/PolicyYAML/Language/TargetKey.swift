/// The keys of `to`.
enum TargetKey: String, MappingKey {
    case address
    case port
    case local
    case balance
    case targets

    static let owner = "`to`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .address: .one(.address)
        case .port: .one(.targetPort)
        case .local: .one(.targetLocal)
        case .balance: .one(.balance)
        case .targets: .list(of: ShareKey.self)
        }
    }

    var example: String {
        switch self {
        case .address: "address: 192.0.2.10"
        case .port: "port: 8080"
        case .local: "local: 8080"
        case .balance: "balance: round-robin"
        case .targets: "targets: [{\(ShareKey.address.example)}, {\(ShareKey.local.example)}]"
        }
    }

    var summary: String {
        switch self {
        case .address: "The address that the connections go to."
        case .port: "The port that they go to; a range moves each port of the match to its partner."
        case .local: "This machine, on another port, or with `true` on the same."
        case .balance: "How one of the `targets` is chosen for each connection."
        case .targets: "The targets that share the connections."
        }
    }
}
