/// The keys of `match`.
enum MatchKey: String, MappingKey {
    case family
    case `protocol`
    case source
    case destination
    case interface
    case user
    case group
    case cgroup
    case mark

    static let owner = "`match`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .family: .one(.family)
        case .protocol: .oneOrMore(.transport)
        case .source, .destination: .mapping(EndpointKey.self)
        case .interface: .oneOrMore(.interface)
        case .user: .oneOrMore(.user)
        case .group: .oneOrMore(.group)
        case .cgroup: .oneOrMore(.cgroup)
        case .mark: .one(.mark)
        }
    }

    var example: String {
        switch self {
        case .family: "family: ipv4"
        case .protocol: "protocol: tcp"
        case .source: "source: {address: 192.0.2.0/24}"
        case .destination: "destination: {port: 80}"
        case .interface: "interface: eth0"
        case .user: "user: 1000"
        case .group: "group: 1000"
        case .cgroup: "cgroup: system.slice/nginx.service"
        case .mark: "mark: 0x10"
        }
    }

    var summary: String {
        switch self {
        case .family: "The address family; left out, any that the addresses allow."
        case .protocol: "The transport protocol; `any` is every protocol, also those without ports."
        case .source: "Where the connection comes from."
        case .destination: "Where the connection was sent."
        case .interface: "The interface that it arrives on (inbound) or leaves by (outbound)."
        case .user: "The user whose process opens it (outbound only)."
        case .group: "The group of the process that opens it (outbound only)."
        case .cgroup: "The control group of the process that opens it (outbound only)."
        case .mark: "The mark of its first packet; with a mask, only the bits in the mask count."
        }
    }

    var defaultText: String? {
        switch self {
        case .protocol: "any"
        case .family, .source, .destination, .interface, .user, .group, .cgroup, .mark: nil
        }
    }
}
