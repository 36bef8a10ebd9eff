import Addressing
import Glibc
import TestSupport
import Testing

/// A trial that decides after its time is drift, however it came to live longer.
@Suite(.networkNamespace) struct TrialOverdueTests {
    private let scratch: Scratch
    private let machine = Lab().machine
    private let server: EchoServer

    init() throws {
        scratch = try Scratch()
        server = try machine.serve(ports: [8080, 9090])
    }

    private func expectDecider(_ port: Int) throws {
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:\(port)"))
    }

    @Test(arguments: [true, false])
    func `somebody has given its lease more time`(hasConfirmed: Bool) throws {
        if hasConfirmed {
            _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        }
        let candidate = try scratch.policy(["web": (80, 9090)])
        #expect(try scratch.redirctl("apply", candidate, "--confirm-within", "1s").status == 0)
        try machine.nft(
            """
            delete element inet redirctl lease { ipv4 }
            add element inet redirctl lease { ipv4 timeout 1h }
            """
        )
        usleep(1_300_000)
        try expectDecider(9090)
        let number = hasConfirmed ? 2 : 1
        for command in ["check", "diff", "status"] {
            let ending = try scratch.redirctl(command)
            #expect(ending.status == (command == "status" ? 0 : 2), "\(ending)")
            #expect(ending.output.contains("generation \(number), on trial until "))
            #expect(ending.output.contains("is still in effect"))
            #expect(command != "status" || ending.output.contains("→ :9090"), "\(ending)")
            #expect(ending.errors.isEmpty)
        }
        let json = try JSON(scratch.redirctl("check", "--format", "json").output)
        #expect(json["drift"] == .bool(true))
        #expect(json["overdueTrial"] == .number(Double(number)))
        try expectPlan(toEnd: number, hasConfirmed: hasConfirmed)
        #expect(try scratch.redirctl("cancel").status == 0)
        if hasConfirmed { try expectDecider(8080) }
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
    }

    @Test(arguments: [true, false])
    func `a healing ends a trial that is overdue`(hasConfirmed: Bool) throws {
        if hasConfirmed {
            _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        }
        let candidate = try scratch.policy(["web": (80, 9090)])
        #expect(try scratch.redirctl("apply", candidate, "--confirm-within", "1s").status == 0)
        try machine.nft(
            """
            delete element inet redirctl lease { ipv4 }
            add element inet redirctl lease { ipv4 timeout 1h }
            """
        )
        usleep(1_300_000)
        let ending = try scratch.redirctl("check", "--heal")
        #expect(ending.status == 0)
        let result =
            hasConfirmed
            ? "Generation 1 is in effect again in table inet redirctl.\n"
            : "Table inet redirctl redirects nothing, as it should.\n"
        #expect(ending.output.hasSuffix(result), "\(ending)")
        #expect(!ending.output.contains("cancel"))
        if hasConfirmed { try expectDecider(8080) }
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
    }

