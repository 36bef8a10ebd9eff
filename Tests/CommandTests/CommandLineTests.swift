import TestSupport
import Testing

/// What is said of command lines that are nearly right, and what may stand where in one.
@Suite struct CommandLineTests {
    @Test(arguments: [
        ("list", "there is no command `list`; `redirctl status` shows what is live"),
        ("rm", "there is no command `rm`; `redirctl remove` removes the whole table"),
        ("aply x.yaml", "there is no command `aply`; did you mean `apply`?"),
        ("frobnicate", "there is no command `frobnicate`\n"),
        ("apply --dry-run x", "unknown option `--dry-run`; `redirctl plan POLICY` shows"),
        ("status --json", "unknown option `--json`; `--format json` prints JSON"),
        ("status --tabel x", "unknown option `--tabel`. Did you mean `--table`?"),
        ("validate -f x.yaml", "unknown option `-f`; the policy is an argument, not an option"),
        ("apply", "give either a policy or `--restore`\n"),
        ("rollback --to x", "the value `x` is invalid for `--to <number>`\n"),
    ])
    func `a mistake is told in one voice, with what was meant`(words: String, text: String) throws {
        let ending = try Scratch.redirctl(words.split(separator: " ").map(String.init))
        #expect(ending.status == 64)
        #expect(ending.errors.hasPrefix("error: \(text)"), "\(ending.errors)")
        let first = words.prefix { $0 != " " }
        let isCommand = ["apply", "status", "validate", "rollback"].contains(first)
        let help = isCommand ? "see `redirctl \(first) --help`\n" : "see `redirctl --help`\n"
        #expect(ending.errors.hasSuffix(help), "\(ending.errors)")
        #expect(ending.output.isEmpty)
    }

    @Test func `the format is given before the command, after it, or by the environment`() throws {
        let scratch = try Scratch()
        let policy = try scratch.policy(["a": (80, 8080)])
        let json = try Scratch.redirctl(["validate", policy, "--format", "json"]).output
        #expect(try Scratch.redirctl(["--format", "json", "validate", policy]).output == json)
        #expect(try Scratch.redirctl(["--format=json", "validate", policy]).output == json)
        let variable = ["env", "REDIRCTL_FORMAT=json", Program.path, "validate", policy]
        #expect(try Program.run(variable).output == json)
        #expect(try !Program.run(variable + ["--format", "text"]).output.contains("{"))
        let wrong = ["env", "REDIRCTL_FORMAT=xml", Program.path, "validate", policy]
        let ending = try Program.run(wrong)
        #expect(ending.status == 64)
        #expect(
            ending.errors.contains(
                "the environment variable `REDIRCTL_FORMAT` is `xml`, but this command prints "
                    + "`text`, `json` or `github`"
            )
        )
    }
}

/// The same for the place at which a command works.
@Suite(.networkNamespace) struct CommandPlaceTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `the state directory is given before the command, or by the environment`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let directory = "\(scratch.directory)/state"
        let apply = [Program.path, "--state-dir", directory, "apply", policy]
        #expect(try Program.run(apply).status == 0)
        for words in [["check"], ["status"], ["history"]] {
            let variable = ["env", "REDIRCTL_STATE_DIR=\(directory)", Program.path]
            #expect(try Program.run(variable + words).status == 0)
            #expect(try Program.run([Program.path, "--state-dir", directory] + words).status == 0)
        }
        let other = "REDIRCTL_STATE_DIR=\(scratch.directory)/other"
        let there = try Program.run(["env", other, Program.path, "diff"])
        #expect(there.status == 2)
        #expect(there.output.contains("--state-dir \(scratch.directory)/other"))
        #expect(try Program.run(["env", other] + apply).status == 0)
    }

    @Test func `an end of a trial finds the directory that was meant`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        #expect(try scratch.redirctl("apply", policy).status == 0)
        let other = try scratch.policy(["b": (81, 8081)])
        let trial = [
            "env", "REDIRCTL_STATE_DIR=\(scratch.directory)/state", Program.path, "apply", other,
            "--confirm-within", "2s", "--revert-by", "process",
        ]
        #expect(try Program.run(trial).status == 0)
        for _ in 0..<60 where try scratch.redirctl("status").output.contains("on trial") {
            _ = try Program.run(["sleep", "0.2"])
        }
        #expect(try scratch.redirctl("check").status == 0)
    }
}
