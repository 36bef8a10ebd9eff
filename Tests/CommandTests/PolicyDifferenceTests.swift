import TestSupport
import Testing

/// Two policies compared with each other: no kernel, no privileges.
@Suite struct PolicyDifferenceTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func policy(_ name: String, _ redirects: String) throws -> String {
        try scratch.file("\(name).yaml", "version: 1\nredirects:\n\(redirects)")
    }

    private static func redirect(_ name: String, port: String, to target: String) -> String {
        """
          - {name: \(name), direction: inbound,
             match: {protocol: tcp, destination: {address: 203.0.113.5, port: \(port)}}, to: {\(target)}}

        """
    }

    @Test func `only what leaves this machine is called masqueraded`() throws {
        func redirect(_ target: String) -> String {
            "  - {name: a, direction: outbound, match: {protocol: tcp, "
                + "destination: {address: 192.0.2.1, port: 80}}, \(target)}\n"
        }
        let old = try policy("old", redirect("to: {address: 192.0.2.9}"))
        let balance = "{balance: random, targets: [{address: 192.0.2.9}, {address: 127.0.0.1}]}"
        let new = try policy("new", redirect("to: \(balance), masquerade: true"))
        let output = try Scratch.redirctl("diff", old, new).output
        #expect(output.contains("→ 127.0.0.1:80 or 192.0.2.9:80 (masqueraded)"), "\(output)")
    }

    @Test func `connections that go elsewhere are shown, with status 2`() throws {
        let old = try policy("old", Self.redirect("web", port: "443", to: "address: 192.0.2.10"))
        let new = try policy("new", Self.redirect("www", port: "443", to: "address: 192.0.2.21"))
        let ending = try Scratch.redirctl("diff", old, new)
        #expect(ending.status == 2)
        #expect(
            ending.output
                == """
                \(old) → \(new)

                  + www  inbound  tcp  203.0.113.5:443  → 192.0.2.21
                  - web  inbound  tcp  203.0.113.5:443  → 192.0.2.10

                Connections that go elsewhere, with an example of each kind:
                  inbound tcp 203.0.113.5:443  192.0.2.10:443  → 192.0.2.21:443  (www, was web)

                1 added, 0 changed, 1 removed, 0 unchanged; one kind of connection goes elsewhere.

                """
        )
        #expect(ending.errors.isEmpty)
    }

    @Test func `a policy that is only written differently has status 0`() throws {
        let old = try policy(
            "old",
            Self.redirect("all", port: "1000-1999", to: "address: 192.0.2.7, port: 3000-3999")
        )
        let halves =
            Self.redirect("low", port: "1000-1499", to: "address: 192.0.2.7, port: 3000-3499")
            + Self.redirect("high", port: "1500-1999", to: "address: 192.0.2.7, port: 3500-3999")
        let ending = try Scratch.redirctl("diff", old, policy("new", halves))
        #expect(ending.status == 0)
        #expect(ending.output.contains("\nNo connection goes elsewhere.\n"))
        #expect(
            ending.output.hasSuffix(
                "\n2 added, 0 changed, 1 removed, 0 unchanged; no connection goes elsewhere.\n"
            )
        )
        let same = try Scratch.redirctl("diff", old, old)
        #expect(same.status == 0)
        #expect(same.output.contains("The two policies have the same rules"))
    }

    /// A redirect to targets that are shared by an address each.
    private static func pool(_ method: String, _ targets: [(Int, weight: Int)]) -> String {
        let entries = targets.map { "{address: 192.0.2.\($0), weight: \($1)}" }
        return redirect(
            "pool",
            port: "443",
            to: "balance: \(method), targets: [\(entries.joined(separator: ", "))]"
        )
    }

    @Test(arguments: [
        ("random", [1, 2, 3, 5], [1, 1, 1, 1], "192.0.2.5:443 instead of 192.0.2.4:443"),
        ("random", [1, 2, 3, 4, 5], [1, 1, 1, 1, 1], "192.0.2.5:443 added"),
        ("random", [1, 3, 4, 2], [1, 1, 1, 3], "192.0.2.2:443 with weight 3 instead of 1"),
        (
            "random", [5, 6, 7, 8], [1, 1, 1, 1],
            "192.0.2.5:443, 192.0.2.6:443 and 2 more instead of 192.0.2.1:443, 192.0.2.2:443 and 2 more"
        ),
        ("source-hash", [4, 3, 2, 1], [1, 1, 1, 1], "in another order"),
    ])
    func `of many targets, those that differ are named`(
        method: String,
        targets: [Int],
        weights: [Int],
        words: String
    ) throws {
        let old = try policy("old", Self.pool(method, (1...4).map { ($0, 1) }))
        let new = try policy(
            "new",
            Self.pool(method, Array(zip(targets, weights)).map { ($0, $1) })
        )
        let ending = try Scratch.redirctl("diff", old, new)
        #expect(ending.status == 2)
        let way = method == "source-hash" ? " by client" : ""
        let line =
            "one of 4 targets\(way)  → one of \(targets.count) targets\(way), \(words)  (pool)\n"
        #expect(ending.output.contains(line), "\(ending.output)")
    }

    @Test func `another way to choose among the same targets sends no connection elsewhere`() throws
    {
        let targets = (1...4).map { ($0, weight: $0) }
        let old = try policy("old", Self.pool("random", targets))
        let new = try policy("new", Self.pool("round-robin", targets.reversed()))
        let ending = try Scratch.redirctl("diff", old, new)
        #expect(ending.status == 0)
        #expect(ending.output.contains("round-robin"))
        #expect(ending.output.contains("(was → random: "), "\(ending.output)")
        #expect(ending.output.contains("\nNo connection goes elsewhere.\n"))
    }

    @Test func `at most 20 kinds are shown, and all are counted`() throws {
        func ports(to address: String) -> String {
            (1...30).map { number in
                Self.redirect("p\(number)", port: "\(number)", to: "address: \(address)")
            }.joined()
        }
        let old = try policy("old", ports(to: "192.0.2.1"))
        let new = try policy("new", ports(to: "192.0.2.2"))
        let text = try Scratch.redirctl("diff", old, new)
        #expect(text.output.contains("(p20)\n  … and 10 more kinds\n"))
        #expect(text.output.contains("30 kinds of connections go elsewhere."))
        let all = try Scratch.redirctl("diff", old, new, "--all")
        #expect(all.output.contains("(p30)\n"))
        let json = try JSON(Scratch.redirctl("diff", old, new, "--format", "json").output)
        #expect(json["connections", "total"] == .number(30))
        #expect(json["connections", "changes", "29", "newRedirect"] == .text("p30"))
        #expect(json["connections", "changes", "0", "from"] == .text("192.0.2.1:1"))
        #expect(json["difference", "totals", "redirects"] == .number(30))
    }

    @Test func `what does not go together is refused`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        for words in [
            ["-", "-"], [policy, policy, "--table", "t"], [policy, policy, "--netns", "other"],
            [policy, policy, "--state-dir", "/tmp"],
        ] {
            #expect(try Program.run([Program.path, "diff"] + words).status == 64, "\(words)")
        }
        #expect(try Scratch.redirctl("diff", policy, "/nowhere.yaml").status == 1)
    }
}

