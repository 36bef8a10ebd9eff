import FoundationEssentials
import GenerationModel
import Glibc
import TestSupport
import Testing

/// A new version beside what an earlier one left: its store, and rules that are live.
@Suite(.networkNamespace) struct UpgradeTests {
    private let scratch: Scratch
    private let machine = Lab().machine
    private let store: String

    init() throws {
        scratch = try Scratch()
        store = "\(scratch.directory)/state/net-\(try FormerStore.namespace())/redirctl"
        try machine.ip(["link set lo up"])
    }

    private func install(_ snapshot: String) throws -> FormerStore {
        let former = FormerStore(snapshot)
        try former.install(in: store)
        return former
    }

    private func expect(_ status: Int32, _ words: String...) throws -> Program.Ending {
        let command = [Program.path] + words + ["--state-dir", "\(scratch.directory)/state"]
        let ending = try Program.run(command)
        #expect(ending.status == status, "\(words): \(ending.output)\(ending.errors)")
        return ending
    }

    private func head() throws -> JSON {
        try JSON(String(contentsOfFile: "\(store)/head.json", encoding: .utf8))
    }

    private func policy(of former: FormerStore) throws -> String {
        try scratch.file("policy.yaml", String(contentsOfFile: former.policy, encoding: .utf8))
    }

    /// What `status` says that each redirect has counted.
    private func counts() throws -> [String: JSON] {
        let report = try JSON(expect(0, "status", "--format", "json").output)
        guard case .list(let rows) = report["redirects"] else { return [:] }
        return Dictionary(
            rows.compactMap { row in
                if case .text(let name) = row["redirect"] {
                    (name, row["connections"])
                } else {
                    nil
                }
            }
        ) { first, _ in first }
    }

    @Test(arguments: ["live", "trial", "rolled-back", "removed"])
    func `what an earlier version left is no drift`(snapshot: String) throws {
        _ = try install(snapshot)
        let before = try machine.run("nft", "-s", "list", "ruleset")
        for command in ["check", "diff", "status", "history"] {
            let ending = try expect(0, command)
            #expect(command != "check" || ending.output.isEmpty, "\(ending.output)")
        }
        #expect(try machine.run("nft", "-s", "list", "ruleset") == before)
        // The earlier version can be put back as long as nothing was changed.
        #expect(try head()["format"] == .number(1))
    }

    @Test func `the rules of an earlier version are looked after`() throws {
        _ = try install("live")
        try machine.run("nft", "flush", "chain", "inet", "redirctl", "postrouting")
        let check = try expect(2, "check")
        #expect(check.output.contains("hairpin") && check.output.contains("server"))
        #expect(!check.output.contains("0.1.0"))
        _ = try expect(0, "apply", "--restore")
        _ = try expect(0, "check")
        try machine.run("nft", "flush", "ruleset")
        _ = try expect(0, "apply", "--restore")
        #expect(try expect(0, "diff").output.contains("matches generation 2"))
    }

    @Test func `an apply lays the same redirects out again, with their counts`() throws {
        let policy = try policy(of: install("live"))
        let counts = try counts()
        #expect(counts.count == 8)
        let plan = try expect(2, "plan", policy, "--exit-code").output
        #expect(plan.contains("redirctl 0.1.0 wrote the rules"))
        #expect(plan.contains("Plan: same redirects, new layout; "))
        #expect(!plan.contains("web"))
        let json = try JSON(expect(0, "plan", policy, "--format", "json").output)["plan"]
        #expect(json["structure", "0", "kind"] == .text("older-layout"))
        #expect(json["structure", "0", "version"] == .text("0.1.0"))
        #expect(json["unchanged"] == .number(8))
        #expect(json["redirects", "0", "change"] == .text("layout"))
        _ = try expect(0, "diff", policy)

        let apply = try expect(0, "apply", policy).output
        #expect(apply.contains("Generation 3 is live") && !apply.contains("~ web"))
        #expect(try self.counts() == counts)
        #expect(try head()["format"] == .number(2))
        _ = try expect(0, "check")
        #expect(try expect(0, "plan", policy).output.contains("No changes"))
        let history = try expect(0, "history", "--diff", "2", "3").output
        #expect(history.contains("0 added, 0 changed, 0 removed, 8 unchanged."))

        // Also where the table need not be read: a count goes from an element to a counter, and back.
        let excepted = try scratch.file(
            "excepted.yaml",
            String(contentsOfFile: policy, encoding: .utf8).replacing(
                "match: {protocol: tcp, destination: {port: 25}}",
                with: "match: {protocol: tcp, destination: {port: 25}}\n    except: [{user: root}]"
            )
        )
        _ = try expect(0, "apply", excepted)
        #expect(try self.counts()["mail"] == counts["mail"])
        _ = try expect(0, "apply", policy)
        #expect(try self.counts() == counts)
        _ = try expect(0, "rollback", "--to", "3")

        // Back to the earlier layout, and forth.
        _ = try expect(0, "rollback", "--to", "2")
        _ = try expect(0, "check")
        #expect(try self.counts() == counts)
        #expect(try expect(0, "plan", policy).output.contains("Plan: same redirects, new layout"))
    }