    @Test func `a trial that is overdue hides no other drift`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        #expect(try scratch.redirctl("apply", candidate, "--confirm-within", "1s").status == 0)
        try machine.nft(
            """
            delete element inet redirctl lease { ipv4 }
            add element inet redirctl lease { ipv4 timeout 1h }
            add rule inet redirctl output tcp dport 81 redirect to :9090
            """
        )
        usleep(1_300_000)
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains(": generation 2, on trial until "), "\(check)")
        #expect(check.output.contains("Table inet redirctl differs from generation 1 "))
        #expect(check.output.contains("dport 81"))
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
        try expectDecider(8080)
    }

    /// Expects a plan to say that a trial still decides, also if nothing else is to be done.
    private func expectPlan(toEnd number: Int, hasConfirmed: Bool) throws {
        let candidate = try scratch.policy(["web": (80, 9090)])
        let plan = try scratch.redirctl("plan", candidate)
        #expect(plan.output.contains("! generation \(number), on trial until "), "\(plan)")
        #expect(plan.output.contains("is still in effect  (will be ended)"))
        #expect(plan.output.contains(hasConfirmed ? "1 to change" : "1 to add"))
        let json = try JSON(scratch.redirctl("plan", candidate, "--format", "json").output)
        #expect(json["overdueTrial"] == .number(Double(number)))
        guard hasConfirmed else { return }
        let current = try scratch.policy(["web": (80, 8080)])
        let same = try scratch.redirctl("plan", current, "--exit-code")
        #expect(same.status == 2)
        #expect(same.output.contains("Plan: end the trial of generation 2; nothing else changes."))
        #expect(!same.output.contains("No changes"))
    }

    @Test(arguments: [true, false])
    func `before its time is over, more time is drift already`(isEndless: Bool) throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        let start = try scratch.redirctl("apply", candidate, "--confirm-within", "10m")
        #expect(start.status == 0, "\(start)")
        try machine.nft(
            """
            delete element inet redirctl lease { ipv4, ipv6 }
            add element inet redirctl lease { ipv4 timeout 60s, ipv6 timeout \(isEndless ? 0 : 864000)s }
            """
        )
        let words =
            "its lease was changed, and it would \(isEndless ? "never end" : "end at ")"
        for command in ["check", "diff", "status", "plan"] {
            let ending =
                try command == "plan"
                ? scratch.redirctl("plan", candidate) : scratch.redirctl(command)
            #expect(ending.status == (["status", "plan"].contains(command) ? 0 : 2), "\(ending)")
            #expect(command == "plan" || ending.output.contains(words), "\(ending)")
            #expect(ending.errors.contains(words), "\(ending)")
        }
        let json = try JSON(scratch.redirctl("check", "--format", "json").output)
        #expect(json["drift"] == .bool(true))
        #expect(json["trial", "drift"] == .bool(true))
        #expect("\(json["trial", "leaseEnds"])".contains(isEndless ? "never" : "20"))
        #expect(try scratch.redirctl("confirm").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
        try expectDecider(9090)
    }

    @Test(arguments: ["kernel", "process"])
    func `rules of a trial that are loaded again after a restart are drift`(
        guardian: String
    ) throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        let words = ["--confirm-within", "10m", "--revert-by", guardian]
        let start = try Program.run(
            [Program.path, "apply", candidate] + words
                + ["--state-dir", "\(scratch.directory)/state"]
        )
        #expect(start.status == 0, "\(start)")
        // As if another boot had noted all that is in the store.
        let path = try headPath()
        let head = String(decoding: try TestFile.read(path), as: UTF8.self)
        let other = head.replacing(/"boot":"[^"]*"/, with: "\"boot\":\"another\"")
        try TestFile.write(Array(other.utf8), to: path)
        let ended = "its trial ended when the machine was restarted"
        for command in ["check", "diff", "status"] {
            let ending = try scratch.redirctl(command)
            #expect(ending.status == (command == "status" ? 0 : 2), "\(ending)")
            #expect(
                ending.output.contains("generation 2 is still in effect, though \(ended)"),
                "\(ending)"
            )
        }
        try expectDecider(9090)
        let confirm = try scratch.redirctl("confirm")
        #expect(confirm.status == 1)
        #expect(
            confirm.errors.contains(
                "the trial of generation 2 ended when the machine was restarted; generation 1 is the current one"
            ),
            "\(confirm)"
        )
        try expectDecider(8080)
        #expect(try scratch.redirctl("check").status == 0)
    }

    // MARK: - Processes that end a trial

    /// The file that says where the store stands.
    private func headPath() throws -> String {
        try #require(
            machine.run("find", "\(scratch.directory)/state", "-name", "head.json")
                .split(separator: "\n").first.map(String.init)
        )
    }

    /// The process that is to cancel the trial of a generation of this test.
    private func guardian() throws -> pid_t {
        let words = "cancel --generation [0-9]+ --at-end .*\(scratch.directory)/state"
        return try #require(pid_t(machine.run("pgrep", "-f", words).filter(\.isNumber)))
    }

    @Test func `a process left behind that was killed is missed in time`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        let words = ["--confirm-within", "1s", "--revert-by", "process"]
        let start = try Program.run(
            [Program.path, "apply", candidate] + words + [
                "--state-dir", "\(scratch.directory)/state",
            ]
        )
        #expect(start.status == 0, "\(start)")
        kill(try guardian(), SIGKILL)
        usleep(1_300_000)
        try expectDecider(9090)
        let check = try scratch.redirctl("check")
        #expect(check.status == 2 && check.output.contains("is still in effect"), "\(check)")
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        try expectDecider(8080)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `an extension leaves a process behind as well`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        let words = ["--confirm-within", "1h", "--revert-by", "process"]
        let start = try Program.run(
            [Program.path, "apply", candidate] + words + [
                "--state-dir", "\(scratch.directory)/state",
            ]
        )
        #expect(start.status == 0, "\(start)")
        kill(try guardian(), SIGKILL)
        #expect(try scratch.redirctl("extend", "1s").status == 0)
        usleep(2_000_000)
        try expectDecider(8080)
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
    }

    @Test func `a process left behind does not count on the clock on the wall`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        let words = ["--confirm-within", "2s", "--revert-by", "process"]
        let start = try Program.run(
            [Program.path, "apply", candidate] + words + [
                "--state-dir", "\(scratch.directory)/state",
            ]
        )
        #expect(start.status == 0, "\(start)")
        // As if the clock had been set back by a day.
        let path = try headPath()
        let head = String(decoding: try TestFile.read(path), as: UTF8.self)
        let deadline = try #require(head.firstMatch(of: /"deadline":([0-9]+)/))
        let later = try #require(Int(deadline.1)) + 86_400
        try TestFile.write(
            Array(head.replacing(deadline.0, with: "\"deadline\":\(later)").utf8),
            to: path
        )
        usleep(3_000_000)
        try expectDecider(8080)
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
    }

    @Test func `a chain with a hook is no trial's, whatever its name`() throws {
        #expect(try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)])).status == 0)
        let candidate = try scratch.policy(["web": (80, 9090)])
        let start = try scratch.redirctl("apply", candidate, "--confirm-within", "1s")
        #expect(start.status == 0)
        try machine.run(
            "nft",
            "add chain inet redirctl trial_evil { type nat hook output priority -150; }; "
                + "add rule inet redirctl trial_evil tcp dport 80 redirect to :6666"
        )
        // While it goes on, and when it is over and nobody has noted that.
        #expect(try scratch.redirctl("check").output.contains("trial_evil"))
        usleep(1_300_000)
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("not from redirctl: chain trial_evil"))
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a process left behind waits for a store that is out of reach`() throws {
        #expect(try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)])).status == 0)
        let candidate = try scratch.policy(["web": (80, 9090)])
        let words = ["apply", candidate, "--confirm-within", "1s", "--revert-by", "process"]
        let start = try Program.run(
            [Program.path] + words + ["--state-dir", "\(scratch.directory)/state"]
        )
        #expect(start.status == 0)
        let state = "\(scratch.directory)/state"
        #expect(rename(state, "\(state).away") == 0)
        usleep(2_000_000)
        #expect(access(state, F_OK) != 0, "a store was made")
        #expect(rename("\(state).away", state) == 0)
        for _ in 0..<100 where try machine.run("nft", "list", "ruleset").contains("trial_") {
            usleep(100_000)
        }
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a timer of systemd's counts on the clock that nobody can set`() throws {
        let asked = "\(scratch.directory)/asked"
        // Written by another process: one that is forked here meanwhile would keep the file open.
        let tool = "\(scratch.directory)/systemd-run"
        let text = "#!/bin/sh\necho \"$@\" >\(asked)\n"
        try LabCommand.run(["sh", "-c", "cat >\(tool) && chmod 755 \(tool)"], input: text)
        let candidate = try scratch.policy(["web": (80, 9090)])
        let words = [
            Program.path, "apply", candidate, "--confirm-within", "90s", "--revert-by", "systemd",
            "--netns", "here", "--state-dir", "\(scratch.directory)/state",
        ].joined(separator: " ")
        let start = try Program.run([
            "unshare", "--mount", "sh", "-c",
            """
            set -e; mount -t tmpfs none /run; mkdir -p /run/systemd/system /run/netns
            touch /run/netns/here; mount --bind /proc/self/ns/net /run/netns/here
            PATH=\(scratch.directory):$PATH exec \(words)
            """,
        ])
        #expect(start.status == 0, "\(start)")
        let timer = String(decoding: try TestFile.read(asked), as: UTF8.self)
        #expect(timer.contains("--on-active=90 "), "\(timer)")
        #expect(!timer.contains("calendar"))
        #expect(timer.contains("-- \(Program.path) cancel --generation 1 --at-end 0 "), "\(timer)")
        #expect(timer.contains("--netns here"))
        // The tests' environment has REDIRCTL_SYSLOG=0, and systemd does not pass it on.
        #expect(timer.contains(" --no-syslog "), "\(timer)")
    }

    @Test func `when a trial ends is the same at each look`() throws {
        let candidate = try scratch.policy(["web": (80, 9090)])
        let start = try scratch.redirctl(
            "apply",
            candidate,
            "--confirm-within",
            "10m",
            "--format",
            "json"
        )
        let deadline = try JSON(start.output)["deadline"]
        #expect("\(deadline)".contains("text("), "\(start)")
        for _ in 0..<3 {
            usleep(400_000)
            let check = try JSON(scratch.redirctl("check", "--format", "json").output)
            #expect(check["trial", "deadline"] == deadline)
        }
    }
}
