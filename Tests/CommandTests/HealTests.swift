import Glibc
import TestSupport
import Testing

/// `check --heal`, and what is told about drift: since when, and which side has changed.
@Suite(.networkNamespace) struct HealTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    private func applied(port: Int = 8080) throws -> String {
        let policy = try scratch.policy(["web": (80, port), "dns": (53, 5353)])
        _ = try scratch.redirctl("apply", policy)
        return policy
    }

    private func history() throws -> [JSON] {
        try JSON(scratch.redirctl("history", "--format", "json").output)["restorations"].elements
    }

    @Test func `nothing is printed or recorded if all is well`() throws {
        _ = try applied()
        let ending = try scratch.redirctl("check", "--heal")
        #expect(ending.status == 0 && ending.output.isEmpty && ending.errors.isEmpty)
        #expect(try history().isEmpty)
    }

    @Test func `what differs is printed, put back and recorded`() throws {
        _ = try applied()
        let before = try machine.run("nft", "-s", "list", "table", "inet", "redirctl")
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "counter")
        let ending = try scratch.redirctl("check", "--heal")
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.output.contains("  ! not from redirctl: rule in chain output"))
        #expect(
            ending.output.hasSuffix(
                "Generation 1 is back in table inet redirctl: 0 added, 0 changed, 0 removed, "
                    + "2 unchanged; 1 object not from redirctl removed.\n"
            )
        )
        #expect(try machine.run("nft", "-s", "list", "table", "inet", "redirctl") == before)
        #expect(try scratch.redirctl("check").status == 0)
        let restorations = try history()
        #expect(restorations.count == 1)
        #expect(restorations.first?["generation"] == .number(1))
        #expect(restorations.first?["foreign"] == .number(1))
        let lines = try scratch.redirctl("history").output.split(separator: "\n")
        #expect(
            lines.count == 2 && lines[0].hasSuffix("restored, 1 object not from redirctl removed")
        )
    }

    @Test func `a table that is gone comes back, and JSON tells of it`() throws {
        _ = try applied()
        try machine.run("nft", "flush", "ruleset")
        let ending = try scratch.redirctl("check", "--heal", "--format", "json")
        #expect(ending.status == 0)
        let result = try JSON(ending.output)
        #expect(result["drift"] == .bool(true))
        #expect(result["healing", "outcome"] == .text("restored"))
        #expect(result["healing", "changes", "added"] == .number(2))
    }

    @Test func `a table of somebody else is left alone`() throws {
        _ = try applied()
        _ = try scratch.redirctl("remove", "--yes")
        try machine.run("nft", "add", "table", "inet", "redirctl")
        try machine.run("nft", "add", "chain", "inet", "redirctl", "theirs")
        let ending = try scratch.redirctl("check", "--heal")
        #expect(ending.status == 2, "\(ending)")
        #expect(ending.errors.contains("--adopt"))
        #expect(try machine.run("nft", "list", "tables").contains("inet redirctl"))
    }

    @Test func `during a trial nothing is put back`() throws {
        _ = try applied()
        let policy = try scratch.policy(["web": (80, 9090), "dns": (53, 5353)])
        _ = try scratch.redirctl("apply", policy, "--confirm-within", "60s")
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "counter")
        let ending = try scratch.redirctl("check", "--heal", "--format", "json")
        #expect(ending.status == 2)
        #expect(try JSON(ending.output)["healing", "outcome"] == .text("failed"))
        #expect(ending.errors.contains("on trial"))
        _ = try scratch.redirctl("cancel")
    }

    @Test func `of all tables each is put back`() throws {
        _ = try applied()
        let edge = try scratch.file(
            "edge.yaml",
            "version: 1\nsettings: {table: edge}\nredirects:\n  - {name: a, direction: outbound, "
                + "match: {protocol: tcp, destination: {port: 81}}, to: {port: 8081}}\n"
        )
        _ = try scratch.redirctl("apply", edge)
        try machine.run("nft", "flush", "ruleset")
        let ending = try scratch.redirctl("check", "--all-tables", "--heal")
        #expect(ending.status == 0, "\(ending)")
        for table in ["edge", "redirctl"] {
            #expect(ending.output.contains("Generation 1 is back in table inet \(table)"))
        }
        #expect(try scratch.redirctl("check", "--all-tables").status == 0)
    }

    @Test func `a restoration that can't be recorded is told`() throws {
        _ = try applied()
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "counter")
        let store = "\(scratch.directory)/state/net-\(try FormerStore.namespace())/redirctl"
        mkdir("\(store)/head.json.new", 0o700)
        let ending = try scratch.redirctl("check", "--heal")
        #expect(ending.status == 0)
        #expect(ending.errors.contains("the history does not have this restoration: "), "\(ending)")
        rmdir("\(store)/head.json.new")
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try history().isEmpty)
    }

    @Test func `restorations are bounded`() throws {
        _ = try applied()
        for _ in 0..<52 {
            try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "counter")
            #expect(try scratch.redirctl("check", "--heal").status == 0)
        }
        #expect(try history().count == 50)
        let printed = try scratch.redirctl("history").output
        #expect(printed.contains("… and 30 more restorations"))
    }

    // MARK: - Since when

    @Test func `drift tells when the table was last as it should be`() throws {
        _ = try applied()
        let file = "\(scratch.directory)/state/net-\(try FormerStore.namespace())/redirctl/verified"
        #expect(try scratch.redirctl("check").status == 0)
        for words in [["check"], ["check", "--color", "never"], ["diff"], ["status"]] {
            var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, file, &times, 0) == 0)
            #expect(try scratch.redirctl(words).status == 0)
            var status = stat()
            #expect(stat(file, &status) == 0)
            #expect(time(nil) - status.st_mtim.tv_sec < 60, "\(words)")
        }
        try machine.run("nft", "flush", "ruleset")
        #expect(try scratch.redirctl("check").output.contains("\nLast verified 20"))
        #expect(
            try JSON(scratch.redirctl("check", "--format", "json").output)["lastVerified"] != .null
        )
        // A time that is still to come says nothing.
        var times = [timespec(tv_sec: 1 << 33, tv_nsec: 0), timespec(tv_sec: 1 << 33, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, file, &times, 0) == 0)
        #expect(try !scratch.redirctl("check").output.contains("Last verified"))
    }

    // MARK: - Which side has changed

    @Test func `policy, kernel and both are told apart`() throws {
        let policy = try applied()
        func changed(_ command: String) throws -> JSON {
            try JSON(scratch.redirctl(command, policy, "--format", "json").output)["changed"]
        }
        #expect(try changed("diff") == .null && changed("plan") == .null)
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "counter")
        #expect(try changed("diff") == .text("kernel") && changed("plan") == .text("kernel"))
        _ = try scratch.policy(["web": (80, 9090), "dns": (53, 5353)])
        #expect(try changed("diff") == .text("both") && changed("plan") == .text("both"))
        _ = try scratch.redirctl("apply", "--restore")
        #expect(try changed("diff") == .text("policy") && changed("plan") == .text("policy"))
    }

    @Test func `a way back is no change of a policy`() throws {
        _ = try applied()
        _ = try applied(port: 9090)
        for command in ["rollback", "remove"] {
            let plan = try JSON(scratch.redirctl(command, "--plan", "--format", "json").output)
            #expect(plan["nextGeneration"] == .number(3) && plan["changed"] == .null, "\(command)")
        }
    }
}