    @Test func `what the policy changes is told apart from the layout`() throws {
        let former = try install("live")
        let text = try String(contentsOfFile: former.policy, encoding: .utf8)
        let changed = try scratch.file(
            "changed.yaml",
            text.replacing("port: 6432", with: "port: 6433").replacing(
                "name: mail",
                with: "name: post"
            )
        )
        let plan = try expect(0, "plan", changed).output
        #expect(plan.contains("~ server"))
        #expect(plan.contains("+ post"))
        #expect(plan.contains("- mail"))
        #expect(!plan.contains("hairpin"))
        #expect(plan.contains("Plan: 1 to add, 1 to change, 1 to remove, 6 unchanged; "))
        // So is what somebody else has changed.
        try machine.run(
            "nft",
            "flush",
            "map",
            "inet",
            "redirctl",
            "in_ip_daddr_proto_dport_to_addr"
        )
        #expect(try expect(0, "plan", changed).output.contains("~ hairpin"))
        _ = try expect(0, "apply", changed)
        _ = try expect(0, "check")
    }

    @Test func `what others put into a table of an earlier version is not hidden`() throws {
        let policy = try policy(of: install("live"))
        try machine.run(
            "nft",
            "add rule inet redirctl prerouting ip ttl 7 limit rate 5/second dnat ip to 198.51.100.66"
        )
        try machine.run("nft", "add chain inet redirctl gen_77_0123456789abcdef")
        let plan = try expect(0, "plan", policy).output
        #expect(plan.contains("198.51.100.66") && plan.contains("redirctl 0.1.0 wrote the rules"))
        #expect(!plan.contains("Plan: same redirects"))
        #expect(try expect(2, "diff", policy).output.contains("198.51.100.66"))
        #expect(try expect(0, "apply", policy).output.contains("198.51.100.66"))
        _ = try expect(0, "check")
    }

    @Test func `a rollback to an earlier layout says so`() throws {
        let policy = try policy(of: install("live"))
        _ = try expect(0, "apply", policy)
        let plan = try expect(0, "rollback", "--plan").output
        #expect(plan.contains("get the layout of redirctl 0.1.0 again"))
        #expect(plan.contains("Plan: same redirects, older layout; "))
        #expect(try !expect(0, "rollback").output.contains("~ web"))
        #expect(try expect(0, "history", "--diff", "3", "4").output.contains("0 changed"))
    }

    @Test(arguments: ["confirm", "cancel"])
    func `a trial that an earlier version started is brought to its end`(command: String) throws {
        let policy = try policy(of: install("trial"))
        #expect(try expect(75, "apply", policy).errors.contains("on trial"))
        _ = try expect(0, "extend", "30m")
        #expect(try head()["format"] == .number(1))
        _ = try expect(0, command)
        _ = try expect(0, "check")
        let table = try machine.run("nft", "list", "table", "inet", "redirctl")
        #expect(!table.contains("trial_") && !table.contains("lease"))
        #expect(table.contains("gen_\(command == "confirm" ? 2 : 1)_"))
        let plan = try expect(0, "plan", policy).output
        #expect(plan.contains("redirctl 0.1.0 wrote the rules"))
        #expect(plan.contains(command == "confirm" ? "same redirects, new layout" : "7 to add"))
        _ = try expect(0, "apply", policy)
        _ = try expect(0, "check")
    }

    @Test func `a timer that an earlier version set ends its trial`() throws {
        _ = try install("trial")
        let head = "\(store)/head.json"
        let text = try String(contentsOfFile: head, encoding: .utf8)
            .replacing("\"guardian\":\"kernel\"", with: "\"guardian\":\"systemd\"")
            .replacing(/"deadline":\d+/, with: "\"deadline\":\(time(nil) + 1)")
        try text.write(toFile: head, atomically: true, encoding: .utf8)
        _ = try expect(0, "cancel", "--generation", "2", "--at", "\(time(nil) + 1)")
        #expect(try !machine.run("nft", "list", "table", "inet", "redirctl").contains("trial_"))
        _ = try expect(0, "check")
    }

    @Test func `a trial of a new layout beside an old one is confirmed`() throws {
        let policy = try policy(of: install("live"))
        let counts = try counts()
        _ = try expect(0, "apply", policy, "--confirm-within", "1h", "--revert-by", "process")
        _ = try expect(0, "check")
        #expect(try expect(0, "confirm").output.contains("Generation 3 is confirmed"))
        _ = try expect(0, "check")
        #expect(try self.counts() == counts)
    }

    @Test func `a store of a newer version is left alone`() throws {
        let policy = try policy(of: install("live"))
        let head = "\(store)/head.json"
        let text = try String(contentsOfFile: head, encoding: .utf8)
            .replacing("\"format\":1", with: "\"format\":5")
        try text.write(toFile: head, atomically: true, encoding: .utf8)
        let before = try machine.run("nft", "list", "ruleset")
        for words in [
            ["check"], ["diff"], ["status"], ["history"], ["plan", policy], ["apply", policy],
            ["apply", "--restore"], ["rollback"], ["remove"], ["confirm"], ["cancel"],
        ] {
            let ending = try Program.run(
                [Program.path] + words + ["--state-dir", "\(scratch.directory)/state"]
            )
            #expect(ending.status == 1, "\(words)")
            #expect(ending.errors.contains("has format 5"), "\(words): \(ending.errors)")
            #expect(ending.output.isEmpty)
        }
        #expect(try machine.run("nft", "list", "ruleset") == before)
        #expect(try String(contentsOfFile: head, encoding: .utf8) == text)
        #expect(try Program.run(["ls", "\(store)/generations"]).output == "1\n2\n")
    }
}
