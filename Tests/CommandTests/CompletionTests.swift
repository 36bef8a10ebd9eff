import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What real shells offer, on a terminal, by the scripts that the program generates.
@Suite(.networkNamespace) struct CompletionTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    static let shells = ["bash", "zsh", "fish"]

    /// What a shell shows for some lines.
    private func answers(
        of shell: String,
        to lines: [String],
        _ environment: String...
    ) throws -> [String: String] {
        let script = try scratch.file(
            "script",
            try Scratch.redirctl("--generate-completion-script", shell).output
        )
        let folder = String(Program.path.dropLast("/redirctl".count))
        let helper = #filePath.replacing("CompletionTests.swift", with: "Shells/complete")
        let ending = try Program.run(
            ["env", "PATH=\(folder):/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
                + environment + [helper, shell, script] + lines,
            within: 300
        )
        #expect(ending.status == 0, "\(ending.errors)")
        var answers: [String: String] = [:]
        var line = ""
        for text in ending.output.split(separator: "\n") {
            if text.hasPrefix("== ") {
                line = String(text.dropFirst(3))
            } else {
                answers[line, default: ""] += "\(text)\n"
            }
        }
        return answers
    }

    @Test(arguments: shells)
    func `a shell offers commands, values and files`(shell: String) throws {
        let folder = scratch.folder("policies")
        mkdir("\(folder)/more", 0o755)
        for name in ["web server.yaml", "other.yml", "notes.txt", "monday.plan"] {
            _ = try scratch.file("policies/\(name)", "")
        }
        let answers = try answers(
            of: shell,
            to: [
                "redirctl che", "redirctl --table x --netns host sta", "redirctl status --sort ",
                "redirctl check --format ", "redirctl apply --netns h",
                "redirctl validate \(folder)/", "redirctl diff a.yaml \(folder)/web",
                "redirctl explain \(folder)/o", "redirctl apply \(folder)/mon",
                "redirctl apply --state-dir \(folder)/m",
            ]
        )
        #expect(answers["redirctl che"]?.contains("check") == true)
        #expect(answers["redirctl --table x --netns host sta"]?.contains("status") == true)
        for order in ["name", "connections", "bytes"] {
            #expect(answers["redirctl status --sort "]?.contains(order) == true)
        }
        for format in ["text", "json"] {
            #expect(answers["redirctl check --format "]?.contains(format) == true)
        }
        #expect(answers["redirctl apply --netns h"]?.contains("host") == true)
        let files = answers["redirctl validate \(folder)/"] ?? ""
        for name in [/web\\? server\.yaml/, /other\.yml/, /more/] {
            #expect(files.contains(name), "\(files)")
        }
        // fish has other files, too, after these.
        #expect(files.contains("notes.txt") == (shell == "fish"))
        let other = answers["redirctl diff a.yaml \(folder)/web"] ?? ""
        #expect(other.contains(/web\\? server\.yaml/), "\(other)")
        #expect(answers["redirctl explain \(folder)/o"]?.contains("other.yml") == true)
        #expect(answers["redirctl apply \(folder)/mon"]?.contains("monday.plan") == true)
        #expect(answers["redirctl apply --state-dir \(folder)/m"]?.contains("more") == true)
    }

    @Test(arguments: shells)
    func `a shell offers what is recorded at the place that the line names`(shell: String) throws {
        let old = try scratch.policy(["web-zero": (80, 8080)])
        #expect(try scratch.redirctl("apply", old, "-m", "the first: of $(all)").status == 0)
        let new = try scratch.policy(["web-one": (80, 8080), "web-two": (81, 8081)])
        #expect(try scratch.redirctl("apply", new, "-m", "again").status == 0)
        let trial = try scratch.policy(["web-three": (80, 8083)])
        #expect(try scratch.redirctl("apply", trial, "--confirm-within", "1h").status == 0)
        let other = "version: 1\nsettings: {table: proxies}\nredirects: []\n"
        #expect(
            try scratch.redirctl("apply", try scratch.file("other.yaml", other)).status == 0
        )
        let place = "--state-dir \(scratch.directory)/state"
        let lines = (
            rollback: "redirctl rollback \(place) --to ", show: "redirctl \(place) history show ",
            diff: "redirctl history --diff ", trial: "redirctl confirm \(place) --generation ",
            redirect: "redirctl status --state-dir=\(scratch.directory)/state we",
            table: "redirctl check \(place) --table pro",
            nowhere: "redirctl rollback --state-dir /proc/nowhere --to ",
            other: "redirctl rollback \(place) --table other --to "
        )
        let answers = try answers(
            of: shell,
            to: [
                lines.rollback, lines.show, lines.diff, lines.trial, lines.redirect, lines.table,
                lines.nowhere, lines.other,
            ],
            "REDIRCTL_STATE_DIR=\(scratch.directory)/state"
        )
        for line in [lines.rollback, lines.show, lines.diff] {
            let answer = answers[line] ?? ""
            if shell == "bash" {
                #expect(answer.contains(#/(?m)^1 +2 +3 *$/#), "\(answer)")
            } else {
                let time = #"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"#
                let form = try Regex("(?m)^1\\s.*\(time)  apply .*“the first: of \\$\\(all\\)”")
                #expect(answer.contains(form), "\(answer)")
                #expect(answer.contains(#/(?m)^2\s.*apply .*“again”/#), "\(answer)")
                #expect(answer.contains(#/(?m)^3\s.*apply /#), "\(answer)")
            }
        }
        let onTrial = answers[lines.trial] ?? ""
        #expect(onTrial.contains(#/(?m)^3\s|--generation 3/#), "\(onTrial)")
        #expect(!onTrial.contains(#/(?m)^2\s/#), "\(onTrial)")
        for name in ["web-one", "web-two", "web-three"] {
            #expect(answers[lines.redirect]?.contains(name) == true, "\(answers)")
        }
        #expect(answers[lines.redirect]?.contains("web-zero") == false)
        #expect(answers[lines.table]?.contains("proxies") == true, "\(answers)")
        for line in [lines.nowhere, lines.other] {
            let answer = answers[line] ?? ""
            #expect(!answer.contains(#/(?m)^\d/#), "\(answer)")
            #expect(!answer.contains("error"), "\(answer)")
        }
    }

    @Test func `every value of an option has a kind of completion`() throws {
        let dump = try JSON(try Scratch.redirctl("--experimental-dump-help").output)
        var found = 0
        func check(_ command: JSON) {
            for argument in command["arguments"].elements
            where argument["kind"] != .text("flag") && argument["shouldDisplay"] == .bool(true) {
                found += 1
                #expect(
                    argument["completionKind"] != .null,
                    "\(command["commandName"]) \(argument)"
                )
            }
            for other in command["subcommands"].elements where other["commandName"] != .text("help")
            {
                check(other)
            }
        }
        check(dump["command"])
        #expect(found > 100)
    }

    @Test func `what a script asks for is only read, and nothing else runs`() throws {
        let policy = try scratch.policy(["web": (80, 8080)])
        #expect(try scratch.redirctl("apply", policy).status == 0)
        let trace = "\(scratch.directory)/trace"
        let calls = "trace=%process,%network,flock,/open,/mkdir,/rename,/unlink,fsync,write"
        for (command, word) in [
            ("rollback", "--to"), ("status", "positional@0"), ("check", "--table"),
            ("check", "--netns"), ("confirm", "--generation"),
        ] {
            let ending = try Program.run([
                "strace", "-f", "-e", calls, "-o", trace, Program.path, "---completion", command,
                "--", word, "2", "0", "redirctl", command, "", "--state-dir",
                "\(scratch.directory)/state",
            ])
            #expect(ending.status == 0)
            #expect(ending.errors.isEmpty)
            #expect(!ending.output.isEmpty || command == "confirm")
            let lines = try String(decoding: TestFile.read(trace), as: UTF8.self)
                .split(separator: "\n")
            #expect(lines.contains { $0.contains("openat(") })
            let changing = lines.filter { line in
                line.contains(/O_WRONLY|O_RDWR|O_CREAT|flock|mkdir|rename|unlink|socket|clone|fork/)
                    && !line.contains("/dev/null")
            }
            #expect(changing.isEmpty)
        }
    }

    @Test func `namespaces are offered by name, but no name that a shell would expand`() throws {
        let script = """
            mount -t tmpfs none /run && mkdir /run/netns && cd /run/netns &&
            touch blue green net-12 'a b' '$(reboot)' '`reboot`' 'x;reboot' &&
            exec "$0" ---completion apply -- --netns 3 0 redirctl apply --netns ''
            """
        let ending = try Program.run(["unshare", "--mount", "sh", "-c", script, Program.path])
        #expect(ending.output == "host\nblue\ngreen\n")
        #expect(ending.errors.isEmpty)
    }

    @Test func `a request that no command understands is answered with nothing`() throws {
        for words in [
            ["frob", "--", "--to", "1", "0"], ["rollback", "--", "--frob", "1", "0"], [],
        ] {
            let ending = try Scratch.redirctl(["---completion"] + words)
            #expect(ending.status == 0)
            #expect(ending.output.isEmpty)
            #expect(ending.errors.isEmpty)
        }
    }
}
