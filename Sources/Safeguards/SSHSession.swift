public import Addressing
public import PolicyModel
public import RulesetModel

/// The SSH session in which this process runs (`$SSH_CONNECTION`, ssh(1)).
public enum SSHSession: Sendable, Hashable {
    /// The process runs in no SSH session.
    case none
    /// A new connection like that of the session, and the client's port in the session's own one.
    case connection(Connection, clientPort: Port)
    /// The process runs in an SSH session, but the variable has this value, which can't be read.
    case unreadable(String)

    /// The environment variable that describes the session.
    public static let variable = "SSH_CONNECTION"

    /// The session of this process or of its nearest ancestor that has one.
    public static var current: SSHSession {
        Ancestry.variable(variable).map(SSHSession.init) ?? .none
    }

    /// Reads the client's address and port, and the server's address and port.
    ///
    /// A new connection comes from the same address, but from another port.
    public init(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard !text.isEmpty else {
            self = .none
            return
        }
        guard words.count == 4, let (client, _) = Self.address(words[0]),
            let (server, interface) = Self.address(words[2]), client.family == server.family,
            let clientPort = Port(stored: String(words[1])),
            let port = Port(stored: String(words[3]))
        else {
            self = .unreadable(text)
            return
        }
        self = .connection(
            Connection(
                direction: .inbound,
                transport: .tcp,
                sourceAddress: client,
                destination: .address(server),
                destinationPort: port,
                interface: interface
            ),
            clientPort: clientPort
        )
    }

    /// An address, and the interface of a link-local one.
    private static func address(
        _ word: Substring
    ) -> (address: IPAddress, interface: String?)? {
        let parts = word.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]), parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        // An IPv6 socket shows an IPv4 connection like this (RFC 4291, 2.5.5.2).
        let mapped: UInt128 = 0xFFFF << 32
        let isMapped = address.family == .ipv6 && address.bits & ~0xFFFF_FFFF == mapped
        let plain = isMapped ? IPAddress(family: .ipv4, bits: address.bits - mapped) : nil
        return (plain ?? address, parts.count == 2 ? String(parts[1]) : nil)
    }
}

extension SSHSession {
    /// Whether a flow is the session's own connection, also if a redirect brought the client here.
    public func isCarried(by flow: Flow) -> Bool {
        guard case .connection(let connection, let clientPort) = self else { return false }
        return flow.protocolNumber == connection.transport.number
            && flow.client.address == connection.sourceAddress && flow.client.port == clientPort
            && flow.target.address == connection.destinationAddress
            && flow.target.port == connection.destinationPort
    }
}
