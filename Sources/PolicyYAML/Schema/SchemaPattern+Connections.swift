import Addressing
import PolicyModel

/// Regular expressions for connections and targets in one text.
extension SchemaPattern {
    /// One connection; only those that this machine opens have the keys of a process.
    static let connection = anyOf(
        Direction.allCases.map { direction in
            let keys = ConnectionKey.allCases.filter { direction == .outbound || !$0.isOfProcess }
            return "\(direction.rawValue)\(gap)\(transports)\(gap)(\(client)\(gap)->\(gap))?"
                + "(local:\(port)|\(endpoint))\(options(keys.map(\.rawValue)))"
        }
    )

    /// The connections of a redirect.
    static let connections = connections(toPort: false)

    /// The connections of a redirect that names the ports that they were sent to.
    static let connectionsToPort = connections(toPort: true)

    /// The connections of a redirect, of protocols that have ports.
    static let connectionsWithPorts = ".*\(gap)\(list(transports))\(gap).*"

    /// The connections of a redirect that is about inbound ones.
    static let inboundConnections = "[a-z,]*inbound.*"

    /// The connections of a redirect that names the addresses that they were sent to.
    static let connectionsToAddress = anyOf([
        "\(word)\(gap)\(word)\(gap)[^* \\t\\n]\(word)(\(gap)[^-].*)?",
        "\(word)\(gap)\(word)\(gap)\(word)\(gap)->\(gap)[^*].*",
    ])

    /// A target in one text.
    static let target = anyOf([
        "local(:\(ports))?", ":\(ports)", "(\(ipv4Address)|\(name))(:\(ports))?", ipv6Address,
        prefix,
        "\\[\(ipv6Address)\\](:\(ports))?",
    ])

    /// A target in one text that names a port: its colon is none of an IPv6 address.
    static let targetWithPort = "([^:]*:[^:]*|.*\\]:.*)"

    /// A target in one text that names a range of ports.
    static let targetWithRange = #"(.*\]|[^:]*):([0-9]+)-(?!\2$)[0-9]+"#

    private static func connections(toPort: Bool) -> String {
        // Where every connection is outbound, it can be asked for its process.
        let all = [
            (list(anyOf(Direction.allCases.map(\.rawValue))), MatchKey.optionsOfAll),
            (list(Direction.outbound.rawValue), MatchKey.optionNames),
        ]
        return anyOf(
            all.flatMap { directions, names in
                [(list(transports), true), ("any", false)].compactMap { protocols, hasPorts in
                    guard hasPorts || !toPort else { return nil }
                    let source = end(addressed(or: name), hasPorts, isRequired: false)
                    let destination = end(
                        addressed(or: "local|\(name)"),
                        hasPorts,
                        isRequired: toPort
                    )
                    return "\(directions)\(gap)\(protocols)\(gap)(\(source)\(gap)->\(gap))?"
                        + "\(destination)\(options(names))"
                }
            }
        )
    }

    /// One end: addresses with ports, or addresses alone, where IPv6 needs no brackets.
    private static func end(
        _ address: String,
        _ hasPorts: Bool,
        isRequired portIsRequired: Bool
    ) -> String {
        let withPorts = "(\\*|\(list(address))):\(list("(\(portRange)|\(name))"))"
        let alone = "\\*|\(list("(\(address)|\(ipv6Range))"))"
        if portIsRequired { return withPorts }
        return hasPorts ? anyOf([withPorts, alone]) : anyOf([alone])
    }

    private static func addressed(or word: String) -> String {
        anyOf([ipv4Range, "\\[\(ipv6Range)\\]", word])
    }

    /// The name of a list inside of a text.
    private static let name =
        "(?!\(anyOf(ListName.reserved))([,: ]|$))[a-z][a-z0-9_-]{0,62}"

    private static let word = "[^ \\t\\n]+"

    private static let ports = "(\(portRange)|\(name))"

    private static let transports = anyOf(TransportProtocol.allCases.map(\.rawValue))

    /// The source of one connection, with a port or without.
    private static let client = "(\(address)|\(endpoint))"

    private static func options(_ names: [String]) -> String {
        "(\(gap)\(anyOf(names))=[^ \\t\\n]+)*"
    }

    /// A value, or several with commas between them.
    private static func list(_ value: String) -> String { "\(value)(,\(value))*" }
}
