import Addressing
import Glibc
import TestSupport
import Testing

/// Flows whose servers speak on their own go the new way, or it is told that they don't.
@Suite(.networkNamespace, .serialized) struct FlowMoveTests {
    private let scratch: Scratch
    private static let flows: Range<UInt16> = 40_000..<40_100

    /// A firewall that needs connection tracking, as most machines have one.
    private static let firewall = """
        table inet firewall { chain f { type filter hook forward priority 0; \
        ct state established accept; }; chain i { type filter hook input priority 0; \
        ct state established accept; }; }
        """

    init() throws {
        scratch = try Scratch()
    }

    private func policy(_ name: String, _ redirects: String) throws -> String {
        try scratch.file("\(name).yaml", "version: 1\nredirects:\n\(redirects)\n")
    }

    private func apply(_ policy: String) throws -> (ending: Program.Ending, flows: JSON) {
        let ending = try scratch.redirctl("apply", policy, "--flush-flows", "--format", "json")
        return (ending, try JSON(ending.output)["flows"])
    }

    /// Every flow that is not reported as stayed or waiting is answered by the new server.
    private func expectMove(
        _ talkers: Talkers,
        to target: String,
        from old: String,
        _ result: (ending: Program.Ending, flows: JSON)
    ) throws {
        let stayed = try #require(result.flows["stayed"].count)
        let waiting = try #require(result.flows["waiting"].count)
        #expect(result.flows["flushed"] == .number(Double(Self.flows.count)))
        #expect(result.ending.status == (stayed == 0 ? 0 : 1))
        let allowed = stayed + waiting
        #expect(
            talkers.wait(upToMilliseconds: 5000) { replies in
                replies.count { $0 != target } <= allowed
            },
            "\(result.ending) \(Set(talkers.replies))"
        )
        #expect(talkers.replies.count { $0 == old } <= allowed)
        #expect(allowed < Self.flows.count / 10, "\(result.ending)")
    }

    @Test(arguments: [5, 50] as [Int32])
    func `flows that this machine opened move`(pause: Int32) throws {
        let lab = try Lab.withInternet()
        try lab.machine.nft(Self.firewall)
        let servers = ["192.0.2.53:53", "192.0.2.53:5353"]
        try lab.internet.ip(["addr add 192.0.2.53/32 dev lo"])
        let chatter = try lab.internet.chat(at: servers, everyMilliseconds: pause)
        defer { withExtendedLifetime(chatter) {} }
        let talkers = try lab.machine.talk(to: servers[0], from: "10.1.0.1", ports: Self.flows)
        #expect(talkers.wait(upToMilliseconds: 5000) { $0.allSatisfy { $0 == servers[0] } })
        let result = try apply(
            policy(
                "dns",
                """
                  - name: dns
                    direction: outbound
                    match: {protocol: udp, destination: {address: 192.0.2.53, port: 53}}
                    to: {port: 5353}
                """
            )
        )
        try expectMove(talkers, to: servers[1], from: servers[0], result)
        // The servers were held back, and nothing of it is drift.
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test(arguments: [5, 50] as [Int32])
    func `forwarded flows move with their server, others are not touched`(pause: Int32) throws {
        let lab = try Self.homeRouter()
        let servers = ["10.3.0.10:25565", "10.3.0.11:25565"]
        let chatter = try lab.host("server").chat(at: servers, everyMilliseconds: pause)
        defer { withExtendedLifetime(chatter) {} }
        func game(_ target: Int) -> String {
            """
              - name: game
                direction: inbound
                match: {protocol: udp, destination: {address: 10.1.0.1, port: 25565}}
                to: {address: 10.3.0.\(target)}
            """
        }
        #expect(try scratch.redirctl("apply", policy("old", game(10))).status == 0)
        let talkers = try lab.internet.talk(
            to: "10.1.0.1:25565",
            from: "10.1.0.2",
            ports: Self.flows
        )
        // A client in the local network speaks to the old server itself.
        let neighbour = try lab.client.talk(
            to: servers[0],
            from: "10.3.0.2",
            ports: 41_000..<41_001
        )
        for all in [talkers, neighbour] {
            #expect(all.wait(upToMilliseconds: 5000) { $0.allSatisfy { $0 == servers[0] } })
        }
        let before = neighbour.counts[0]
        let result = try apply(policy("new", game(11)))
        try expectMove(talkers, to: servers[1], from: servers[0], result)
        // What has moved is not held back any longer.
        let notMoved =
            try #require(result.flows["flushed"].count) - (result.flows["moved"].count ?? 0)
        #expect(try held(lab).ranges(of: "10.3.0.10 . ").count == notMoved, "\(result.ending)")
        #expect(neighbour.counts[0] > before)
        #expect(neighbour.replies == [servers[0]])
    }

    @Test(arguments: ["remove", "apply"])
    func `flows of a redirect that goes are sent where they would be without it`(
        command: String
    ) throws {
        let lab = try Self.homeRouter()
        let servers = ["10.3.0.10:25565", "10.3.0.11:25565"]
        let chatter = try lab.host("server").chat(at: servers, everyMilliseconds: 5)
        defer { withExtendedLifetime(chatter) {} }
        let own = try lab.machine.chat(at: ["10.1.0.1:25565"], everyMilliseconds: 50)
        defer { withExtendedLifetime(own) {} }
        let path = try policy(
            "game",
            """
              - name: game
                direction: inbound
                match: {protocol: udp, destination: {address: 10.1.0.1, port: 25565}}
                to: {address: 10.3.0.10}
            """
        )
        #expect(try scratch.redirctl("apply", path).status == 0)
        let talkers = try lab.internet.talk(
            to: "10.1.0.1:25565",
            from: "10.1.0.2",
            ports: Self.flows
        )
        #expect(talkers.wait(upToMilliseconds: 5000) { $0.allSatisfy { $0 == servers[0] } })
        let words = command == "remove" ? [command] : [command, try policy("none", "  []")]
        let ending = try Program.run(
            [Program.path] + words
                + [
                    "--flush-flows", "--format", "json", "--state-dir",
                    "\(scratch.directory)/state",
                ]
        )
        let flows = try JSON(ending.output)["flows"]
        try expectMove(talkers, to: "10.1.0.1:25565", from: servers[0], (ending, flows))
        let table = try? lab.machine.run("nft", "list", "table", "inet", "redirctl")
        #expect((table == nil) == (command == "remove"))
        // The generation in which the table only drained is none to go back to.
        #expect(try JSON(ending.output)["previousGeneration"] == .number(1))
        let rollback = try scratch.redirctl("rollback")
        #expect(rollback.output.contains("+ game"), "\(rollback)")
        #expect(!rollback.errors.contains("generation"), "\(rollback.errors)")
    }

    @Test func `a silent client's flow goes the new way with its next packet`() throws {
        let lab = try Lab.withInternet()
        try lab.machine.nft(Self.firewall)
        let server = try lab.internet.serve(ports: [53, 5353])
        defer { withExtendedLifetime(server) {} }
        func ask() throws -> LabReply {
            try lab.machine.ask(.udp, "192.0.2.53:53", from: "10.1.0.1:40000")
        }
        #expect(try ask() == .reached("192.0.2.53:53"))
        let path = try policy(
            "dns",
            """
              - name: dns
                direction: outbound
                match: {protocol: udp, destination: {port: 53}}
                to: {port: 5353}
            """
        )
        let ending = try scratch.redirctl("apply", path, "--flush-flows")
        #expect(ending.status == 0)
        #expect(
            ending.output.hasSuffix("1 flow flushed; 1 waits for a packet of the client.\n")
        )
        #expect(try ask() == .reached("192.0.2.53:5353"))
    }

    @Test func `a slow server is held back until its client has spoken`() throws {
        let lab = try Self.homeRouter()
        let servers = ["10.3.0.10:25565", "10.3.0.11:25565"]
        func game(_ target: Int) throws -> String {
            try policy(
                "game",
                """
                  - name: game
                    direction: inbound
                    match: {protocol: udp, destination: {address: 10.1.0.1, port: 25565}}
                    to: {address: 10.3.0.\(target)}
                """
            )
        }
        #expect(try scratch.redirctl("apply", game(10)).status == 0)
        let chatter = try lab.host("server").chat(at: servers, everyMilliseconds: 100)
        defer { withExtendedLifetime(chatter) {} }
        let client = "10.1.0.2:40000"
        func ask() throws -> LabReply {
            try lab.internet.ask(.udp, "10.1.0.1:25565", from: client)
        }
        #expect(try ask() == .reached(servers[0]))
        // The server goes on; the client is silent for all of the command and longer.
        let result = try apply(game(11))
        #expect(result.flows["waiting"] == .number(1))
        #expect(result.ending.status == 0)
        #expect(try held(lab).contains("10.3.0.10"))
        usleep(1_500_000)
        #expect(try ask() == .reached(servers[1]))
    }

    @Test func `flows of which only the source changes move, too`() throws {
        let lab = try Lab.withLocalNetwork()
        let server = try lab.host("server").serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        func hairpin(_ masquerade: String) throws -> String {
            try policy(
                "hairpin",
                """
                  - name: web
                    direction: inbound
                    match: {protocol: udp, destination: {address: 10.1.0.1, port: 80}}
                    to: {address: 10.3.0.10, port: 8080}
                    masquerade: \(masquerade)
                """
            )
        }
        func ask() throws -> LabReply {
            try lab.client.ask(.udp, "10.1.0.1:80", from: "10.3.0.2:40000")
        }
        #expect(try scratch.redirctl("apply", hairpin("false")).status == 0)
        // The server answers its neighbour itself, which takes that for somebody else's words.
        #expect(try ask() == .silence)
        let plan = try scratch.redirctl("plan", hairpin("true"))
        #expect(plan.errors.contains("1 live UDP flow of `web` keeps its old source until it ends"))
        #expect(try apply(hairpin("true")).flows["flushed"] == .number(1))
        #expect(try ask() == .reached("10.3.0.10:8080"))
        #expect(try scratch.redirctl("plan", hairpin("true")).errors.isEmpty)
    }

    /// What is held back.
    private func held(_ lab: Lab) throws -> String {
        try lab.machine.run("nft", "list", "set", "inet", "redirctl", "held_ip")
    }

    /// A router between the internet, to which it masquerades, and a client and a server.
    private static func homeRouter() throws -> Lab {
        let lab = try Lab.withLocalNetwork()
        try lab.host("server").ip([
            "addr add 10.3.0.11/24 dev server3"
        ])
        try lab.machine.nft(
            """
            table ip homerouter { chain post { type nat hook postrouting priority 100; \
            oifname "machine1" masquerade; }; }
            """
        )
        return lab
    }
}

extension JSON {
    /// The whole number that it is.
    fileprivate var count: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }
}
