import Addressing
import PolicyModel

/// The kinds of single value that the language has.
///
/// Values are read from their text by these grammars; YAML's own types play no part.
enum Grammar: String, Sendable, CaseIterable {
    case version
    case boolean
    case onlyTrue
    case tableName
    case priority
    case labels
    case elements
    case name
    case line
    case direction
    case family
    case transport
    case addressRange
    case matchedAddress
    case address
    case portRange
    case matchedPort
    case port
    case targetPort
    case localPort
    case targetLocal
    case balance
    case weight
    case interface
    case user
    case group
    case cgroup
    case mark
    case path
    case include
    case logPrefix
    case logLevel
    case logGroup
    case logRate
    case connection
    case outcome

    /// What such a value is, as the text behind the carets says it.
    var expectation: String {
        switch self {
        case .version: "`1`"
        case .boolean: "`true` or `false`"
        case .onlyTrue: "`true`"
        case .tableName: "a name such as `redirctl`"
        case .priority: "a number such as `-105`"
        case .labels: "a bit or a range of bits from 0 to 127, such as `120-127`"
        case .elements:
            "a number from \(Settings.validMaxElements.lowerBound) "
                + "to \(Settings.validMaxElements.upperBound)"
        case .name: "a name such as `web-8080`"
        case .line: "one line of text"
        case .direction, .family, .transport, .balance, .logLevel: words.alternatives
        case .addressRange: "an address, a prefix or a range of addresses"
        case .matchedAddress: "an address, a prefix, a range, or a name from `addresses`"
        case .address: "one address such as `192.0.2.10`"
        case .portRange: "a port or a range of ports"
        case .matchedPort: "a port, a range, or a name from `ports`"
        case .port: "one port from 1 to 65535"
        case .targetPort: "a port or a range of ports"
        case .localPort: "a port of this machine, or `true` to keep the port"
        case .targetLocal: "a port or a range of this machine, or `true` to keep the port"
        case .weight: "a weight from 1 to 65535"
        case .interface: "the name of an interface, or its beginning and `*`"
        case .user: "the name of a user, an id or a range of ids"
        case .group: "the name of a group, an id or a range of ids"
        case .cgroup: "the path of a control group such as `system.slice/nginx.service`"
        case .mark: "a number such as `0x10`, or a number and a mask: `0x10/0xff`"
        case .path: "the path of a file"
        case .include: "the path of a file, or a pattern such as `conf.d/*.yaml`"
        case .logPrefix: "a text such as `web: `"
        case .logGroup: "a number from 0 to 65535"
        case .logRate: "a number of lines in a time, such as `10/minute`"
        case .connection: "a connection such as `outbound tcp 192.0.2.10:80`"
        case .outcome: "`unchanged`, an address and a port such as `192.0.2.10:80`, or `local:80`"
        }
    }

    /// The words, where there are only so many.
    var words: [String] {
        switch self {
        case .boolean: ["true", "false"]
        case .onlyTrue: ["true"]
        case .direction: Direction.allCases.map(\.rawValue)
        case .family: IPFamily.allCases.map(\.rawValue)
        case .transport: TransportProtocol.allCases.map(\.rawValue) + ["any"]
        case .balance: Balance.Method.allCases.map(\.rawValue)
        case .logLevel: LogLevel.allCases.map(\.rawValue)
        default: []
        }
    }

    /// The words that stand alone, and never in a list.
    var loneWords: [String] {
        switch self {
        case .transport: ["any"]
        default: []
        }
    }
}
