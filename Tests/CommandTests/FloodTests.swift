import TestSupport
import Testing

/// Very much that others put into the table: what is printed has bounds, and so has the work.
@Suite(.networkNamespace) struct FloodTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080)]))
    }

    @Test(arguments: ["check", "diff"])
    func `a drift stops at 20 of a kind, with a total`(command: String) throws {
        try addRules(45)
        let short = try scratch.redirctl(command)
        #expect(short.status == 2)
        #expect(count("  ! not from redirctl: rule", in: short.output) == 20)
        #expect(
            short.output.contains(
                "\n  … and 25 more objects not from redirctl; `--all` shows them\n"
            )
        )
        #expect(short.output.contains("\n45 objects not from redirctl.\n"))
        // nft's words, which only nft has.
        #expect(short.output.contains("after ours: tcp dport 1 limit rate 1/second"))
        let whole = try scratch.redirctl(command, "--all")
        #expect(whole.status == 2)
        #expect(count("  ! not from redirctl: rule", in: whole.output) == 45)
        #expect(whole.output.contains("after ours: tcp dport 45 limit rate 1/second"))
        #expect(!whole.output.contains("more objects not from redirctl"))
        #expect(whole.output.contains("\n45 objects not from redirctl.\n"))
    }

    @Test func `an apply says what goes in nft's words, and stops at 20`() throws {
        try addRules(205)
        let policy = "\(scratch.directory)/policy.yaml"
        let whole = try scratch.redirctl("plan", policy, "--all")
        #expect(count("  ! not from redirctl: rule", in: whole.output) == 205)
        #expect(whole.output.contains(": tcp dport 205 limit rate 1/second"))
        let plan = try scratch.redirctl("plan", policy)
        #expect(count("  ! not from redirctl: rule", in: plan.output) == 20)
        let restored = try scratch.redirctl("apply", "--restore")
        #expect(restored.status == 0)
        #expect(count("  ! not from redirctl: rule", in: restored.output) == 20)
        #expect(restored.output.contains(": tcp dport 20 limit rate 1/second"))
        #expect(
            restored.output.contains(
                "\n  … and 185 more objects not from redirctl; `--all` shows them\n"
            )
        )
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `machines are told 1000 of a kind, and the totals`() throws {
        try machine.nft(
            (1...1005).map { "add chain inet redirctl c\($0)" }.joined(separator: "\n")
        )
        for (words, listed) in [(["check"], 1000), (["diff"], 1000), (["diff", "--all"], 1005)] {
            let ending = try Program.run(
                [Program.path] + words
                    + ["--format", "json", "--state-dir", "\(scratch.directory)/state"]
            )
            let difference = try JSON(ending.output)["difference"]
            guard case .list(let foreign) = difference["foreign"],
                case .list(let operations) = difference["operations"]
            else {
                Issue.record("\(ending)")
                return
            }
            #expect(foreign.count == listed)
            #expect(operations.count == (listed == 1000 ? 1000 : 2010))
            #expect(difference["totals", "foreign"] == .number(1005))
            #expect(difference["totals", "redirects"] == .number(0))
            #expect(difference["totals", "operations"] == .number(2010))
        }
        let status = try JSON(scratch.redirctl("status", "--format", "json").output)
        #expect(status["state", "difference", "totals", "foreign"] == .number(1005))
    }

    @Test func `many rules are not asked for more often than few`() throws {
        try addRules(30)
        let few = try calls("check")
        try addRules(2000)
        let many = try calls("check")
        #expect(few.requests > 0)
        #expect(many.requests == few.requests)
        #expect(few.processes == 1 && many.processes == 1)
        // A status prints none of them, so nobody needs their words.
        #expect(try calls("status").processes == 0)
    }

    @Test func `a map with less room than ours is drift, and is mended`() throws {
        let before = try machine.run("nft", "list", "table", "inet", "redirctl")
        let type = "type inet_proto . inet_service : inet_service\n"
        try #require(before.contains(type))
        try machine.nft(
            "delete table inet redirctl\n" + before.replacing(type, with: type + "size 1\n")
        )
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains(" takes no more than 1 element (size 1)\n"))
        #expect(check.output.contains("\nThe table itself was changed.\n"))
        let json = try JSON(scratch.redirctl("check", "--format", "json").output)
        #expect(json["difference", "structure", "0", "kind"] == .text("map-limited"))
        #expect(json["difference", "structure", "0", "size"] == .number(1))
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
        let after = try machine.run("nft", "list", "table", "inet", "redirctl")
        #expect(!after.contains("size"))
        let more = try scratch.policy(["a": (80, 8080), "b": (81, 8081)])
        #expect(try scratch.redirctl("apply", more).status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    // MARK: - Support

    /// Adds rules that only nft has words for.
    private func addRules(_ count: Int) throws {
        try machine.nft(
            (1...count).map {
                "add rule inet redirctl output tcp dport \($0) limit rate 1/second accept"
            }.joined(separator: "\n")
        )
    }

    private func count(_ part: String, in text: String) -> Int {
        text.split(separator: "\n").count { $0.hasPrefix(part) }
    }

    /// How many requests a command sends itself, and how many processes it starts (strace(1)).
    private func calls(_ command: String) throws -> (requests: Int, processes: Int) {
        let path = "\(scratch.directory)/trace"
        _ = try Program.run([
            "strace", "-e", "trace=sendto,clone,clone3,fork,vfork", "-o", path, Program.path,
            command, "--state-dir", "\(scratch.directory)/state",
        ])
        let lines = String(decoding: try TestFile.read(path), as: UTF8.self)
            .split(separator: "\n")
        return (
            lines.count { $0.hasPrefix("sendto(") },
            lines.count { $0.hasPrefix("clone") || $0.hasPrefix("fork") || $0.hasPrefix("vfork") }
        )
    }
}
