import Addressing
import LiveFlows
import PolicyModel

/// The SSH session that this run belongs to (`$SSH_CONNECTION`, ssh(1)).
enum SSHSession {
    /// It belongs to none.
    case none
    /// A new connection like that of the session, and the port that the session itself comes from.
    case connection(Connection, clientPort: Port)
    /// It belongs to one, but what is said of it is not understood.
    case unreadable(String)

    static let variable = "SSH_CONNECTION"

    /// The session of this process, or of the one that it comes from.
    static var current: SSHSession {
        Ancestry.variable(variable).map(SSHSession.init) ?? .none
    }

    /// Reads the client's address and port, and the server's.
    ///
    /// A new connection comes from the same address, but from another port.
    init(_ text: String) {
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

    /// An address, and the interface that a link-local one is of.
    private static func address(
        _ word: Substring
    ) -> (address: IPAddress, interface: String?)? {
        let parts = word.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]), parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        // What an IPv6 socket makes of an IPv4 connection (RFC 4291, 2.5.5.2).
        let mapped: UInt128 = 0xFFFF << 32
        let isMapped = address.family == .ipv6 && address.bits & ~0xFFFF_FFFF == mapped
        let plain = isMapped ? IPAddress(family: .ipv4, bits: address.bits - mapped) : nil
        return (plain ?? address, parts.count == 2 ? String(parts[1]) : nil)
    }
}

extension SSHSession {
    /// Whether a flow is that of the session, also where the client was sent here by a redirect.
    func isCarried(by flow: Flow) -> Bool {
        guard case .connection(let connection, let clientPort) = self else { return false }
        return flow.protocolNumber == connection.transport.number
            && flow.client.address == connection.sourceAddress && flow.client.port == clientPort
            && flow.target.address == connection.destinationAddress
            && flow.target.port == connection.destinationPort
    }
}
