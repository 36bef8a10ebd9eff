import Addressing
import Glibc
import TestSupport
import Testing

/// Plans that are kept in files.
@Suite(.networkNamespace) struct SavedPlanTests {
    let scratch: Scratch
    let machine = Lab().machine
    let file: String

    init() throws {
        scratch = try Scratch()
        file = "\(scratch.directory)/saved.plan"
    }

    private func save(_ redirects: KeyValuePairs<String, (Int, Int)>) throws -> String {
        let policy = try scratch.policy(redirects)
        let plan = try scratch.redirctl("plan", policy, "--out", file)
        #expect(plan.status == 0)
        #expect(plan.errors.contains("redirctl apply \(file)"))
        return policy
    }

    /// Expects that the plan is refused for a reason, and that nothing happens.
    private func expectStale(_ reason: String, state: String = "state") throws {
        let before = try machine.run("nft", "-a", "list", "ruleset")
        let apply = try Program.run([
            Program.path, "apply", file, "--state-dir", "\(scratch.directory)/\(state)",
        ])
        #expect(apply.status == 1)
        #expect(apply.errors.contains(reason), "\(apply.errors)")
        #expect(apply.output.isEmpty)
        #expect(try machine.run("nft", "-a", "list", "ruleset") == before)
    }

    @Test func `a plan replaces nothing but a plan`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let text = try TestFile.read(policy)
        #expect(symlink(policy, "\(scratch.directory)/link") == 0)
        for target in [policy, "\(scratch.directory)/link", "/dev/null", scratch.directory] {
            let refused = try scratch.redirctl("plan", policy, "--out", target)
            #expect(refused.status == 1, "\(target)")
            #expect(refused.errors.contains("is not a saved plan"), "\(refused.errors)")
        }
        for target in ["-", "/dev/stdin", "/dev/fd/3"] {
            #expect(try scratch.redirctl("plan", policy, "--out", target).status == 64)
        }
        #expect(try TestFile.read(policy) == text)
        for _ in 1...2 { #expect(try scratch.redirctl("plan", policy, "--out", file).status == 0) }
        #expect(try scratch.redirctl("apply", file).status == 0)
    }

    @Test func `a plan of a policy that a link leads to is applied`() throws {
        let directory = scratch.directory
        try LabCommand.run(["mkdir", "-p", "\(directory)/real", "\(directory)/etc/conf.d"])
        let real = try scratch.file(
            "real/web.yaml",
            "version: 1\ninclude: [conf.d/*.yaml]\nredirects: []\n"
        )
        let link = "\(directory)/etc/web.yaml"
        #expect(symlink(real, link) == 0)
        let included = try scratch.policy(["a": (80, 8080)])
        #expect(rename(included, "\(directory)/etc/conf.d/a.yaml") == 0)
        let plan = "\(directory)/web.plan"
        #expect(try scratch.redirctl("plan", link, "--out", plan).status == 0)
        let apply = try scratch.redirctl("apply", plan)
        #expect(apply.status == 0, "\(apply.errors)")
    }

    @Test func `a saved plan does what it showed, once`() throws {
        let policy = try save(["a": (80, 8080)])
        let saved = try JSON(String(decoding: TestFile.read(file), as: UTF8.self))
        guard case .object(let object) = saved else {
            Issue.record("\(saved)")
            return
        }
        #expect(object["policy"] == .text(policy))
        #expect(object["redirctlPlan"] == .number(1))
        #expect(object["plan"] != nil)
        let apply = try scratch.redirctl("apply", file, "-m", "as reviewed")
        #expect(apply.status == 0)
        #expect(apply.output.contains("+ a  outbound  tcp  *:80  → :8080"))
        #expect(try scratch.redirctl("history").output.contains("apply \(policy)  “as reviewed”"))
        #expect(try scratch.redirctl("check").status == 0)
        try expectStale("it starts from no generation, and generation 1 is current now")
    }

