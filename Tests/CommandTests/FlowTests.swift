import Addressing
import Glibc
import TestSupport
import Testing

/// Live flows that a change leaves on their old way.
@Suite(.networkNamespace) struct FlowTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        try machine.ip(["link set lo up"])
    }

    /// A policy of outbound redirects from a port to another, TCP and UDP.
    private func policy(_ redirects: KeyValuePairs<String, (Int, Int)>) throws -> String {
        let entries = redirects.map { name, ports in
            """
              - name: \(name)
                direction: outbound
                match: {protocol: [tcp, udp], destination: {port: \(ports.0)}}
                to: {port: \(ports.1)}

            """
        }
        return try scratch.file("policy.yaml", "version: 1\nredirects:\n" + entries.joined())
    }

    /// Where a UDP flow from a port of this machine goes.
    private func target(_ port: Int, from source: Int) throws -> LabReply {
        try machine.ask(.udp, "127.0.0.1:\(port)", from: "127.0.0.1:\(source)")
    }

    private func reached(_ port: Int) -> LabReply { .reached("127.0.0.1:\(port)") }

    @Test func `flows that keep their old target are counted, and flushed when asked for`() throws {
        let server = try machine.serve(ports: [5353, 5354])
        defer { withExtendedLifetime(server) {} }
        #expect(try scratch.redirctl("apply", policy(["dns": (53, 5353)])).status == 0)
        for source in [4001, 4002] { #expect(try target(53, from: source) == reached(5353)) }

        let path = try policy(["dns": (53, 5354)])
        let plan = try scratch.redirctl("plan", path)
        let warning = """
            warning: 2 live UDP flows of `dns` keep their old target until they end; \
            `--flush-flows` moves them

            """
        #expect(plan.errors == warning)
        let json = try JSON(scratch.redirctl("plan", path, "--format", "json").output)
        #expect(
            json["flows"]
                == .object([
                    "left": .list([
                        .object([
                            "redirect": .text("dns"), "protocol": .text("udp"), "flows": .number(2),
                            "keeps": .text("target"),
                        ])
                    ])
                ])
        )

        let apply = try scratch.redirctl("apply", path)
        #expect(apply.errors == warning)
        #expect(try target(53, from: 4001) == reached(5353))
        #expect(try target(53, from: 4003) == reached(5354))

        // What the last change has left behind can be flushed later.
        let flush = try scratch.redirctl("apply", path, "--flush-flows")
        #expect(flush.status == 0)
        #expect(flush.errors.isEmpty)
        #expect(flush.output.hasSuffix("2 flows flushed; 2 wait for a packet of the client.\n"))
        for source in [4001, 4002, 4003] { #expect(try target(53, from: source) == reached(5354)) }

        let rollback = try scratch.redirctl("rollback", "--flush-flows", "--format", "json")
        #expect(try JSON(rollback.output)["flows", "flushed"] == .number(3))
        #expect(try target(53, from: 4001) == reached(5353))
        #expect(try scratch.redirctl("plan", policy(["dns": (53, 5353)])).errors.isEmpty)
    }

    @Test func `flows of others and of redirects that stay are left alone`() throws {
        let server = try machine.serve(ports: [5353, 5354, 6363, 6364, 7373, 83])
        defer { withExtendedLifetime(server) {} }
        func other(_ port: Int) throws {
            try machine.nft(
                """
                table inet other
                delete table inet other
                table inet other { chain o { type nat hook output priority -100; \
                udp dport 63 redirect to :\(port); }; }
                """
            )
        }
        try other(6363)
        _ = try scratch.redirctl("apply", policy(["dns": (53, 5353), "stays": (73, 7373)]))
        #expect(try target(53, from: 4001) == reached(5353))
        #expect(try target(63, from: 4001) == reached(6363))
        #expect(try target(73, from: 4001) == reached(7373))
        #expect(try target(83, from: 4001) == reached(83))
        try other(6364)
        let apply = try scratch.redirctl(
            "apply",
            policy(["dns": (53, 5354), "stays": (73, 7373)]),
            "--flush-flows"
        )
        #expect(apply.output.hasSuffix("1 flow flushed; 1 waits for a packet of the client.\n"))
        #expect(try target(53, from: 4001) == reached(5354))
        // Had it been forgotten, it would go to the other table's new target.
        #expect(try target(63, from: 4001) == reached(6363))
    }

    @Test func `plain flows that an added redirect would take go their old way, too`() throws {
        let server = try machine.serve(ports: [83, 8383])
        defer { withExtendedLifetime(server) {} }
        _ = try scratch.redirctl("apply", policy(["dns": (53, 5353)]))
        #expect(try target(83, from: 4001) == reached(83))
        let path = try policy(["dns": (53, 5353), "added": (83, 8383)])
        let plan = try scratch.redirctl("plan", path)
        #expect(
            plan.errors == """
                warning: 1 live UDP flow of `added` keeps its old target until it ends; \
                `--flush-flows` moves it

                """
        )
        #expect(
            try scratch.redirctl("apply", path, "--flush-flows").output.hasSuffix(
                "1 flow flushed; 1 waits for a packet of the client.\n"
            )
        )
        #expect(try target(83, from: 4001) == reached(8383))
    }

    @Test func `TCP connections count while they are open`() throws {
        let server = try machine.serve(ports: [8080, 8081])
        defer { withExtendedLifetime(server) {} }
        _ = try scratch.redirctl("apply", policy(["web": (80, 8080)]))
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == reached(8080))
        let path = try policy(["web": (80, 8081)])
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        defer { close(socket) }
        _ = try connect(socket, to: 80)
        let plan = try scratch.redirctl("plan", path)
        #expect(plan.errors.hasPrefix("warning: 1 live TCP flow of `web` keeps its old target"))
    }

    @Test func `the SSH session that a redirect leads here is left alone, and its end is told`()
        throws
    {
        let server = try machine.serve(ports: [22, 23])
        defer { withExtendedLifetime(server) {} }
        _ = try scratch.redirctl("apply", policy(["ssh": (2222, 22)]))
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        defer { close(socket) }
        let port = try connect(socket, to: 2222)
        let path = try policy(["ssh": (2222, 23)])
        func redirctl(_ words: String...) throws -> Program.Ending {
            let session = "SSH_CONNECTION=127.0.0.1 \(port) 127.0.0.1 22"
            let state = ["--state-dir", "\(scratch.directory)/state"]
            return try Program.run(["env", session, Program.path] + words + state)
        }
        let warning = """
            warning: by the change of `ssh`, new SSH sessions like this one do not get here any \
            more; this one is left as it is

            """
        #expect(try redirctl("plan", path).errors == warning)
        let apply = try redirctl("apply", path, "--flush-flows", "--format", "json")
        #expect(apply.errors == warning)
        let flows = try JSON(apply.output)["flows"]
        #expect(flows["redirectOfSession"] == .text("ssh"))
        #expect(flows["flushed"] == .number(0))
        // For anybody else it is a flow like others.
        let flush = try scratch.redirctl("apply", path, "--flush-flows")
        #expect(flush.output.hasSuffix("1 flow flushed; 1 TCP connection ends.\n"))
    }

    /// Connects a socket to a port of this machine, and returns the port that it comes from.
    private func connect(_ socket: Int32, to port: UInt16) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let error = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, size) | getsockname(socket, $0, &size)
            }
        }
        try #require(error == 0)
        return UInt16(bigEndian: address.sin_port)
    }
}
