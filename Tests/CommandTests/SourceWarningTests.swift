import TestSupport
import Testing

/// Masquerading that has no effect on this machine is told of.
@Suite(.networkNamespace) struct SourceWarningTests {
    private let scratch: Scratch
    private let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        try machine.ip(["addr add 10.1.0.1/24 dev lo"])
    }

    private func policy(
        _ target: String,
        _ masquerade: String,
        _ destination: String = "{port: 80}"
    ) throws -> String {
        try scratch.file(
            "policy.yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: \(destination)}
                to: \(target)
                masquerade: \(masquerade)

            """
        )
    }

    @Test(arguments: ["true", "{to: 10.1.0.9}"])
    func `a target that is an address of this machine is warned of`(masquerade: String) throws {
        let path = try policy("{address: 10.1.0.1, port: 8080}", masquerade)
        let note =
            "note: 1 warning about the policy is not shown; see `redirctl validate \(path)`\n"
        let words = """
            warning: `masquerade` of `web` has no effect on connections to 10.1.0.1: they never \
            leave this machine

            """
        for command in ["plan", "apply"] {
            let ending = try scratch.redirctl(command, path)
            #expect(ending.status == 0)
            #expect(ending.errors == (command == "plan" ? note : "") + words)
        }
        // It is offline, and does not know this machine's addresses.
        #expect(try !Scratch.redirctl("validate", path).errors.contains("masquerade"))
    }

    @Test func `a destination that is this machine's, and stays, is warned of`() throws {
        for destination in ["{address: local, port: 80}", "{address: 10.1.0.1, port: 80}"] {
            let path = try policy("{port: 8080}", "true", destination)
            #expect(
                try scratch.redirctl("plan", path).errors.contains(
                    "has no effect on connections to their own destination: they never leave"
                )
            )
        }
    }

    @Test func `every target that is this machine's is named`() throws {
        try machine.ip(["addr add 10.1.0.3/24 dev lo"])
        let path = try policy(
            "{balance: random, targets: [{address: 10.1.0.1}, {address: 10.1.0.2}, {address: 10.1.0.3}]}",
            "true"
        )
        #expect(
            try scratch.redirctl("plan", path).errors.contains("to 10.1.0.1, 10.1.0.3: they never")
        )
    }

    @Test func `another target is not`() throws {
        for target in ["{address: 10.1.0.2}", "{port: 8080}"] {
            let ending = try scratch.redirctl("plan", policy(target, "true"))
            #expect(!ending.errors.contains("masquerade"))
        }
    }

    @Test func `a target for each family is told of`() throws {
        let path = try policy(
            "{balance: random, targets: [{address: 10.1.0.2}, {address: \"fd00::2\"}]}",
            "true"
        )
        let plan = try scratch.redirctl("plan", path).output
        #expect(plan.contains("→ 10.1.0.2, fd00::2 (masqueraded)"), "\(plan)")
    }

    @Test func `plans and status say which source connections get`() throws {
        let path = try policy("{address: 10.1.0.2}", "{from: 10.0.0.0/8, to: 10.1.0.9}")
        let plan = try scratch.redirctl("apply", path)
        #expect(plan.output.contains("→ 10.1.0.2 (masqueraded as 10.1.0.9 for 10.0.0.0/8)"))
        let changed = try policy("{address: 10.1.0.2}", "{from: 10.0.0.0/8, to: 10.1.0.8}")
        #expect(
            try scratch.redirctl("plan", changed).output
                .contains("(was masqueraded as 10.1.0.9 for 10.0.0.0/8)")
        )
        let json = try JSON(scratch.redirctl("status", "--format", "json").output)
        #expect(json["redirects", "0", "view", "masquerade"] == .text("10.0.0.0/8"))
        #expect(json["redirects", "0", "view", "masqueradeTo"] == .text("10.1.0.9"))
    }

    @Test func `a source that somebody changes is drift of its redirects`() throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "true"))
        #expect(try scratch.redirctl("check").status == 0)
        try machine.nft("flush chain inet redirctl postrouting")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("~ web"))
        #expect(check.output.contains("not masqueraded in the kernel"))
        #expect(check.output.contains("chain postrouting lacks the rule `oifname \"lo\" accept`"))
        let restore = try scratch.redirctl("apply", "--restore")
        #expect(restore.status == 0, "\(restore)")
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a label that somebody takes away is drift of its redirects`() throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "true"))
        let set = "in_ip_proto_dport_to_addr_masquerade_members"
        try machine.nft("delete element inet redirctl \(set) { tcp . 80 }")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("~ web"))
        #expect(check.output.contains("not masqueraded in the kernel"))
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `packets that are held back are no drift`() throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "true"))
        try machine.nft(
            "add element inet redirctl held_ip { tcp . 10.0.0.1 . 1 . 10.0.0.2 . 2 timeout 10s }"
        )
        #expect(try scratch.redirctl("check").status == 0)
        let list = try machine.run("nft", "list", "set", "inet", "redirctl", "held_ip")
        #expect(list.contains("10.0.0.1"))
    }

    @Test(arguments: [
        "tcp . 10.0.0.1 . 1 . 10.0.0.2 . 2", "tcp . 10.0.0.1 . 1 . 10.0.0.2 . 2 timeout 1h",
    ])
    func `packets that are held back for good are drift, and are let go`(element: String) throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "true"))
        try machine.nft("add element inet redirctl held_ip { \(element) }")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(
            check.output.contains("! not from redirctl: element in set held_ip: tcp . 10.0.0.1"),
            "\(check.output)"
        )
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
        let list = try machine.run("nft", "list", "set", "inet", "redirctl", "held_ip")
        #expect(!list.contains("10.0.0.1"))
    }

    @Test func `a rule of another chain of ours is foreign where it does not belong`() throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "true"))
        try machine.nft("insert rule inet redirctl prerouting oifname lo accept")
        try machine.nft("insert rule inet redirctl prerouting ct status confirmed accept")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("oifname \"lo\" accept"), "\(check.output)")
        #expect(check.output.contains("ct status confirmed accept"), "\(check.output)")
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a rule of no redirect that stands elsewhere is told of`() throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "true"))
        let listing = try machine.run(
            "nft",
            "-a",
            "list",
            "chain",
            "inet",
            "redirctl",
            "prerouting"
        )
        let line = try #require(
            listing.split(separator: "\n").first { $0.contains("ct status confirmed accept") }
        )
        let handle = try #require(line.split(separator: " ").last)
        try machine.nft("delete rule inet redirctl prerouting handle \(handle)")
        try machine.nft("add rule inet redirctl prerouting ct status confirmed accept")
        let check = try scratch.redirctl("check")
        #expect(
            check.output.contains(
                "~ chain prerouting has the rule `ct status confirmed accept` in another place"
            ),
            "\(check.output)"
        )
        let json = try JSON(scratch.redirctl("check", "--format", "json").output)
        #expect("\(json)".contains("rules-moved"))
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a chain that only has a rule like ours is told of`() throws {
        _ = try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "false"))
        try machine.nft(
            """
            add chain inet redirctl postrouting { type nat hook postrouting priority 95; }
            add rule inet redirctl postrouting oifname lo accept
            """
        )
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("! not from redirctl: chain postrouting"), "\(check.output)")
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `labels of another table are refused`() throws {
        #expect(
            try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "{to: 10.1.0.9}")).status
                == 0
        )
        func other(_ settings: String) throws -> String {
            try scratch.file(
                "other.yaml",
                """
                version: 1
                settings: {\(settings)}
                redirects:
                  - name: other
                    direction: inbound
                    match: {protocol: tcp, destination: {port: 81}}
                    to: {address: 10.1.0.2}
                    masquerade: {to: 10.1.0.8}

                """
            )
        }
        let sentence = "table inet redirctl masquerades connections with label 121, too"
        let path = try other("table: other")
        let apply = try scratch.redirctl("apply", path)
        #expect(apply.status == 1)
        #expect(apply.errors.contains(sentence), "\(apply.errors)")
        #expect(try scratch.redirctl("plan", path).errors.contains(sentence))
        #expect(try scratch.redirctl("apply", other("table: other, labels: 64-71")).status == 0)
        #expect(
            try scratch.redirctl("apply", policy("{address: 10.1.0.2}", "{to: 10.1.0.9}")).status
                == 0
        )
    }
}
