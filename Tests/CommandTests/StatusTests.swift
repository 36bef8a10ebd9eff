import TestSupport
import Testing

/// What plans and states list: in which order, how much of it, and of which tables.
@Suite(.networkNamespace) struct StatusTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    /// A policy whose order is neither that of names nor that of map keys.
    private func policy(_ names: [String], port: Int = 8080, table: String = "redirctl") throws
        -> String
    {
        let entries = names.enumerated().map { index, name in
            """
              - name: \(name)
                description: Number \(index)
                direction: outbound
                match: {protocol: tcp, destination: {address: 198.51.100.7, port: \(9000 - index)}}
                to: {port: \(port)}
                enabled: \(name != "off")

            """
        }
        return try scratch.file(
            "\(table)-\(port).yaml",
            "version: 1\nsettings: {table: \(table)}\nredirects:\n" + entries.joined()
        )
    }

    /// The names in the rows of a table of redirects.
    private func rows(_ ending: Program.Ending) -> [String] {
        ending.output.split(separator: "\n").filter { $0.contains("  outbound  ") }.map { line in
            String(line.dropFirst(4).prefix { $0 != " " })
        }
    }

    private let names = ["middle", "zebra", "aardvark"]

    @Test func `rows come in the order of the policy`() throws {
        let first = try policy(names)
        #expect(rows(try scratch.redirctl("plan", first)) == names)
        #expect(rows(try scratch.redirctl("apply", first)) == names)
        #expect(rows(try scratch.redirctl("status")) == names)
        let second = try policy(names.reversed(), port: 9090)
        #expect(rows(try scratch.redirctl("diff", second)) == names.reversed())
        let both = try Scratch.redirctl("diff", first, second)
        #expect(rows(both) == names.reversed(), "\(both)")
        _ = try machine.run("nft", "delete table inet redirctl")
        #expect(rows(try scratch.redirctl("apply", "--restore")).count == 3)
        #expect(rows(try scratch.redirctl("status")) == names)
    }

    @Test func `a rollback has the order of the policy that it went back to`() throws {
        _ = try scratch.redirctl("apply", policy(names))
        _ = try scratch.redirctl("apply", policy(names.reversed(), port: 9090))
        _ = try scratch.redirctl("rollback")
        let status = try scratch.redirctl("status")
        #expect(rows(status) == names, "\(status)")
        #expect(status.output.contains("# Number 1"), "\(status)")
    }

    @Test func `descriptions and redirects that are off are shown`() throws {
        _ = try scratch.redirctl("apply", policy(["web", "off", "api"]))
        let lines = try scratch.redirctl("status").output.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("    web  outbound") && $0.hasSuffix("# Number 0") })
        #expect(lines.contains { $0.hasPrefix("    off  off") && $0.hasSuffix("# Number 1") })
        #expect(
            lines.contains { $0.hasPrefix("Generation ") && $0.contains("have counted longer") },
            "\(lines)"
        )
        let json = try JSON(scratch.redirctl("status", "--format", "json").output)
        #expect(json["redirects", "1", "redirect"] == .text("off"))
        #expect(json["redirects", "1", "enabled"] == .bool(false))
        #expect(json["redirects", "0", "enabled"] == .null)
        #expect(json["redirects", "0", "description"] == .text("Number 0"))
        #expect(json["redirectsTotal"] == .number(3))
        #expect(json["since"] != .null)
    }

    @Test func `a status is of the redirects that are named`() throws {
        _ = try scratch.redirctl("apply", policy(["web", "web-api", "mail"]))
        #expect(rows(try scratch.redirctl("status", "web*")) == ["web", "web-api"])
        #expect(rows(try scratch.redirctl("status", "mail", "web")) == ["web", "mail"])
        #expect(
            rows(try scratch.redirctl("status", "--sort", "name")) == ["mail", "web", "web-api"]
        )
        let top = try scratch.redirctl("status", "--top", "1")
        #expect(rows(top) == ["web"])
        #expect(
            top.output.contains("\n  … and 2 more redirects; a larger `--top` shows them\n"),
            "\(top)"
        )
        let none = try scratch.redirctl("status", "wbe")
        #expect(none.status == 1)
        #expect(none.errors.contains("no redirect of table inet redirctl matches `wbe`"))
        for words in [["--top", "0"], ["--sort", "age"], ["--all-tables", "--top", "1"]] {
            #expect(try scratch.redirctl(["status"] + words).status == 64, "\(words)")
        }
    }

    @Test func `long lists stop at 20, and the others are counted`() throws {
        let policy = try policy((0..<25).map { "r\($0)" })
        for command in ["plan", "apply"] {
            let all = try scratch.redirctl("plan", policy, "--all")
            #expect(rows(all).count == 25)
            let ending = try scratch.redirctl(command, policy)
            #expect(rows(ending) == (0..<20).map { "r\($0)" })
            #expect(
                ending.output.contains("\n  … and 5 more redirects; `--all` shows them\n"),
                "\(ending)"
            )
        }
        let none = try scratch.policy(["other": (80, 8080)])
        #expect(rows(try scratch.redirctl("plan", none)).count == 20)
        #expect(rows(try scratch.redirctl("apply", none, "--all", "--yes")).count == 26)
    }

    @Test func `all tables are compared, also those of other namespaces`() throws {
        let state = "\(scratch.directory)/state"
        let (one, two) = (try policy(names), try policy(names, table: "extra"))
        let output = try withCoveredDirectory("/run") {
            try LabCommand.run([
                "sh", "-c",
                """
                exec 2>&1
                redirctl() { \(Program.path) "$@" --state-dir \(state); echo "status $?"; }
                mkdir /run/netns
                for name in lab gone; do
                  touch /run/netns/$name
                  unshare --net mount --bind /proc/self/ns/net /run/netns/$name
                done
                redirctl apply \(one) >/dev/null; redirctl apply \(one) --netns lab >/dev/null
                redirctl apply \(two) --netns lab >/dev/null
                redirctl apply \(two) --netns gone >/dev/null
                redirctl check --all-tables
                nsenter --net=/run/netns/lab nft delete table inet extra
                redirctl check --all-tables
                umount /run/netns/gone; rm /run/netns/gone
                redirctl status --all-tables
                redirctl apply --restore --table extra --netns lab >/dev/null
                redirctl check --all-tables
                """,
            ])
        }
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines.first == "status 0", "\(output)")
        #expect(lines.dropFirst().first?.hasPrefix("  ! lab  Table inet extra differs") == true)
        #expect(output.contains("      - the table is gone\n"), "\(output)")
        let hint = "`redirctl apply --restore --table extra --netns lab --state-dir \(state)`"
        #expect(output.contains(hint), "\(output)")
        let status = lines.drop { $0 != "status 2" }.dropFirst()
        #expect(!status.contains { $0.contains("the table is gone") }, "\(output)")
        #expect(status.count { $0.contains("Table inet redirctl matches generation 1") } == 2)
        #expect(
            status.contains { $0.hasPrefix("  ! gone ") && $0.contains("no network namespace") }
        )
        #expect(lines.last == "status 1", "\(output)")
        #expect(lines.suffix(2).first?.hasPrefix("  ! gone ") == true)
    }
}
