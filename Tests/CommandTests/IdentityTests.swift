import Glibc
import TestSupport
import Testing

/// Whose table it is: commands with another state directory, another table or a policy that was never
/// applied say what they found, and which command helps.
@Suite(.networkNamespace) struct IdentityTests {
    let scratch: Scratch
    let machine = Lab().machine
    private let elsewhere: String

    init() throws {
        scratch = try Scratch()
        elsewhere = "\(scratch.directory)/elsewhere"
    }

    private func policy(_ name: String, table: String = "redirctl", port: Int = 8080) throws
        -> String
    {
        try scratch.file(
            name,
            """
            version: 1
            settings: {table: \(table)}
            redirects:
              - name: \(table)-\(port)
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: \(port)}

            """
        )
    }

    private func withOtherStore(_ words: String...) throws -> Program.Ending {
        try Program.run([Program.path] + words + ["--state-dir", elsewhere])
    }

    // MARK: - Another state directory

    @Test(arguments: [["check"], ["status"], ["diff"]])
    func `a state directory without the table's record is named, with the way out`(
        words: [String]
    ) throws {
        _ = try scratch.redirctl("apply", policy("a.yaml"))
        let ending = try Program.run([Program.path] + words + ["--state-dir", elsewhere])
        #expect(ending.status == (words == ["status"] ? 0 : 2))
        #expect(ending.output.contains("is live (gen_1_"), "\(ending)")
        #expect(
            ending.output.contains("`redirctl apply --adopt POLICY --state-dir \(elsewhere)`"),
            "\(ending)"
        )
    }

    @Test(arguments: ["plan", "diff", "apply"])
    func `a policy for a table of another store is offered to be adopted by its name, once`(
        command: String
    ) throws {
        let policy = try policy("a policy.yaml")
        _ = try scratch.redirctl("apply", policy)
        let ending = try withOtherStore(command, policy)
        #expect(ending.status == (command == "apply" ? 1 : 0), "\(ending)")
        let adopt = "`redirctl apply --adopt '\(policy)' --state-dir \(elsewhere)`"
        #expect(ending.errors.split(separator: adopt).count == 2, "\(ending)")
        #expect(ending.errors.split(separator: "is marked gen_1_").count == 2, "\(ending)")
    }

    @Test(arguments: ["confirm", "cancel", "history", "rollback", "remove"])
    func `other commands say so, too`(command: String) throws {
        _ = try scratch.redirctl("apply", policy("a.yaml"))
        let ending = try withOtherStore(command)
        #expect(ending.errors.contains("that this state directory does not have"), "\(ending)")
        #expect(ending.errors.contains("(`--state-dir`)"), "\(ending)")
    }

    // MARK: - Another table

    @Test(arguments: [
        ["check"], ["diff"], ["status"], ["history"], ["remove"], ["rollback"],
        ["apply", "--restore"],
    ])
    func `records of another table are named by all that find none`(words: [String]) throws {
        _ = try scratch.redirctl("apply", policy("edge.yaml", table: "edge"))
        let ending = try scratch.redirctl(words)
        let state = "\(scratch.directory)/state"
        #expect(
            ending.errors.contains(
                "table inet edge has records here: `redirctl status --table edge --state-dir \(state)`"
            ),
            "\(ending)"
        )
        #expect(!ending.errors.contains("makes the first one"), "\(ending)")
    }

    @Test func `a table that was removed, or a directory that is no table's, is not named`() throws
    {
        _ = try scratch.redirctl("apply", policy("edge.yaml", table: "edge"))
        _ = try scratch.redirctl("remove", "--table", "edge")
        try LabCommand.run([
            "sh", "-c",
            "cd \(scratch.directory)/state/*; cp -r edge 'A B'; "
                + "sed -i 's/\"current\":2/\"current\":1/; s/\"current\" : 2/\"current\" : 1/' 'A B/head.json'",
        ])
        let ending = try scratch.redirctl("rollback")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("no generation is recorded here"), "\(ending)")
        #expect(!ending.errors.contains("has records"), "\(ending)")
    }

    @Test func `a trial of another table is named`() throws {
        _ = try scratch.redirctl("apply", policy("edge.yaml", table: "edge"))
        _ = try scratch.redirctl(
            "apply",
            try policy("other.yaml", table: "edge", port: 9090),
            "--confirm-within",
            "60s"
        )
        let ending = try scratch.redirctl("confirm")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("one of table inet edge is: `redirctl confirm --table edge"))
        #expect(try scratch.redirctl("confirm", "--table", "edge").status == 0)
    }

    @Test func `the end of a table's own trial is told before a trial of another table`() throws {
        for table in ["redirctl", "edge"] {
            _ = try scratch.redirctl(
                "apply",
                try policy("\(table).yaml", table: table),
                "--confirm-within",
                "60s"
            )
        }
        _ = try scratch.redirctl("cancel")
        let ending = try scratch.redirctl("confirm")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("that of generation 1 was cancelled"), "\(ending)")
        #expect(
            ending.errors.contains(
                "\na trial of table inet edge goes on; `redirctl status --table edge"
            ),
            "\(ending)"
        )
        #expect(!ending.errors.contains("redirctl confirm"), "\(ending)")
    }

    @Test func `a trial of another table that the kernel has ended is not named`() throws {
        let policy = try policy("edge.yaml", table: "edge")
        _ = try scratch.redirctl("apply", policy, "--confirm-within", "1s")
        usleep(1_500_000)
        let ending = try scratch.redirctl("confirm")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("no generation is on trial; "), "\(ending)")
        #expect(!ending.errors.contains("edge"), "\(ending)")
    }

    @Test(arguments: ["plan", "diff", "apply"])
    func `a policy that names another table than before leaves none behind unsaid`(
        command: String
    ) throws {
        _ = try scratch.redirctl("apply", policy("p.yaml", table: "edge"))
        let ending = try scratch.redirctl(command, policy("p.yaml", table: "moved"))
        #expect(
            ending.errors.contains(
                "was applied to table inet edge before, which still redirects; "
                    + "`redirctl remove --table edge"
            ),
            "\(ending)"
        )
    }

    // MARK: - A policy that was never applied

    @Test func `a difference from a policy is shown as its plan`() throws {
        let (first, second) = (try policy("1.yaml"), try policy("2.yaml", port: 9090))
        func expectEqual(_ policy: String, contains line: String) throws {
            // Which side has changed, each says in its own place.
            func lines(_ ending: Program.Ending) -> [Substring] {
                ending.output.split(separator: "\n").filter { !$0.contains("changed since") }
            }
            let plan = try lines(scratch.redirctl("plan", policy))
            let diff = try scratch.redirctl("diff", policy)
            #expect(diff.status == 2)
            #expect(lines(diff).dropFirst().dropLast() == plan.dropFirst(), "\(diff)")
            #expect(lines(diff).contains { $0.hasPrefix(line) }, "\(diff)")
        }
        try expectEqual(first, contains: "  + the table itself")
        try expectEqual(first, contains: "  + redirctl-8080")
        _ = try scratch.redirctl("apply", first)
        try machine.run("nft", "add rule inet redirctl output tcp dport 99 accept")
        try expectEqual(second, contains: "  - redirctl-8080")
        try expectEqual(second, contains: "  ! not from redirctl: rule in chain output")
    }

    // MARK: - Somebody else's table

    @Test(arguments: ["check", "diff", "remove", "apply"])
    func `an empty table of somebody else's is left alone`(command: String) throws {
        try machine.run("nft", "add table inet redirctl")
        let policy = try policy("a.yaml")
        let ending = try scratch.redirctl(command == "apply" ? [command, policy] : [command])
        #expect(ending.status == 1)
        #expect(ending.errors.hasPrefix("error: table inet redirctl exists, but redirctl did not"))
        let state = "\(scratch.directory)/state"
        let name = command == "apply" ? policy : "POLICY"
        #expect(
            ending.errors.contains("`redirctl apply --adopt \(name) --state-dir \(state)`"),
            "\(ending)"
        )
        #expect(try machine.run("nft", "list", "ruleset") == "table inet redirctl {\n}\n")
        #expect(try scratch.redirctl("apply", policy, "--adopt").status == 0)
    }
}
