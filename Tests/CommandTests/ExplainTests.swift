import Addressing
import TestSupport
import Testing

/// What becomes of a connection, by a policy alone.
@Suite struct ExplainOfflineTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `the redirect that decides is named with its place`() throws {
        let policy = try scratch.policy(["a": (80, 8080), "b": (81, 8081)])
        let ending = try Scratch.redirctl("explain", policy, "outbound", "tcp", "192.0.2.1:81")
        #expect(ending.status == 0)
        #expect(
            ending.output == """
                outbound tcp 192.0.2.1:81

                `b` redirects it (\(policy):7:11).
                  before   192.0.2.1:81
                  after    192.0.2.1:8081

                Earlier redirects that do not decide it (1):
                  a (\(policy):3:11)
                    destination port: wants 80, has 81

                """
        )
    }

    @Test func `the words of a connection can be one argument, and have an arrow`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let connection = "outbound tcp 192.0.2.9 -> 192.0.2.1:80"
        let quoted = try Scratch.redirctl("explain", policy, connection)
        #expect(quoted.output.contains("after    192.0.2.9 -> 192.0.2.1:8080"))
        let words = connection.split(separator: " ").map(String.init)
        let apart = try Program.run([Program.path, "explain", policy] + words)
        #expect(apart.output == quoted.output)
        #expect(apart.status == 0)
    }

    @Test func `as JSON it has the same`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let ending = try Scratch.redirctl(
            "explain",
            policy,
            "outbound tcp 192.0.2.1:80 user=0",
            "--format",
            "json"
        )
        let json = try JSON(ending.output)
        #expect(json["command"] == .text("explain"))
        #expect(json["connection"] == .text("outbound tcp 192.0.2.1:80 user=0"))
        #expect(json["outcomes", "0", "redirect", "line"] == .number(3))
        #expect(json["outcomes", "0", "targets", "0", "place"] == .text("192.0.2.1:8080"))
        #expect(json["outcomesTotal"] == .number(1))
        #expect(json["live"] == .null)
    }

    @Test(arguments: [
        (["outboun", "tcp", "192.0.2.1:80"], "`outboun`; did you mean `outbound`?"),
        (["--live", "inbond", "tcp", "192.0.2.1:80"], "`inbond`; did you mean `inbound`?"),
        (["--live", "inbond tcp 192.0.2.1:80"], "`inbond`; did you mean `inbound`?"),
        (["missing.yaml", "tcp", "192.0.2.1:80"], "`missing.yaml`"),
    ])
    func `a first word that is neither a policy nor a direction is told`(
        words: [String],
        end: String
    ) throws {
        let ending = try Program.run([Program.path, "explain"] + words)
        #expect(ending.status == 64)
        #expect(
            ending.errors.hasPrefix(
                "error: neither a policy file nor a direction is called \(end)\n"
            ),
            "\(ending.errors)"
        )
    }

    @Test func `a policy that is not there is told as a file`() throws {
        let ending = try Scratch.redirctl("explain", "/nowhere.yaml", "inbound", "tcp", "[::1]:1")
        #expect(ending.status == 1)
        #expect(ending.errors == "error: cannot open /nowhere.yaml: No such file or directory\n")
    }

    /// A redirect of port 80 with exceptions of a source and an interface each, after another one.
    private func manyExceptions() throws -> String {
        let exceptions = (0..<5000).map { number in
            "      - {source: {address: 10.0.\(number / 256).\(number % 256)}, interface: e\(number)}\n"
        }
        return try scratch.file(
            "many.yaml",
            """
            version: 1
            redirects:
              - name: first
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}, mark: 0x1}
                to: {local: 81}
              - name: many
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {local: 8080}
                except:
            \(exceptions.joined())
            """
        )
    }

    @Test func `what could not be worked out is named, and what is known is shown`() throws {
        let policy = try manyExceptions()
        let words = ["explain", policy, "inbound", "tcp", "local:80", "mark=0"]
        let ending = try Program.run([Program.path] + words)
        #expect(ending.status == 0)
        // Where lines break depends on the path.
        let sentences = ending.output.split { $0.isWhitespace }.joined(separator: " ")
        #expect(
            sentences == "inbound tcp local:80 mark=0x0 What happens to it was not worked out. "
                + "`many` (\(policy):7:11) or a later redirect may decide the rest. 5000 exceptions "
                + "of `many` may apply, too many to work out. Describe the connection further: its source "
                + "address or interface. Earlier redirects that do not decide it (1): first "
                + "(\(policy):3:11) mark: wants 0x1, has 0x0"
        )
        let json = try JSON(Program.run([Program.path] + words + ["--format", "json"]).output)
        #expect(json["complete"] == .bool(false))
        #expect(json["undecided", "redirect", "name"] == .text("many"))
        #expect(json["undecided", "exceptions"] == .number(5000))
        #expect(json["undecided", "keys", "1"] == .text("interface"))
        #expect(json["candidates", "0", "redirect", "name"] == .text("first"))
    }

    @Test func `of thousands of exceptions, those that can't apply don't count`() throws {
        let policy = try manyExceptions()
        let words = ["explain", policy, "inbound", "tcp", "192.0.2.1", "->", "local:80", "mark=0"]
        let ending = try Program.run([Program.path] + words)
        #expect(ending.output.contains("`many` redirects it (\(policy):7:11)."), "\(ending)")
        #expect(!ending.output.contains("worked out"))
    }

    @Test func `an error of the connection shows its place in it`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let words = ["explain", policy, "outbound", "tcp", "192.0.2.1", "--format", "json"]
        let ending = try Program.run([Program.path] + words)
        #expect(ending.status == 1)
        #expect(ending.errors.contains(" --> <connection>:1:14\n"))
        #expect(ending.errors.contains("help: for example `192.0.2.1:80`"))
        let json = try JSON(ending.output)
        #expect(json["error"] == .text("the connection was refused"))
        #expect(json["findings", "0", "column"] == .number(14))
    }
}

