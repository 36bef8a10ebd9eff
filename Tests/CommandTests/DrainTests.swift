import Addressing
import GenerationModel
import Glibc
import TestSupport
import Testing

/// Taking a table away while connections that it has redirected are open.
@Suite(.networkNamespace) struct DrainTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        try machine.ip(["link set lo up"])
    }

    /// An open TCP connection to a port of this machine, and the server's end of it.
    private final class Connection {
        private let listener: Int32
        private let client: Int32
        private let server: Int32

        /// Connects to a port, which leads to another one, where somebody listens.
        init(to port: UInt16, served at: UInt16) throws {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            (self.listener, self.client) = (listener, client)
            var patience = timeval(tv_sec: 10, tv_usec: 0)
            let size = socklen_t(MemoryLayout<timeval>.size)
            for socket in [listener, client] {
                setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
            }
            guard Self.with(at, { bind(listener, $0, $1) }) == 0, listen(listener, 1) == 0,
                Self.with(port, { connect(client, $0, $1) }) == 0
            else {
                server = -1
                throw Scratch.Failure(description: "no connection: errno \(errno)")
            }
            server = accept(listener, nil, nil)
            guard server >= 0 else { throw Scratch.Failure(description: "accept: \(errno)") }
            setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        }

        deinit { for socket in [client, server, listener] { close(socket) } }

        /// Whether a byte gets from the client to the server and back.
        var isAlive: Bool {
            var byte: UInt8 = 7
            return send(client, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
                && recv(server, &byte, 1, 0) == 1
                && send(server, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
                && recv(client, &byte, 1, 0) == 1
        }

        /// Ends it from both sides.
        func end() {
            for socket in [client, server] { shutdown(socket, Int32(SHUT_RDWR)) }
        }

        private static func with(
            _ port: UInt16,
            _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
        ) -> Int32 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    @Test func `redirected connections live on while the table drains`() throws {
        let policy = try scratch.policy(["web": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        let connection = try Connection(to: 80, served: 8080)
        #expect(connection.isAlive)

        let place = "--state-dir \(scratch.directory)/state"
        let drain = try scratch.redirctl("remove", "--drain")
        #expect(drain.status == 0)
        #expect(
            drain.output == """
                Table inet redirctl redirects no new connections and is draining, 1 live redirected flow \
                left (generation 2).
                `redirctl remove --drain \(place)` removes it when there are none.

                """
        )
        #expect(connection.isAlive)
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .refused)

        let status = try scratch.redirctl("status")
        #expect(status.output.contains("matches generation 2 (draining since "))
        #expect(status.output.contains("Draining, 1 live redirected flow left; "))
        let json = try JSON(scratch.redirctl("status", "--format", "json").output)
        #expect(json["draining", "liveFlows"] == .number(1))
        #expect(try scratch.redirctl("check").status == 0)
        let again = try JSON(scratch.redirctl("remove", "--drain", "--format", "json").output)
        #expect(again["outcome"] == .text("draining"))
        #expect(again["liveFlows"] == .number(1))
        #expect(again["generation"] == .number(2))

        connection.end()
        // The last words of both sides may still be on their way.
        var last = again
        for _ in 0..<200 where last["outcome"] == .text("draining") {
            last = try JSON(scratch.redirctl("remove", "--drain", "--format", "json").output)
        }
        #expect(last["outcome"] == .text("removed"))
        #expect(try machine.run("nft", "list", "ruleset").isEmpty)
        #expect(try scratch.redirctl("history").output.contains("drain"))
    }

    @Test(arguments: ["--drain", "--flush-flows"])
    func `nothing of a trial is removed`(option: String) throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let connection = try Connection(to: 80, served: 8080)
        defer { connection.end() }
        let trial = try scratch.policy(["web": (80, 8081)])
        _ = try scratch.redirctl("apply", trial, "--confirm-within", "60s")
        let before = try machine.run("nft", "-a", "list", "chain", "inet", "redirctl", "output")
        let remove = try scratch.redirctl("remove", option)
        #expect(remove.status == 75, "\(remove)")
        #expect(
            try machine.run("nft", "-a", "list", "chain", "inet", "redirctl", "output") == before
        )
    }

    @Test func `a table that is gone is not left behind by its removal`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let connection = try Connection(to: 80, served: 8080)
        defer { connection.end() }
        try machine.nft("delete table inet redirctl")
        let remove = try scratch.redirctl("remove", "--flush-flows")
        #expect(remove.status == 0, "\(remove)")
        #expect(try machine.run("nft", "list", "tables").isEmpty)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `an apply makes redirects of a table that drains`() throws {
        let policy = try scratch.policy(["web": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        let connection = try Connection(to: 80, served: 8080)
        _ = try scratch.redirctl("remove", "--drain")
        let plan = try scratch.redirctl("plan", policy)
        #expect(plan.output.contains("+ web"))
        #expect(!plan.output.contains("!"), "\(plan.output)")
        let apply = try scratch.redirctl("apply", policy)
        #expect(
            apply.output.hasSuffix(
                "Generation 3 is live in table inet redirctl, replacing 2: "
                    + "1 added, 0 changed, 0 removed, 0 unchanged.\n"
            )
        )
        #expect(connection.isAlive)
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try scratch.redirctl("remove", "--drain").output.contains("draining, 1 live"))
        #expect(try scratch.redirctl("rollback").output.contains("+ web"))
        #expect(connection.isAlive)
    }

    @Test func `without it, whoever removes hears what breaks`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let connection = try Connection(to: 80, served: 8080)
        let remove = try scratch.redirctl("remove")
        #expect(remove.status == 0)
        #expect(
            remove.errors.hasPrefix("warning: the table has redirected 1 live flow, ")
                && remove.errors.contains("`--drain`")
        )
        #expect(!connection.isAlive)
    }

    @Test func `how many it concerns is told to machines, too`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let connection = try Connection(to: 80, served: 8080)
        let remove = try JSON(scratch.redirctl("remove", "--format", "json").output)
        #expect(remove["outcome"] == .text("removed"))
        #expect(remove["liveFlows"] == .number(1))
        withExtendedLifetime(connection) {}
    }

    @Test func `with nothing to wait for, the table is gone at once`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let remove = try scratch.redirctl("remove", "--drain")
        #expect(
            remove.output.hasPrefix(
                "Table inet redirctl is gone with 1 redirect; recorded as generation 2."
            )
        )
        #expect(remove.errors.isEmpty)
        #expect(
            try scratch.redirctl("remove", "--drain").output.contains(
                "No changes: there is no table"
            )
        )
    }

    @Test func `what drains is drift when it is tampered with, and is restored`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let connection = try Connection(to: 80, served: 8080)
        _ = try scratch.redirctl("remove", "--drain")
        try machine.nft("flush chain inet redirctl output")
        #expect(try scratch.redirctl("check").status == 2)
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
        #expect(connection.isAlive)
    }
}
