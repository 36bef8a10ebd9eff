/// The keys that can follow the destination in the text of a connection: `user=1000`.
enum ConnectionKey: String, CaseIterable {
    case source
    case interface
    case user
    case group
    case cgroup
    case mark

    /// Whether only connections that this machine opens have it.
    var isOfProcess: Bool {
        switch self {
        case .user, .group, .cgroup: true
        case .source, .interface, .mark: false
        }
    }

    /// The key with a value.
    var example: String {
        switch self {
        case .source: "source=192.0.2.20:40000"
        case .interface: "interface=eth0"
        case .user: "user=1000"
        case .group: "group=1000"
        case .cgroup: "cgroup=system.slice/nginx.service"
        case .mark: "mark=0x10"
        }
    }

    /// The keys in the order of the table.
    static let names = allCases.map(\.rawValue)

    /// What other programs call the same things.
    static let synonyms: [String: ConnectionKey] = [
        "src": .source, "from": .source, "saddr": .source, "ip": .source, "sport": .source,
        "iif": .interface, "oif": .interface, "dev": .interface, "uid": .user, "gid": .group,
        "fwmark": .mark,
    ]
}
