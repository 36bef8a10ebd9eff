import Addressing
import GenerationModel
import Glibc
import TestSupport
import Testing

/// The commands that change and look, against the kernel of a namespace.
@Suite(.networkNamespace) struct LifeTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    @Test func `a policy's whole life`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let plan = try scratch.redirctl("plan", policy, "--exit-code")
        #expect(plan.status == 2)
        #expect(plan.output.contains("Plan: 1 to add, 0 to change, 0 to remove, 0 unchanged"))
        #expect(try machine.run("nft", "list", "ruleset").isEmpty)

        let apply = try scratch.redirctl("apply", policy)
        #expect(apply.status == 0)
        #expect(apply.output.contains("+ a  outbound  tcp  *:80  → :8080"))
        #expect(
            apply.output.hasSuffix(
                "Generation 1 is live in table inet redirctl: 1 added, 0 changed, 0 removed, 0 unchanged.\n"
            )
        )
        #expect(apply.errors.isEmpty)

        let again = try scratch.redirctl("plan", policy, "--exit-code")
        #expect(again.status == 0)
        #expect(again.output.contains("No changes: 1 redirect is up to date."))

        let check = try scratch.redirctl("check")
        #expect(check.status == 0)
        #expect(check.output.isEmpty && check.errors.isEmpty)
        #expect(try scratch.redirctl("diff").status == 0)
        #expect(try scratch.redirctl("diff", policy).status == 0)

        _ = try scratch.policy(["a": (80, 9090), "b": (81, 9091)])
        #expect(try scratch.redirctl("diff", policy).status == 2)
        let change = try scratch.redirctl("apply", policy)
        #expect(change.output.contains("~ a  outbound  tcp  *:80  → :9090  (was → :8080)"))
        #expect(change.output.contains("+ b"))
        #expect(
            change.output.contains(
                "Generation 2 is live in table inet redirctl, replacing 1: 1 added, 1 changed, 0 removed, 0 unchanged."
            )
        )

        unlink(policy)
        let rollback = try scratch.redirctl("rollback")
        #expect(rollback.status == 0)
        #expect(rollback.output.contains("- b"))
        #expect(try scratch.redirctl("history").output.split(separator: "\n").count == 3)

        let remove = try scratch.redirctl("remove")
        #expect(remove.status == 0)
        #expect(try machine.run("nft", "list", "ruleset").isEmpty)
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try scratch.redirctl("remove").output.contains("No changes: there is no table"))
    }

    @Test func `a policy that names another table leaves the first one live, and says so`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        #expect(try scratch.redirctl("apply", policy).errors.isEmpty)
        let text = String(decoding: try TestFile.read(policy), as: UTF8.self)
        let moved = text.replacing("redirects:", with: "settings: {table: moved}\nredirects:")
        _ = try scratch.file("policy.yaml", moved)
        let words = "was applied to table inet redirctl before, which still redirects"
        #expect(try scratch.redirctl("plan", policy).errors.contains(words))
        #expect(try scratch.redirctl("apply", policy).errors.contains(words))
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try scratch.redirctl("remove").status == 0)
        #expect(try scratch.redirctl("apply", policy).errors.isEmpty)
        // Back again.
        _ = try scratch.file("policy.yaml", text)
        let back = try scratch.redirctl("apply", policy).errors
        #expect(back.contains("table inet moved before") && back.contains("remove --table moved"))
    }

    @Test func `a damaged copy of a policy keeps nobody from restoring its rules`() throws {
        #expect(try scratch.redirctl("apply", scratch.policy(["a": (80, 8080)])).status == 0)
        let find = ["find", scratch.directory, "-name", "0-policy.yaml"]
        let copy = try Program.run(find).output.split(separator: "\n").map(String.init)
        #expect(copy.count == 1)
        for path in copy { try TestFile.write(Array("version: 2".utf8), to: path) }
        _ = try machine.run("nft", "flush table inet redirctl")
        let restore = try scratch.redirctl("apply", "--restore")
        #expect(restore.status == 0)
        #expect(restore.errors.contains("generation 1 can't be read as a policy any more"))
        #expect(try scratch.redirctl("check").status == 0)
        let show = try scratch.redirctl("history", "show", "1")
        #expect(show.status == 1)
        #expect(show.errors.contains("it does not match its digest"))
    }

    @Test func `the id of a name is kept with the generation, also for a rollback`() throws {
        let named = try scratch.file(
            "named.yaml",
            """
            version: 1
            redirects:
              - name: a
                direction: outbound
                match: {user: [nobody, 7]}
                to: {local: true}
            """
        )
        _ = try scratch.redirctl("apply", named)
        _ = try scratch.redirctl("apply", scratch.policy(["b": (80, 8080)]))
        #expect(try scratch.redirctl("rollback").status == 0)
        let history = try scratch.redirctl("history", "--format", "json").output
        let words = history.filter { !$0.isWhitespace }
        let account = #""accounts":[{"id":65534,"kind":"user","name":"nobody"}]"#
        #expect(words.split(separator: account, omittingEmptySubsequences: false).count == 3)
    }

    @Test(.enabled(if: LabIdentity.isFree, "root of the machine is needed"))
    func `a control group that is made again is found by a check, and mended`() throws {
        let policy = try scratch.file(
            "cgroup.yaml",
            """
            version: 1
            redirects:
              - name: a
                direction: outbound
                match: {cgroup: rc-life.slice}
                to: {local: true}
            """
        )
        try LabIdentity.withControlGroups(["rc-life.slice"]) {
            #expect(try scratch.redirctl("apply", policy).status == 0)
            #expect(try scratch.redirctl("check").status == 0)
            try LabIdentity.replaceControlGroup("rc-life.slice")
            let check = try scratch.redirctl("check")
            #expect(check.status == 2)
            #expect(check.output.contains("~ a") || check.output.contains("- a"), "\(check.output)")
            #expect(try scratch.redirctl("apply", "--restore").status == 0)
            #expect(try scratch.redirctl("check").status == 0)
        }
    }

    @Test func `a second apply sends nothing and keeps the counters`() throws {
        let server = try machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        let policy = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        let before = try machine.run("nft", "-a", "list", "ruleset")
        let again = try scratch.redirctl("apply", policy)
        #expect(
            again.output == "No changes: table inet redirctl has generation 1 with 1 redirect.\n"
        )
        #expect(try machine.run("nft", "-a", "list", "ruleset") == before)

        _ = try scratch.policy(["new": (79, 7979), "a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        let status = try JSON(scratch.redirctl("status", "--format", "json").output)
        #expect(status["redirects", "0", "redirect"] == .text("new"))
        #expect(status["redirects", "0", "connections"] == .number(0))
        #expect(status["redirects", "1", "connections"] == .number(1))
    }

    @Test func `tampering is drift, named, and mended`() throws {
        let policy = try scratch.policy(["a": (80, 8080), "b": (81, 8081)])
        _ = try scratch.redirctl("apply", policy)
        try machine.nft("insert rule inet redirctl output tcp dport 22 redirect to :2222")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(
            check.output.contains("! not from redirctl: rule in chain output, before ours: ")
                && check.output.contains("redirect to :2222")
        )
        let json = try JSON(scratch.redirctl("diff", "--format", "json").output)
        #expect(json["drift"] == .bool(true))
        #expect(json["difference", "foreign", "0", "kind"] == .text("rule"))
        let restore = try scratch.redirctl("apply", "--restore")
        #expect(restore.output.contains("Generation 1 is back in table inet redirctl: 0 added, "))
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a table that somebody flushed away is gone, and comes back`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        try machine.nft("flush ruleset")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("the table is gone"))
        let apply = try scratch.redirctl("apply", policy)
        #expect(apply.status == 0)
        #expect(apply.output.contains("Generation 1 is back"))
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `without anything applied, check could not tell`() throws {
        for command in ["check", "diff", "rollback"] {
            let ending = try scratch.redirctl(command)
            #expect(ending.status == 1)
            #expect(ending.output.isEmpty)
            #expect(ending.errors.contains("no generation is recorded here"))
        }
        #expect(try scratch.redirctl("status").output.contains("no generation is applied here"))
    }

    @Test func `a table that redirctl did not make is left alone until told otherwise`() throws {
        try machine.nft("table inet redirctl { chain theirs { accept; }; }")
        let before = try machine.run("nft", "list", "ruleset")
        let policy = try scratch.policy(["a": (80, 8080)])
        let refused = try scratch.redirctl("apply", policy)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("redirctl did not make it"))
        #expect(refused.errors.contains("--adopt"))
        #expect(try machine.run("nft", "list", "ruleset") == before)
        #expect(try scratch.redirctl("apply", policy, "--adopt").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `tables of others are never touched`() throws {
        try machine.nft(
            """
            table inet other { counter c { packets 7 bytes 70 }; chain output {
              type nat hook output priority -100; tcp dport 80 counter name "c" redirect to :9; }; }
            table ip redirctl { set s { type ipv4_addr; elements = { 192.0.2.1 }; }; }
            """
        )
        let policy = try scratch.policy(["a": (80, 8080)])
        func others() throws -> String {
            try machine.run("nft", "list", "table", "inet", "other")
                + machine.run("nft", "list", "table", "ip", "redirctl")
        }
        let before = try others()
        _ = try scratch.redirctl("apply", policy)
        _ = try scratch.policy(["b": (81, 8081)])
        _ = try scratch.redirctl("apply", policy)
        _ = try scratch.redirctl("rollback")
        #expect(try others() == before)
        _ = try scratch.redirctl("remove")
        #expect(try others() == before)
    }

    @Test func `plain nft loads a compiled script, twice in a row`() throws {
        let policy = try scratch.policy(["a": (80, 8080), "b": (81, 8081)])
        let script = try Scratch.redirctl("compile", policy).output
        try machine.nft(script)
        let first = try machine.run("nft", "list", "ruleset")
        try machine.nft(script)
        #expect(try machine.run("nft", "list", "ruleset") == first)
        #expect(try scratch.redirctl("diff", policy).status == 0)
    }

    @Test func `without privileges the way out is told`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        // Without capabilities even root is anybody.
        let ending = try Program.run([
            "setpriv", "--bounding-set=-all", "--inh-caps=-all", Program.path, "plan", policy,
            "--allow-unsafe-permissions",
        ])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("CAP_NET_ADMIN"))
    }

    @Test func `what to type next works in the same place`() throws {
        let policy = try scratch.file(
            "policy.yaml",
            """
            version: 1
            settings: {table: mine}
            redirects: []

            """
        )
        _ = try scratch.redirctl("apply", policy)
        try machine.nft("flush ruleset")
        let place = "--table mine --state-dir \(scratch.directory)/state"
        let diff = try scratch.redirctl("diff", "--table", "mine")
        #expect(diff.output.contains("`redirctl apply --restore \(place)` puts generation 1 back."))
        let status = try scratch.redirctl("status", "--table", "mine")
        #expect(status.output.contains("`redirctl diff \(place)` shows how."))
        let against = try scratch.redirctl("diff", policy)
        #expect(against.output.contains("`redirctl apply \(policy) --state-dir "))
        _ = try scratch.redirctl("apply", policy)
        let remove = try scratch.redirctl("remove", "--table", "mine")
        #expect(remove.output.contains("`redirctl rollback --to 1 \(place)` brings it back."))
    }
}