    @Test func `a plan to do nothing is applied, too`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        _ = try save(["a": (80, 8080)])
        #expect(try scratch.redirctl("apply", file).output.contains("No changes"))
    }

    @Test func `a policy that has changed makes it stale`() throws {
        let policy = try save(["a": (80, 8080)])
        _ = try scratch.policy(["a": (80, 9090)])
        try expectStale("\(policy) has changed since")
    }

    @Test func `a table that somebody changed makes it stale, a count or a handle does not`() throws
    {
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080)]))
        _ = try save(["a": (80, 9090)])
        let server = try machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        try machine.run("nft", "add", "table", "inet", "other")
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "accept")
        try expectStale("the table in the kernel has changed since")
        try machine.run("nft", "delete", "table", "inet", "redirctl")
        try expectStale("the table in the kernel has changed since")
        _ = try scratch.redirctl("apply", "--restore")
        #expect(try scratch.redirctl("apply", file).status == 0)
    }

    @Test func `another generation or another store makes it stale`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        _ = try save(["a": (80, 9090)])
        let other = try scratch.file(
            "other.yaml",
            "{version: 1, redirects: [{name: b, direction: outbound, "
                + "match: {protocol: udp, destination: {port: 5}}, to: {port: 6}}]}"
        )
        try machine.run("nft", "delete", "table", "inet", "redirctl")
        let elsewhere = ["--state-dir", "\(scratch.directory)/elsewhere"]
        #expect(try Program.run([Program.path, "apply", other] + elsewhere).status == 0)
        try expectStale("this is another state directory, or another machine", state: "elsewhere")
        #expect(try scratch.redirctl("apply", "--restore").status == 1)
        #expect(try scratch.redirctl("apply", "--restore", "--adopt").status == 0)
        _ = try scratch.redirctl("apply", other)
        try expectStale("it starts from generation 1, and generation 2 is current now")
    }

    @Test func `a file that others can write, or that is no whole plan, is refused`() throws {
        _ = try save(["a": (80, 8080)])
        chmod(file, 0o666)
        try expectStale("\(file) has mode 666: every user can change it")
        chmod(file, 0o644)
        let text = String(decoding: try TestFile.read(file), as: UTF8.self)
        for (damaged, reason) in [
            (text.replacing("\"base\"", with: "\"basis\""), "is not what `plan --out` wrote there"),
            (text.replacing("\"redirctlPlan\" : 1", with: "\"redirctlPlan\" : 2"), "format 2"),
            (text.replacing("\"tool\" : \"", with: "\"tool\" : \"9"), "made it, and this is"),
        ] {
            #expect(damaged != text)
            _ = try scratch.file("saved.plan", damaged)
            try expectStale(reason)
        }
        let nowhere = try scratch.redirctl(
            "plan",
            scratch.policy(["a": (80, 8080)]),
            "--out",
            "\(scratch.directory)/none/x"
        )
        #expect(nowhere.status == 1)
        #expect(nowhere.errors.contains("/none/x can't be written: No such file"))
    }

    @Test func `a saved plan is shown as it was printed, without kernel, policy and root`() throws {
        let ports = (1...30).map { ("r\($0)", (100 + $0, 200 + $0)) }
        let many = { (count: Int, shift: Int) in
            try scratch.file(
                "policy.yaml",
                "version: 1\nredirects:\n"
                    + ports.prefix(count).map { name, port in
                        "  - {name: \(name), direction: outbound, match: {protocol: tcp, "
                            + "destination: {port: \(port.0)}}, to: {port: \(port.1 + shift)}}\n"
                    }.joined()
            )
        }
        #expect(try scratch.redirctl("apply", many(28, 0)).status == 0)
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "accept")
        let policy = try many(30, 1000)
        let printed = try scratch.redirctl("plan", policy, "--out", file)
        #expect(printed.output.contains("… and 10 more redirects; `--all` shows them"))
        let whole = try scratch.redirctl("plan", policy, "--all")
        let json = try JSON(scratch.redirctl("plan", policy, "--format", "json").output)
        unlink(policy)
        let powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", Program.path]
        let offline = ["unshare", "--net"] + powerless + ["plan", "show"]
        let shown = try Program.run(offline + [file])
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.hasPrefix("Saved "))
        #expect(shown.output.contains(", from \(policy); it starts from generation 1.\n"))
        #expect(shown.output.hasSuffix(".\n\n" + printed.output))
        #expect(try Program.run(offline + [file, "--all"]).output.hasSuffix("\n\n" + whole.output))
        let shownJSON = try JSON(Program.run(offline + [file, "--format", "json"]).output)
        for key in ["table", "generation", "nextGeneration", "plan", "flows", "lockouts"] {
            #expect(shownJSON[key] == json[key] && json[key] != .null, "\(key)")
        }
        #expect(shownJSON["policy"] == .text(policy) && shownJSON["time"] != .null)
        #expect(shownJSON["base"] == .null && shownJSON["text"] == .null)
    }

    @Test func `what is no whole plan of a trusted file is not shown`() throws {
        let policy = try save(["a": (80, 8080)])
        func expectRefusal(_ path: String, _ reason: String) throws {
            let shown = try Scratch.redirctl("plan", "show", path)
            #expect(shown.status == 1 && shown.output.isEmpty)
            #expect(shown.errors.contains(reason), "\(shown.errors)")
        }
        try expectRefusal(
            policy,
            "\(policy) is no saved plan; `redirctl plan \(policy) --out FILE`"
        )
        try expectRefusal("/nowhere", "cannot open /nowhere")
        chmod(file, 0o666)
        try expectRefusal(file, "\(file) has mode 666: every user can change it")
        chmod(file, 0o644)
        let text = String(decoding: try TestFile.read(file), as: UTF8.self)
        for (damaged, reason) in [
            (text.replacing("\"base\"", with: "\"basis\""), "is not what `plan --out` wrote there"),
            (
                text.replacing("\"unchanged\"", with: "\"un\""),
                "is not what `plan --out` wrote there"
            ),
            (text.replacing("\"redirctlPlan\" : 1", with: "\"redirctlPlan\" : 2"), "format 2"),
        ] {
            #expect(damaged != text)
            _ = try scratch.file("saved.plan", damaged)
            try expectRefusal(file, reason)
        }
        _ = try scratch.file("saved.plan", text.replacing("\"tool\" : \"", with: "\"tool\" : \"9"))
        let other = try Scratch.redirctl("plan", "show", file)
        #expect(other.status == 0)
        #expect(other.errors.contains("saved the plan, so `apply` of"), "\(other.errors)")
    }

    @Test func `a saved plan that takes protected connections elsewhere is shown with a warning`()
        throws
    {
        let policy = try scratch.file(
            "protect.yaml",
            "{version: 1, settings: {protect: inbound tcp local:22}, redirects: [{name: taker, "
                + "direction: inbound, match: {protocol: tcp, destination: {address: local, port: 22}}, "
                + "to: {local: 2222}}]}"
        )
        #expect(try scratch.redirctl("plan", policy, "--out", file).status == 0)
        let shown = try Scratch.redirctl("plan", "show", file)
        #expect(shown.status == 0)
        let warning =
            "warning: when the plan was saved, a protected connection, `inbound tcp local:22`, would "
            + "go to local:2222, by redirect `taker` (\(policy):1:"
        #expect(shown.errors.hasPrefix(warning), "\(shown.errors)")
    }

    @Test func `a policy with the name show is planned`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        #expect(rename(policy, "\(scratch.directory)/show") == 0)
        let words = "cd \(scratch.directory) && \(Program.path) plan --state-dir state ./show"
        let plan = try Program.run(["sh", "-c", words])
        #expect(plan.output.hasPrefix("Table inet redirctl, generation 1, the first\n"))
    }

    @Test func `a policy that begins like JSON is a policy`() throws {
        let policy = try scratch.file("flow.yaml", #"{"version": 1, "redirects": []}"#)
        #expect(try scratch.redirctl("apply", policy).status == 0)
    }
}