/// What a plan, a change and a comparison with the kernel say of the connections that go elsewhere.
@Suite(.networkNamespace) struct ChangedConnectionTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    private static let line =
        "  outbound tcp 198.51.100.7:80  198.51.100.7:8080  → 198.51.100.7:9090  (a)\n"

    private static func heading(_ generation: Int) -> String {
        "Connections that go elsewhere than in generation \(generation), with an example of each "
            + "kind:\n"
    }

    @Test func `plan, diff, apply and rollback say which connections go elsewhere`() throws {
        let first = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080), "b": (81, 81)]))
        #expect(first.status == 0)
        #expect(!first.output.contains("onnection"))
        let policy = try scratch.policy(["a": (80, 9090), "b": (81, 81)])
        let text = Self.heading(1) + Self.line
        for command in ["plan", "diff", "apply"] {
            let ending = try scratch.redirctl(command, policy)
            #expect(ending.output.contains(text), "\(command): \(ending.output)")
        }
        #expect(try !scratch.redirctl("plan", policy).output.contains("onnection"))
        let back = try scratch.redirctl("rollback", "--plan")
        #expect(back.output.contains(Self.heading(2) + "  outbound tcp 198.51.100.7:80  "))
        let json = try JSON(scratch.redirctl("rollback", "--format", "json").output)
        #expect(json["connections", "generation"] == .number(2))
        #expect(json["connections", "changes", "0", "from"] == .text("198.51.100.7:9090"))
        // A rollback keeps the policy that it went back to.
        #expect(try scratch.redirctl("plan", policy).output.contains(Self.heading(3) + Self.line))
        let trial = try scratch.redirctl("apply", policy, "--confirm-within", "60")
        #expect(trial.output.contains(Self.heading(3) + Self.line))
        _ = try scratch.redirctl("cancel")
    }

    @Test func `a policy that is only written differently sends no connection elsewhere`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080), "b": (81, 8081)]))
        let policy = try scratch.policy(["b": (81, 8081), "c": (80, 8080)])
        let ending = try scratch.redirctl("plan", policy)
        #expect(ending.output.contains("1 to add"))
        #expect(
            ending.output.contains("\nEvery connection goes where it went in generation 1.\n")
        )
        let json = try JSON(scratch.redirctl("apply", policy, "--format", "json").output)
        #expect(json["connections", "total"] == .number(0))
    }

    @Test func `without the old policy nothing is said`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080)]))
        let removal = "find \(scratch.directory)/state -type d -name policy -exec rm -r {} +"
        #expect(try Program.run(["sh", "-c", removal]).status == 0)
        let ending = try scratch.redirctl("plan", scratch.policy(["a": (80, 9090)]))
        #expect(ending.status == 0)
        #expect(ending.output.contains("1 to change"))
        #expect(!ending.output.contains("onnection"))
        _ = try scratch.redirctl("remove")
        let afterRemoval = try scratch.redirctl("plan", scratch.policy(["a": (80, 9090)]))
        #expect(!afterRemoval.output.contains("onnection"))
    }
}
