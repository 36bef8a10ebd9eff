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

    private func policy(_ target: String, _ masquerade: String) throws -> String {
        try scratch.file(
            "policy.yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: \(target)
                masquerade: \(masquerade)

            """
        )
    }

    @Test(arguments: ["true", "{to: 10.1.0.9}"])
    func `a target that is an address of this machine is warned of`(masquerade: String) throws {
        let path = try policy("{address: 10.1.0.1, port: 8080}", masquerade)
        let warning = """
            warning: `masquerade` of `web` has no effect on connections to 10.1.0.1: it is an \
            address of this machine, and they never leave it

            """
        for command in ["plan", "apply"] {
            let ending = try scratch.redirctl(command, path)
            #expect(ending.status == 0)
            #expect(ending.errors == warning)
        }
        #expect(try Scratch.redirctl("validate", path).errors.isEmpty)
    }

    @Test func `another target is not`() throws {
        for target in ["{address: 10.1.0.2}", "{port: 8080}"] {
            #expect(try scratch.redirctl("plan", policy(target, "true")).errors.isEmpty)
        }
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
        #expect(check.output.contains("kernel has not masqueraded"))
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
        #expect(check.output.contains("kernel has not masqueraded"))
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
}
