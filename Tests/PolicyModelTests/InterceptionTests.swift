import Addressing
import PolicyModel
import TestSupport
import Testing

/// What redirects would do to connections of which not everything is known.
@Suite struct InterceptionTests {
    private let server: IPAddress
    private let ssh = ports("22")

    init() throws { server = try #require(IPAddress("192.0.2.10")) }

    /// An inbound TCP connection to the server's port 22.
    private func connection() throws -> Connection {
        Connection(
            direction: .inbound,
            transport: .tcp,
            destination: .address(server),
            destinationPort: try #require(Port(22))
        )
    }

    private func redirect(
        _ name: String,
        _ match: Match,
        except exceptions: [Match] = [],
        to decision: Decision
    ) -> Redirect {
        .sample(name, match, except: exceptions, directions: [.inbound], to: decision)
    }

    private func elsewhere() throws -> Decision {
        .target(.port(.one(try #require(Port(2222)))))
    }

    private func verdict(
        _ redirects: [Redirect],
        knowing addresses: Set<IPAddress> = []
    ) throws -> String {
        try Policy(redirects: redirects).interception(of: connection(), knowing: addresses)
            .map { "\($0.redirect.name) \($0.isCertain ? "does" : "may")" } ?? "stays"
    }

    @Test func `a redirect that matches whatever is not known is certain`() throws {
        let match = Match(protocols: [.tcp], destination: .init(ports: ssh))
        #expect(try verdict([redirect("a", match, to: elsewhere())]) == "a does")
        let other = Match(protocols: [.udp], destination: .init(ports: ssh))
        #expect(try verdict([redirect("a", other, to: elsewhere())]) == "stays")
        #expect(try verdict([]) == "stays")
    }

    @Test func `what depends on something unknown is possible`() throws {
        let matches = [
            Match(destination: .init(ports: ssh), interfaces: [InterfacePattern(name: "eth0")]),
            Match(source: .init(addresses: addresses("198.51.100.0/24"))),
            Match(source: .init(ports: ports("1024-2048"))),
            Match(mark: PacketMark(value: 1)), Match(destination: .init(isLocal: true)),
        ]
        for match in matches {
            #expect(try verdict([redirect("a", match, to: elsewhere())]) == "a may", "\(match)")
        }
        let exception = Match(interfaces: [InterfacePattern(name: "eth1")])
        let all = Match(destination: .init(ports: ssh))
        #expect(
            try verdict([redirect("a", all, except: [exception], to: elsewhere())]) == "a may"
        )
    }

    @Test func `whether an address is this machine's is known of its own`() throws {
        let local = redirect("a", Match(destination: .init(isLocal: true)), to: try elsewhere())
        #expect(try verdict([local], knowing: [server]) == "a does")
    }

    @Test func `a family that does not fit excludes, and so does a process`() throws {
        let matches = [
            Match(family: .ipv6), Match(source: .init(addresses: addresses("2001:db8::/32"))),
            Match(users: ids("0")),
        ]
        for match in matches {
            #expect(try verdict([redirect("a", match, to: elsewhere())]) == "stays", "\(match)")
        }
    }

    @Test func `the first that surely matches decides`() throws {
        let match = Match(destination: .init(ports: ssh))
        let bypass = redirect("b", match, to: .bypass)
        let taker = redirect("a", match, to: try elsewhere())
        #expect(try verdict([bypass, taker]) == "stays")
        #expect(try verdict([taker, bypass]) == "a does")
        let perhaps = Match(interfaces: [InterfacePattern(name: "eth0")])
        #expect(try verdict([redirect("b", perhaps, to: .bypass), taker]) == "a may")
    }

    @Test func `a target that changes nothing takes nothing elsewhere`() throws {
        let port = try #require(Port(22))
        let match = Match(destination: .init(ports: ssh))
        for target in [Target.port(.one(port)), .address(server, port: nil)] {
            #expect(try verdict([redirect("a", match, to: .target(target))]) == "stays")
        }
        let local = Decision.target(.local(port: .one(port)))
        #expect(try verdict([redirect("a", match, to: local)]) == "a does")
    }

    @Test func `of several places, one that is another is enough`() throws {
        let other = try #require(IPAddress("192.0.2.11"))
        let balance = Balance(
            method: .random,
            shares: [
                .init(target: .address(server, port: nil)),
                .init(target: .address(other, port: nil)),
            ]
        )
        #expect(try verdict([redirect("a", Match(), to: .balance(balance))]) == "a may")
    }

    @Test func `a connection is written as a policy writes it`() throws {
        var connection = try connection()
        connection.sourceAddress = IPAddress("198.51.100.7")
        connection.interface = "eth0"
        connection.mark = 0x10
        #expect(
            "\(connection)"
                == "inbound tcp 192.0.2.10:22 source=198.51.100.7 interface=eth0 mark=0x10"
        )
    }
}
