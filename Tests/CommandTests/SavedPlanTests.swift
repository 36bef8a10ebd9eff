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
        #expect(apply.output.contains("+ a  outbound  tcp  port 80  → :8080"))
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

    @Test func `a policy that begins like JSON is a policy`() throws {
        let policy = try scratch.file("flow.yaml", #"{"version": 1, "redirects": []}"#)
        #expect(try scratch.redirctl("apply", policy).status == 0)
    }
}
