import TestSupport
import Testing

/// Changes that would take new SSH sessions elsewhere, or what a policy protects.
@Suite(.networkNamespace) struct GuardTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    private let session = "SSH_CONNECTION=198.51.100.7 50000 192.0.2.10 22"

    /// A policy of one redirect of inbound connections to port 22.
    private func policy(
        _ match: String = "destination: {port: 22}",
        protect: String? = nil,
        named name: String = "policy.yaml"
    ) throws -> String {
        try scratch.file(
            name,
            """
            version: 1
            settings: {\(protect.map { "protect: \($0)" } ?? "counters: true")}
            redirects:
              - name: taker
                direction: inbound
                match: {protocol: tcp, \(match)}
                to: {port: 2222}

            """
        )
    }

    private func redirctl(_ environment: [String], _ words: String...) throws -> Program.Ending {
        let state = ["--state-dir", "\(scratch.directory)/state"]
        return try Program.run(["env"] + environment + [Program.path] + words + state)
    }

    private func hasTable() throws -> Bool {
        try !machine.run("nft", "list", "ruleset").isEmpty
    }

    @Test func `within an SSH session, a policy that takes new ones is refused`() throws {
        let path = try policy()
        let refused = try redirctl([session], "apply", path)
        #expect(refused.status == 1)
        #expect(
            refused.errors == """
                error: a new connection like that of this SSH session, \
                `inbound tcp 192.0.2.10:22 source=198.51.100.7`,
                would go to 192.0.2.10:2222, by redirect `taker` (\(path):4:11)
                nothing was sent; if that is meant, say so with `--allow-lockout`

                """
        )
        #expect(refused.output.isEmpty)
        #expect(try !hasTable())
        #expect(try !redirctl([session], "history").output.contains("apply"))

        let meant = try redirctl([session], "apply", path, "--allow-lockout")
        #expect(meant.status == 0)
        #expect(meant.errors.hasPrefix("warning: a new connection like that of this SSH"))
        #expect(try hasTable())
    }

    @Test func `a plan tells of it, and goes on`() throws {
        let path = try policy(protect: "outbound tcp 192.0.2.1:443")
        let plan = try redirctl([session], "plan", path)
        #expect(plan.status == 0)
        #expect(plan.errors.contains("would go to 192.0.2.10:2222, by redirect `taker`"))
        #expect(plan.output.contains("Plan: 1 to add"))
        let json = try JSON(redirctl([session], "plan", path, "--format", "json").output)
        #expect(json["lockouts", "0", "reason"] == .text("ssh"))
        #expect(json["lockouts", "0", "redirect"] == .text("taker"))
        #expect(json["lockouts", "0", "target"] == .text("192.0.2.10:2222"))
        #expect(json["lockouts", "0", "line"] == .number(4))
        #expect(json["lockouts", "1"] == .null)
    }

    @Test(arguments: [
        "destination: {port: 443}", "destination: {port: 22}, family: ipv6",
        "destination: {port: 22}, source: {address: 203.0.113.0/24}",
        "destination: {port: 22, address: 192.0.2.11}",
    ])
    func `what leaves the session alone is applied without a word`(match: String) throws {
        let apply = try redirctl([session], "apply", policy(match))
        #expect(apply.status == 0)
        #expect(apply.errors.isEmpty)
    }

    @Test func `what only may happen is refused, too`() throws {
        let path = try policy("destination: {port: 22}, interface: eth0")
        let refused = try redirctl([session], "apply", path)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("may go to 192.0.2.10:2222, by redirect `taker`"))
        #expect(refused.errors.contains("that depends on properties that are not known"))
    }

    @Test func `what is said of a session in other forms is understood`() throws {
        let path = try policy()
        for text in [
            "::ffff:198.51.100.7 50000 ::ffff:192.0.2.10 22", "fe80::1%eth0 1 fe80::2%eth0 22",
            "2001:db8::1 65535 2001:db8::2 22",
        ] {
            let refused = try redirctl(["SSH_CONNECTION=\(text)"], "apply", path)
            #expect(refused.status == 1, "\(text)")
            #expect(refused.errors.contains("SSH session"), "\(text)")
        }
    }

    @Test(arguments: [
        "UNKNOWN 65535 UNKNOWN 65535", "x", "198.51.100.7 50000 192.0.2.10", "1 2 3 4",
        "198.51.100.7 50000 192.0.2.10 0", "198.51.100.7 50000 2001:db8::1 22", " ",
        "198.51.100.7 50000 192.0.2.10 22 ", "198.51.100.7 99999 192.0.2.10 22",
        "198.51.100.7% 50000 192.0.2.10 22", "\u{1B}[31m 1 2 3",
    ])
    func `what is said of a session in no known form is warned of`(text: String) throws {
        let apply = try redirctl(["SSH_CONNECTION=\(text)"], "apply", policy())
        #expect(apply.status == 0)
        #expect(apply.errors.hasPrefix("warning: this seems to be an SSH session"))
        #expect(!apply.errors.contains("\u{1B}"))
    }

    @Test func `a session is found although the program in between has dropped the variable`()
        throws
    {
        let path = try policy()
        let command = "env -u SSH_CONNECTION \(Program.path) apply \(path)"
        let shells = "sh -c '\(command) --state-dir \(scratch.directory)/state; exit $?'; exit $?"
        let refused = try Program.run(["env", session, "sh", "-c", shells])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("that of this SSH session"))
        // Whoever says that there is none is believed.
        #expect(try redirctl(["SSH_CONNECTION="], "apply", path).status == 0)
    }

    @Test func `what the policy protects is refused everywhere`() throws {
        let path = try policy(protect: "[outbound tcp 192.0.2.1:22, 'inbound tcp local:22']")
        let refused = try redirctl([], "apply", path)
        #expect(refused.status == 1)
        #expect(
            refused.errors.hasPrefix(
                """
                error: a protected connection (\(path):2:49), `inbound tcp local:22`,
                would go to local:2222, by redirect `taker` (\(path):4:11)

                """
            )
        )
        #expect(try !hasTable())
        let meant = try redirctl([], "apply", path, "--allow-lockout")
        #expect(meant.status == 0)
        #expect(meant.errors.hasPrefix("warning: a protected connection"))
        // What was accepted once comes back without being asked for again.
        try machine.nft("flush ruleset")
        let restored = try redirctl([], "apply", "--restore")
        #expect(restored.status == 0)
        #expect(restored.errors.contains("a protected connection"))
        try machine.nft("flush ruleset")
        #expect(try redirctl([session], "apply", "--restore").status == 1)
        #expect(try !hasTable())
    }

    @Test func `a rollback is held to the policy of the generation it returns to`() throws {
        _ = try scratch.file("ports.txt", "192.0.2.10\n")
        let include = try scratch.file(
            "first.yaml",
            """
            version: 1
            include: part*.yaml
            addresses: {here: {file: ports.txt}}
            """
        )
        let part = """
            version: 1
            redirects:
              - name: taker
                direction: inbound
                match: {protocol: tcp, destination: {address: here, port: 22}}
                to: {port: 2222}
            """
        let second = try scratch.file("part.yaml", part)
        #expect(try redirctl([], "apply", include).status == 0)
        #expect(try redirctl([], "apply", policy("destination: {port: 80}")).status == 0)
        for path in [include, second, "\(scratch.directory)/ports.txt"] {
            _ = try LabCommand.run(["rm", path])
        }
        let refused = try redirctl([session], "rollback")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("would go to 192.0.2.10:2222"))
        #expect(refused.errors.contains("redirect `taker` (\(second):3:11)"))
        #expect(try redirctl([session], "rollback", "--allow-lockout").status == 0)
    }

    @Test func `where a generation's policy is not what it holds, that is said`() throws {
        #expect(try redirctl([], "apply", policy()).status == 0)
        #expect(try redirctl([], "apply", policy("destination: {port: 80}")).status == 0)
        let change = """
            import glob, hashlib, json, sys
            folder = glob.glob(sys.argv[1] + "/state/*/redirctl/generations/1")[0]
            policy = folder + "/policy/0-policy.yaml"
            text = open(policy).read().replace("2222", "2223")
            open(policy, "w").write(text)
            manifest = json.load(open(folder + "/manifest.json"))
            manifest["sources"][0]["digest"] = hashlib.sha256(text.encode()).hexdigest()
            json.dump(manifest, open(folder + "/manifest.json", "w"))
            """
        #expect(try Program.run(["python3", "-c", change, scratch.directory]).status == 0)
        let rollback = try redirctl([session], "rollback")
        #expect(rollback.status == 0)
        #expect(
            rollback.errors == """
                warning: generation 1 can't be read as a policy any more, so it was not checked \
                whether new SSH sessions and what it protects get through

                """
        )
    }

    @Test func `the policy of a generation that another version made is looked at`() throws {
        #expect(try redirctl([], "apply", policy("destination: {port: 80}")).status == 0)
        #expect(try redirctl([], "apply", policy("destination: {port: 81}")).status == 0)
        // Another version makes other rules of a policy; here, the policy is made another one.
        let change = """
            import glob, hashlib, json, sys
            folder = glob.glob(sys.argv[1] + "/state/*/redirctl/generations/1")[0]
            policy = folder + "/policy/0-policy.yaml"
            text = open(policy).read().replace("port: 80", "port: 22")
            open(policy, "w").write(text)
            manifest = json.load(open(folder + "/manifest.json"))
            manifest["sources"][0]["digest"] = hashlib.sha256(text.encode()).hexdigest()
            manifest["tool"] = "0.1.0"
            json.dump(manifest, open(folder + "/manifest.json", "w"))
            """
        #expect(try Program.run(["python3", "-c", change, scratch.directory]).status == 0)
        let rollback = try redirctl([session], "rollback")
        #expect(rollback.status == 1)
        #expect(rollback.errors.contains("by redirect `taker`"), "\(rollback.errors)")
    }
}
