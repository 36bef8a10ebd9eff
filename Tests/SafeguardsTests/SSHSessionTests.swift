import Addressing
import PolicyModel
import RulesetModel
import Safeguards
import Testing

/// The SSH session of a process, by the text of its environment variable.
@Suite struct SSHSessionTests {
    private func words(_ text: String) -> String {
        switch SSHSession(text) {
        case .none: "none"
        case .connection(let connection, let port): "\(connection) from port \(port)"
        case .unreadable(let text): "unreadable: \(text)"
        }
    }

    @Test(arguments: [
        ("", "none"),
        (
            "198.51.100.7 50000 192.0.2.10 22",
            "inbound tcp 192.0.2.10:22 source=198.51.100.7 from port 50000"
        ),
        (
            "2001:db8::7 50000 2001:db8::10 2222",
            "inbound tcp [2001:db8::10]:2222 source=2001:db8::7 from port 50000"
        ),
        (
            "::ffff:198.51.100.7 50000 ::ffff:192.0.2.10 22",
            "inbound tcp 192.0.2.10:22 source=198.51.100.7 from port 50000"
        ),
        (
            "fe80::7%eth0 50000 fe80::10%eth0 22",
            "inbound tcp [fe80::10]:22 source=fe80::7 interface=eth0 from port 50000"
        ),
    ])
    func `a session is read as a new connection like it`(text: String, expected: String) {
        #expect(words(text) == expected)
    }

    @Test(arguments: [
        "198.51.100.7 50000 192.0.2.10", "198.51.100.7 50000 192.0.2.10 22 x",
        "198.51.100.7 0 192.0.2.10 65536", "client 50000 192.0.2.10 22",
        "198.51.100.7 50000 2001:db8::10 22", "fe80::7% 50000 fe80::10%eth0 22", " ",
    ])
    func `what is no session is kept as it was given`(text: String) {
        #expect(words(text) == "unreadable: \(text)")
    }

    @Test func `only the session's own flow carries it`() throws {
        var session = SSHSession("198.51.100.7 50000 192.0.2.10 22")
        func end(_ address: String, _ port: UInt16) throws -> Flow.End {
            Flow.End(address: try #require(IPAddress(address)), port: Port(port))
        }
        func isCarried(clientPort: UInt16, sentTo port: UInt16, protocol number: UInt8) throws
            -> Bool
        {
            session.isCarried(
                by: Flow(
                    protocolNumber: number,
                    client: try end("198.51.100.7", clientPort),
                    destination: try end("192.0.2.10", port),
                    target: try end("192.0.2.10", 22),
                    isTranslated: port != 22
                )
            )
        }
        #expect(try isCarried(clientPort: 50000, sentTo: 22, protocol: 6))
        #expect(try isCarried(clientPort: 50000, sentTo: 2222, protocol: 6))
        #expect(try !isCarried(clientPort: 50001, sentTo: 22, protocol: 6))
        #expect(try !isCarried(clientPort: 50000, sentTo: 22, protocol: 17))
        session = .none
        #expect(try !isCarried(clientPort: 50000, sentTo: 22, protocol: 6))
    }
}
