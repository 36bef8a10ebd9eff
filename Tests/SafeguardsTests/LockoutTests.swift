import Addressing
import Diagnostics
import PolicyModel
import Safeguards
import TestSupport
import Testing

/// Which connections a policy would take away from operators.
@Suite struct LockoutTests {
    /// A policy of one redirect of inbound connections to port 22.
    private func policy(protecting connections: [Connection] = []) throws -> Policy {
        let port = try #require(Port(22))
        let redirect = Redirect(
            name: "taker",
            directions: [.inbound],
            match: Match(destination: Match.Endpoint(ports: PortSet(port...port))),
            decision: .target(.local(port: .one(try #require(Port(2222))))),
            span: .nowhere
        )
        let settings = Settings(
            protected: connections.map { ProtectedConnection(connection: $0, span: .nowhere) }
        )
        return Policy(settings: settings, redirects: [redirect])
    }

    private let session = SSHSession("198.51.100.7 50000 192.0.2.10 22")

    private func reasons(
        _ check: LockoutCheck,
        protecting connections: [Connection] = []
    ) throws -> [String] {
        try check.lockouts(by: policy(protecting: connections), from: SourceMap()).map {
            "\($0.isProtected ? "protected" : "session") \($0.interception.redirect.name)"
        }
    }

    @Test func `a session in another network namespace does not matter`() throws {
        #expect(
            try reasons(LockoutCheck(session: session, isElsewhere: false)) == ["session taker"]
        )
        #expect(try reasons(LockoutCheck(session: session, isElsewhere: true)).isEmpty)
        #expect(try reasons(LockoutCheck(session: .none, isElsewhere: false)).isEmpty)
        #expect(try reasons(LockoutCheck(session: .unreadable("x"), isElsewhere: false)).isEmpty)
    }

    @Test func `what the policy protects comes after the session, and matters everywhere`() throws {
        let protected = Connection(
            direction: .inbound,
            transport: .tcp,
            destination: .local,
            destinationPort: try #require(Port(22))
        )
        var other = protected
        other.destinationPort = try #require(Port(80))
        for isElsewhere in [false, true] {
            let check = LockoutCheck(session: session, isElsewhere: isElsewhere)
            let expected = (isElsewhere ? [] : ["session taker"]) + ["protected taker"]
            #expect(try reasons(check, protecting: [other, protected]) == expected)
        }
    }
}
