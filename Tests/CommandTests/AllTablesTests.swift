import TestSupport
import Testing

/// `apply --restore --all-tables`, which the units run.
@Suite(.networkNamespace) struct AllTablesTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func policy(_ table: String, port: Int = 8080) throws -> String {
        try scratch.file(
            "\(table)-\(port).yaml",
            """
            version: 1
            settings: {table: \(table)}
            redirects:
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: \(port)}

            """
        )
    }

    /// Runs a script beside the namespaces `lab` and `gone`, of which `gone` can be taken away.
    private func output(_ script: String) throws -> String {
        let setUp = """
            exec 2>&1
            redirctl() { \(Program.path) "$@" --state-dir \(scratch.directory)/state; echo "status $?"; }
            restore() { redirctl apply --restore --all-tables "$@"; }
            mkdir /run/netns
            for name in lab gone; do
              touch /run/netns/$name
              unshare --net mount --bind /proc/self/ns/net /run/netns/$name
            done
            lab="nsenter --net=/run/netns/lab"

            """
        return try withCoveredDirectory("/run") {
            try LabCommand.run(["sh", "-c", setUp + script])
        }
    }

    @Test func `where nothing was applied, or only tried out, nothing is to be done`() throws {
        let output = try output(
            """
            restore
            redirctl apply \(policy("first")) --confirm-within 60s >/dev/null
            restore
            """
        )
        let nothing = "No table has a generation here.\nstatus 0\n"
        #expect(output == nothing + nothing)
    }

    @Test func `every table that can be reached is restored, and one failure is told`() throws {
        let (one, two) = (try policy("redirctl"), try policy("extra"))
        let output = try output(
            """
            for netns in lab gone; do redirctl apply \(one) --netns $netns; done >/dev/null
            redirctl apply \(one) >/dev/null; redirctl apply \(two) >/dev/null
            redirctl apply \(policy("former")) >/dev/null
            redirctl remove --table former >/dev/null
            nft flush ruleset; $lab nft flush ruleset
            echo first; restore
            echo second; restore --netns lab
            umount /run/netns/gone; rm /run/netns/gone
            echo third; restore
            echo fourth; redirctl check --all-tables --netns lab
            """
        )
        let parts = output.split(separator: try Regex("(?:first|second|third|fourth)\n"))
        try #require(parts.count == 4, "\(output)")
        let isBack = "Generation 1 is back in table inet"
        #expect(parts[0].split(separator: isBack).count == 4, "\(output)")
        #expect(parts[0].contains("\nNetwork namespace lab:\n"), "\(output)")
        #expect(parts[0].hasSuffix("\nstatus 0\n"), "\(output)")
        #expect(
            parts[1]
                == "No changes: table inet redirctl has generation 1 with 1 redirect.\nstatus 0\n"
        )
        #expect(
            parts[2].contains("error: table inet redirctl (gone): there is no network namespace"),
            "\(output)"
        )
        #expect(parts[2].split(separator: "No changes:").count == 4, "\(output)")
        #expect(parts[2].hasSuffix("\nstatus 1\n"), "\(output)")
        #expect(parts[3] == "status 0\n", "\(output)")
    }

    @Test(arguments: ["echo x > $head", "rm -r $store/generations", "chmod 777 $store"])
    func `a check tells of records that can't be read`(_ damage: String) throws {
        let output = try output(
            """
            redirctl apply \(policy("one")) >/dev/null; redirctl apply \(policy("two")) >/dev/null
            nft delete table inet two
            store=$(echo \(scratch.directory)/state/*/two); head=$store/head.json
            \(damage)
            redirctl check --all-tables
            """
        )
        #expect(output.contains("Table inet two could not be compared: "), "\(output)")
        #expect(output.hasSuffix("status 1\n"), "\(output)")
        #expect(!output.contains("inet one"), "\(output)")
    }

    @Test func `a note says which table it is about`() throws {
        for table in ["redirctl", "extra"] { _ = try scratch.redirctl("apply", policy(table)) }
        let table = try LabCommand.run(["nft", "list", "table", "inet", "extra"])
        let marker = try #require(table.firstMatch(of: /gen_1_[0-9a-f]+/)).output
        try LabCommand.run(["nft", "delete chain inet extra \(marker)"])
        let ending = try scratch.redirctl("apply", "--restore", "--all-tables")
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.errors.hasPrefix("note: table inet extra (net-"), "\(ending)")
    }

    @Test func `a trial leaves the status 75, unless something worse happens`() throws {
        _ = try scratch.redirctl("apply", policy("redirctl"))
        _ = try scratch.redirctl("apply", policy("extra"))
        _ = try scratch.redirctl("apply", policy("extra", port: 9090), "--confirm-within", "60s")
        let words = ["apply", "--restore", "--all-tables"]
        let trial = try scratch.redirctl(words + ["--format", "json"])
        #expect(trial.status == 75)
        let json = try JSON(trial.output)
        #expect(json["tables", "0", "table"] == .text("extra"))
        #expect(json["tables", "0", "error"] != .null)
        #expect(json["tables", "1", "change", "outcome"] == .text("unchanged"))
        let state = try LabCommand.run(["sh", "-c", "echo \(scratch.directory)/state/*"])
        let head = "\(state.dropLast())/redirctl/head.json"
        try LabCommand.run(["sh", "-c", "nft delete table inet redirctl; echo { >\(head)"])
        let worse = try scratch.redirctl(words)
        #expect(worse.status == 1, "\(worse)")
        #expect(worse.errors.contains("error: table inet redirctl (net-"), "\(worse)")
    }

    @Test(arguments: [
        ["apply", "--all-tables", "policy.yaml"],
        ["apply", "--restore", "--all-tables", "--adopt"],
        ["apply", "--restore", "--all-tables", "--table", "other"],
        ["check", "--all-tables", "--table", "other"],
    ])
    func `all tables are no one table`(words: [String]) throws {
        #expect(try scratch.redirctl(words).status == 64)
    }
}
