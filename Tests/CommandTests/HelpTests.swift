import TestSupport
import Testing

@Suite struct HelpTests {
    @Test(arguments: [
        "init", "import", "validate", "explain", "test", "compile", "schema", "plan", "apply",
        "rollback",
        "remove",
        "run",
        "diff",
        "check", "watch", "status", "history", "doctor", "confirm", "cancel", "extend",
    ])
    func `the help of a command is what is recorded`(command: String) throws {
        let ending = try Program.run(["env", "COLUMNS=80", Program.path, command, "--help"])
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
        try Golden().check(ending.output, against: "\(command).txt")
    }

    @Test(arguments: ["history", "plan"])
    func `the help of a command of a command is what is recorded`(command: String) throws {
        let program = ["env", "COLUMNS=80", Program.path]
        for words in [["help", command, "show"], [command, "show", "--help"]] {
            let ending = try Program.run(program + words)
            #expect(ending.status == 0)
            try Golden().check(ending.output, against: "\(command)-show.txt")
        }
    }

    @Test func `the help of the program is what is recorded`() throws {
        for words in [["--help"], ["help"]] {
            let ending = try Program.run(["env", "COLUMNS=80", Program.path] + words)
            #expect(ending.status == 0)
            try Golden().check(ending.output, against: "redirctl.txt")
        }
    }

    @Test func `without words, the program says where to begin`() throws {
        let ending = try Program.run([Program.path])
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
        try Golden().check(ending.output, against: "first-steps.txt")
        let lost = try Program.run(["sh", "-c", "\(Program.path) > /dev/full"])
        #expect(lost.status == 1)
        #expect(lost.errors.contains("No space left on device"))
    }

    @Test func `the lines for cron are those of the README, which need no other PATH`() throws {
        let directory = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let readme = try String(decoding: TestFile.read("/\(directory)/README.md"), as: UTF8.self)
        let help = try Scratch.redirctl("check", "--help").output
        let lines = help.split(separator: "\n").map { $0.drop { $0 == " " } }
        let line = try #require(lines.firstIndex { $0.hasSuffix("redirctl check") })
        #expect(lines[line - 1].hasPrefix("PATH=") && lines[line].hasPrefix("*/5 "))
        #expect(readme.contains(lines[line - 1...line].joined(separator: "\n")))
    }

    @Test func `the version is one line`() throws {
        let ending = try Scratch.redirctl("--version")
        #expect(ending.status == 0)
        let form = /[0-9]+\.[0-9]+\.[0-9]+ \(libnftables ([0-9.]+), (Linux .+)\)\n/
        let match = try #require(ending.output.wholeMatch(of: form), "\(ending)")
        let nft = try Program.run(["nft", "--version"]).output
        #expect(nft.hasPrefix("nftables v\(match.1) "))
        #expect(try Program.run(["uname", "-sr"]).output == "\(match.2)\n")
        #expect(try Scratch.redirctl("plan", "--version").output == ending.output)
        #expect(try Scratch.redirctl("--format", "json", "--version").output == ending.output)
    }

    @Test(arguments: [
        ["init", "a", "b"], ["init", "--list", "a"],
        ["init", "--list", "--example", "port-forward"],
        ["frobnicate"], ["validate"], ["plan"], ["apply"], ["apply", "x.yaml", "--restore"],
        ["rollback", "--to", "x"], ["check", "--format", "xml"], ["status", "--table", "a b"],
        ["history", "--diff", "1"], ["history", "--diff", "1", "2", "3"], ["history", "--objects"],
        ["history", "-n", "2", "--diff", "1", "2"],
        ["history", "show"], ["history", "show", "x"], ["plan", "show"], ["plan", "show", "-"],
        ["plan", "show", "a", "b"], ["plan", "show", "a", "--state-dir", "b"],
        ["plan", "-", "--out", "x"],
        ["apply", "x.yaml", "--message", ""], ["apply", "x.yaml", "--message", "a\nb"],
        ["apply", "--restore", "--message", "x"],
        ["apply", "x.yaml", "--lock-timeout", "-1"], ["compile", "a.yaml", "b.yaml"], ["run"],
        ["run", "x.yaml", "true"], ["apply", "x.yaml", "--confirm-within", "5m", "--flush-flows"],
        ["apply", "x.yaml", "--confirm-within", "0s"], ["apply", "x.yaml", "--probe", "true"],
        ["apply", "x.yaml", "--confirm-within", "25h"], ["extend", "1d"],
        ["apply", "--restore", "--confirm-within", "5m"],
        ["apply", "x.yaml", "--confirm-within", "5m", "--adopt"],
        ["explain"], ["explain", "x.yaml"], ["explain", "x.yaml", "--frob", "outbound"],
        ["explain", "outbound", "tcp", "192.0.2.1:80"],
        ["explain", "x.yaml", "outbound tcp 192.0.2.1:80", "--table", "other"],
        ["explain", "x.yaml", "outbound tcp 192.0.2.1:80", "--live", "--table", "other"],
    ])
    func `wrong usage is told on standard error, with status 64`(words: [String]) throws {
        let ending = try Program.run([Program.path] + words)
        #expect(ending.status == 64)
        #expect(ending.output.isEmpty)
        #expect(ending.errors.contains("Usage:"))
    }

    @Test(
        arguments: [
            (
                "apply p --lock-timeout 86401",
                "--lock-timeout <seconds>`: it takes 0 to 86400 seconds"
            ),
            (
                "remove --lock-timeout soon",
                "--lock-timeout <seconds>`: it takes 0 to 86400 seconds"
            ),
            (
                "apply p --confirm-within 25h",
                "--confirm-within <time>`: it takes a time from 1s to 24h"
            ),
            ("apply p --confirm-within 99999999999999999999h", "it takes a time from 1s to 24h"),
            ("import x --from ipfw", "--from <iptables-save|nft|uci|netsh>"),
            ("import x --interface wan", "it takes the name of a zone and its interfaces"),
            ("import x --interface wan=a/b", "it takes the name of a zone and its interfaces"),
            ("init --example port", "--example <name>`: there is no such example; did you mean"),
            ("init --example x", "there is no such example; `redirctl init --list` names them"),
            ("history -n 0", "-n <number>`: it takes a number of generations, at least 1"),
            ("status --top x", "it takes a number of redirects, at least 1"),
            ("extend 0s", "<time>`: it takes a time from 1s to 24h"),
            ("extend m", "<time>`: it takes a time from 1s to 24h"),
            ("status --table 9a", "--table <name>`: the name of a table has at most 31 of a-z"),
            (
                "status --table \(String(repeating: "a", count: 32))",
                "--table <name>`: the name of a"
            ),
            ("plan p --out -", "--out <file>`: a plan is saved in a file"),
            ("plan p --out /dev/fd/3", "--out <file>`: a plan is saved in a file"),
            (
                "remove --message \(String(repeating: "a", count: 501))",
                "--message <text>`: it takes one line of at most 500 bytes"
            ),
        ]
    )
    func `a wrong value is told with its option and what that takes`(
        words: String,
        sentence: String
    ) throws {
        let ending = try Program.run([Program.path] + words.split(separator: " ").map(String.init))
        #expect(ending.status == 64)
        #expect(ending.errors.contains(sentence), "\(ending.errors)")
    }
}