/// What the kernel has of a connection.
@Suite(.networkNamespace) struct ExplainLiveTests {
    let scratch: Scratch
    let machine = Lab().machine
    let connection = "outbound udp 127.0.0.1:53"

    init() throws {
        scratch = try Scratch()
        try machine.ip(["link set lo up"])
    }

    private func policy(_ redirects: KeyValuePairs<String, (Int, Int)>) throws -> String {
        let entries = redirects.map { name, ports in
            """
              - name: \(name)
                direction: outbound
                match: {protocol: udp, destination: {port: \(ports.0)}}
                to: {port: \(ports.1)}

            """
        }
        return try scratch.file("policy.yaml", "version: 1\nredirects:\n" + entries.joined())
    }

    private func explain(_ words: String...) throws -> JSON {
        let options = ["--live", "--format", "json", "--state-dir", "\(scratch.directory)/state"]
        let ending = try Program.run([Program.path, "explain"] + words + options)
        try #require(ending.status == 0, "\(ending)")
        return try JSON(ending.output)
    }

    @Test func `rules, counts and tracked connections are shown`() throws {
        let server = try machine.serve(ports: [5353, 6363])
        defer { withExtendedLifetime(server) {} }
        #expect(try scratch.redirctl("apply", policy(["dns": (53, 5353)])).status == 0)
        let before = try explain(connection)
        #expect(before["live", "redirects", "0", "state"] == .text("present"))
        #expect(before["live", "redirects", "0", "connections"] == .number(0))
        #expect(before["live", "flowsTotal"] == .number(0))
        #expect(before["policy"] == .null)

        #expect(
            try machine.ask(.udp, "127.0.0.1:53", from: "127.0.0.1:4001")
                == .reached("127.0.0.1:5353")
        )
        let after = try explain(connection)
        #expect(after["outcomes", "0", "targets", "0", "place"] == .text("127.0.0.1:5353"))
        #expect(after["live", "redirects", "0", "connections"] == .number(1))
        #expect(after["live", "flowsTotal"] == .number(1))
        #expect(after["live", "flows", "0", "client"] == .text("127.0.0.1:4001"))
        #expect(after["live", "flows", "0", "target"] == .text("127.0.0.1:5353"))
        #expect(after["live", "flows", "0", "asExplained"] == .bool(true))
        #expect(after["live", "generation"] == .number(1))
        let other = "outbound udp 127.0.0.1:4002 -> 127.0.0.1:53"
        #expect(try explain(other)["live", "flowsTotal"] == .number(0))

        // Another policy than the one in effect.
        let changed = try explain(policy(["dns": (53, 6363)]), connection)
        #expect(changed["live", "redirects", "0", "state"] == .text("differs"))
        #expect(changed["live", "flows", "0", "asExplained"] == .bool(false))
    }

    @Test func `what the kernel lacks is said`() throws {
        #expect(try scratch.redirctl("apply", policy(["dns": (53, 5353)])).status == 0)
        try machine.nft("delete table inet redirctl\n")
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        try machine.nft("add table inet redirctl { flags dormant; }\n")
        let dormant = try explain(connection)
        #expect(dormant["live", "redirects", "0", "state"] == .text("inactive"))
        try machine.nft("delete table inet redirctl\n")
        let json = try explain(connection)
        #expect(json["live", "redirects", "0", "state"] == .text("missing"))
        #expect(
            json["live", "problem"] == .text("the table is missing, so nothing is redirected")
        )
        let text = try scratch.redirctl("explain", connection, "--live")
        #expect(text.status == 0)
        #expect(text.output.contains("  - `dns` is missing.\n"))
    }

    @Test func `before the first generation there is no policy in effect`() throws {
        let ending = try scratch.redirctl("explain", connection, "--live")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("no generation is recorded here"))
        let json = try explain(policy(["dns": (53, 5353)]), connection)
        #expect(json["live", "redirects", "0", "state"] == .text("missing"))
    }

    @Test func `during a trial its rules are in effect`() throws {
        #expect(try scratch.redirctl("apply", policy(["dns": (53, 5353)])).status == 0)
        let trial = try scratch.redirctl(
            "apply",
            policy(["dns": (53, 6363)]),
            "--confirm-within",
            "5m"
        )
        #expect(trial.status == 0)
        let json = try explain(connection)
        #expect(json["live", "onTrial"] == .bool(true))
        #expect(json["live", "generation"] == .number(2))
        #expect(json["live", "redirects", "0", "state"] == .text("present"))
        #expect(json["outcomes", "0", "targets", "0", "place"] == .text("127.0.0.1:6363"))
        #expect(try scratch.redirctl("cancel").status == 0)
        #expect(try explain(connection)["live", "generation"] == .number(1))
    }
}
