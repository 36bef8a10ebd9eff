import Addressing
import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// `apply --confirm-within`, `confirm`, `cancel` and `extend`, judged by real connections.
@Suite(.networkNamespace) struct TrialTests {
    let scratch: Scratch
    let machine = Lab().machine
    let server: EchoServer

    init() throws {
        scratch = try Scratch()
        server = try machine.serve(ports: [8080, 9090])
    }

    /// A policy that leads port 80 somewhere, by a name of its own.
    func policy(_ port: Int) throws -> String {
        try scratch.file(
            "\(port).yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: \(port)}

            """
        )
    }

    func expectDecider(
        _ port: Int,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:\(port)"),
            comment,
            sourceLocation: sourceLocation
        )
    }

    /// Waits until the kernel has ended the trial.
    func awaitEnd() throws {
        for _ in 0..<1000 {
            if try NftKernel().lease(of: "redirctl")?.isLive != true { return }
            usleep(10_000)
        }
        Issue.record("it goes on for ever")
    }

    /// Waits until a trial decides.
    func awaitTrial() throws {
        for _ in 0..<1000 {
            if try NftKernel().lease(of: "redirctl")?.isLive == true { return }
            usleep(10_000)
        }
        Issue.record("no trial has begun")
    }

    @Test func `a trial is told of by every command, and confirmed`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let trial = try scratch.redirctl("apply", policy(9090), "--confirm-within", "10m")
        #expect(trial.status == 0 && trial.errors.isEmpty, "\(trial.errors)")
        #expect(trial.output.contains("~ web  outbound  tcp  *:80  → :9090  (was → :8080)"))
        #expect(trial.output.contains("Generation 2 is on trial in table inet redirctl until "))
        let options = " --state-dir \(scratch.directory)/state`"
        #expect(trial.output.contains("`redirctl confirm\(options) keeps it"))
        #expect(trial.output.contains("`redirctl cancel\(options) ends it"))
        try expectDecider(9090)

        let check = try scratch.redirctl("check")
        #expect(check.status == 0 && check.output.isEmpty)
        #expect(check.errors.split(separator: "\n").count == 1)
        #expect(check.errors.contains("note: generation 2 is on trial until "))
        let status = try scratch.redirctl("status")
        #expect(status.output.contains("Generation 2, on trial, is in effect for another "))
        #expect(status.output.contains("→ :9090  1 connection"))
        #expect(try scratch.redirctl("history").output.contains("on trial until"))
        #expect(try scratch.redirctl("diff").status == 0)
        let plan = try scratch.redirctl("plan", policy(8080))
        #expect(plan.output.contains("No changes") && plan.errors.contains("is on trial"))

        for words in [
            ["apply", try policy(8080)], ["remove"], ["rollback"], ["apply", "--restore"],
        ] {
            let refused = try Program.run(
                [Program.path] + words + ["--state-dir", "\(scratch.directory)/state"]
            )
            #expect(refused.status == 75 && refused.output.isEmpty)
            #expect(refused.errors.contains("keep it with `redirctl confirm\(options)"))
            #expect(refused.errors.contains("end it with `redirctl cancel\(options)"))
        }
        try expectDecider(9090)

        #expect(try scratch.redirctl("extend", "1h").output.contains("goes on until"))
        #expect(try scratch.redirctl("confirm", "--generation", "3").status == 1)
        let confirmed = try scratch.redirctl("confirm", "--generation", "2")
        #expect(confirmed.status == 0)
        #expect(confirmed.output.contains("Generation 2 is confirmed and live"))
        try expectDecider(9090)
        let again = try scratch.redirctl("check")
        #expect(again.status == 0 && again.errors.isEmpty)
        #expect(try scratch.redirctl("confirm").errors.contains("no generation is on trial"))
    }

    @Test func `the JSON of a trial`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let trial = try scratch.redirctl(
            "apply",
            policy(9090),
            "--confirm-within",
            "10m",
            "--format",
            "json"
        )
        #expect(trial.output.contains(#""outcome" : "trial""#))
        #expect(trial.output.contains(#""previousGeneration" : 1"#))
        #expect(trial.output.contains(#""deadline" : "20"#))
        let status = try scratch.redirctl("status", "--format", "json")
        #expect(status.output.contains(#""revertBy" : "kernel""#))
        #expect(status.output.contains(#""drift" : false"#))
        let history = try scratch.redirctl("history", "--format", "json")
        #expect(history.output.contains(#""state" : "trial""#))
        let cancel = try scratch.redirctl("cancel", "--format", "json")
        #expect(cancel.output.contains(#""outcome" : "cancelled""#))
        #expect(try scratch.redirctl("history", "--format", "json").output.contains("cancelled"))
    }

    @Test func `what nobody confirms is over, and a confirmation comes too late`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        #expect(
            try scratch.redirctl("apply", policy(9090), "--confirm-within", "1s").status == 0
        )
        try expectDecider(9090)
        try awaitEnd()
        try expectDecider(8080)
        let check = try scratch.redirctl("check")
        #expect(check.status == 0 && check.errors.isEmpty)
        #expect(try scratch.redirctl("diff").errors.contains("generation 2 was on trial until "))
        #expect(try machine.run("nft", "list", "ruleset").contains("trial_output"))
        let late = try scratch.redirctl("confirm")
        #expect(late.status == 1)
        #expect(late.errors.contains("the trial of generation 2 was over at "))
        #expect(late.errors.contains("generation 1 is the current one"))
        try expectDecider(8080)
        let left = try machine.run("nft", "list", "ruleset")
        #expect(!left.contains("trial") && !left.contains("lease"))
        #expect(try scratch.redirctl("history").output.contains("not confirmed by"))
        #expect(try scratch.redirctl("check").errors.isEmpty)
    }

    @Test(
        arguments: [("exit 3", 1), ("exec 2>&-; kill -9 $$", 1), ("true", 0)] as [(String, Int32)]
    )
    func `a probe that fails ends the trial`(probe: String, status: Int32) throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let ending = try scratch.redirctl(
            "apply",
            policy(9090),
            "--confirm-within",
            "10m",
            "--probe",
            probe
        )
        #expect(ending.status == status, "\(ending.errors)")
        try expectDecider(status == 0 ? 9090 : 8080)
        if status == 0 {
            #expect(ending.errors.contains("the trial goes on until it is confirmed"))
            #expect(try scratch.redirctl("confirm").status == 0)
        } else {
            #expect(
                ending.errors.contains(
                    "so the trial of generation 2 was cancelled; the state of generation 1 is restored"
                )
            )
            #expect(try scratch.redirctl("confirm").status == 1)
            #expect(!(try machine.run("nft", "list", "ruleset").contains("trial")))
        }
    }

    @Test func `for machines, a probe that fails is a failure`() throws {
        let ending = try scratch.redirctl(
            "apply",
            policy(9090),
            "--confirm-within",
            "10m",
            "--probe",
            "false",
            "--format",
            "json"
        )
        #expect(ending.status == 1)
        #expect(ending.output.contains(#""error" : "the probe ended with status 1, so the trial"#))
        #expect(!ending.output.contains("outcome"))
        #expect(try machine.run("nft", "list", "ruleset").isEmpty)
    }

    @Test func `a probe sees the trial, and is ended with it`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let seen = "\(scratch.directory)/seen"
        let ending = try scratch.redirctl(
            "apply",
            policy(9090),
            "--confirm-within",
            "1s",
            "--probe",
            "nft list chain inet redirctl trial_output > \(seen); sleep 60; rm \(seen)"
        )
        #expect(ending.status == 1)
        #expect(ending.errors.contains("the probe had not ended by then"))
        #expect(access(seen, F_OK) == 0)
        try expectDecider(8080)
        #expect(try scratch.redirctl("history").output.contains("not confirmed by"))
    }

    // MARK: - At a terminal

    /// Starts a trial at a terminal of its own.
    func atTerminal(_ seconds: String) throws -> Program {
        let words =
            "\(Program.path) apply \(try policy(9090)) --confirm-within \(seconds)"
            + " --state-dir \(scratch.directory)/state"
        return try Program(["script", "-qec", words, "/dev/null"])
    }

    @Test func `at a terminal it counts down until it is confirmed from elsewhere`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let program = try atTerminal("10m")
        try awaitTrial()
        usleep(500_000)
        #expect(try scratch.redirctl("confirm").status == 0)
        let ending = try program.wait()
        #expect(ending.status == 0, "\(ending.output)")
        #expect(ending.output.contains("generation 2 is on trial: 600 s left"))
        #expect(ending.output.contains("generation 2 is confirmed"))
        try expectDecider(9090)
    }

    @Test(arguments: [false, true])
    func `at a terminal it tells when it was not`(isCancelled: Bool) throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let program = try atTerminal(isCancelled ? "10m" : "2s")
        try awaitTrial()
        try expectDecider(9090)
        if isCancelled { #expect(try scratch.redirctl("cancel").status == 0) }
        let ending = try program.wait()
        #expect(ending.status == 1)
        let words = isCancelled ? "was cancelled" : "is over, and nobody has confirmed it"
        #expect(ending.output.contains(words), "\(ending.output)")
        try expectDecider(8080)
        #expect(!(try machine.run("nft", "list", "ruleset").contains("trial")))
    }

    @Test func `an interruption leaves it to itself, and says so`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let number = "\(scratch.directory)/pid"
        let words =
            "echo $$ >\(number); exec \(Program.path) apply \(try policy(9090))"
            + " --confirm-within 10m --state-dir \(scratch.directory)/state"
        let program = try Program(["script", "-qec", "sh -c '\(words)'", "/dev/null"])
        try awaitTrial()
        let process = try #require(
            pid_t(String(decoding: try TestFile.read(number).dropLast(), as: UTF8.self))
        )
        // Once it waits for an interruption instead of dying of one.
        for _ in 0..<1000 {
            let file = try TestFile.read("/proc/\(process)/status")
            let status = String(decoding: file, as: UTF8.self)
            if status.contains("SigBlk:\t0000000000000002\n") { break }
            usleep(10_000)
        }
        kill(process, SIGINT)
        let ending = try program.wait()
        #expect(ending.status == 0, "\(ending.output)")
        #expect(ending.output.contains("the trial of generation 2 goes on: `redirctl confirm "))
        try expectDecider(9090)
        #expect(try scratch.redirctl("cancel").status == 0)
        try expectDecider(8080)
    }

    // MARK: - Without a lease of the kernel's

    @Test(arguments: [false, true])
    func `a process left behind ends a trial`(isExtended: Bool) throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let words = ["--confirm-within", isExtended ? "10m" : "2s", "--revert-by", "process"]
        let trial = try Program.run(
            [Program.path, "apply", policy(9090)] + words
                + ["--state-dir", "\(scratch.directory)/state"]
        )
        #expect(trial.status == 0, "\(trial.errors)")
        try expectDecider(9090)
        #expect(try machine.run("nft", "list", "ruleset").contains("expires") == false)
        if isExtended { #expect(try scratch.redirctl("extend", "1s").status == 0) }
        try awaitEnd()
        try expectDecider(8080)
        // It has the lock until all is noted.
        #expect(try scratch.redirctl("apply", policy(8080)).status == 0)
        #expect(try scratch.redirctl("history").output.contains("not confirmed by"))
    }

    @Test func `where the kernel can't be probed, it says so and names what can be done`() throws {
        _ = try scratch.redirctl("apply", policy(8080))
        let rights = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]
        let words = [
            Program.path, "apply", try policy(9090), "--confirm-within", "10m", "--state-dir",
            "\(scratch.directory)/state",
        ]
        let ending = try Program.run(rights + words)
        #expect(ending.status == 1 && ending.output.isEmpty)
        #expect(ending.errors.contains("can't end a trial by themselves"), "\(ending.errors)")
        #expect(ending.errors.contains("`--revert-by process`"))
        #expect(ending.errors.contains("nothing was changed"))
        try expectDecider(8080)
        let other = try Program.run(rights + words + ["--revert-by", "process"])
        #expect(other.status == 0, "\(other.errors)")
        try expectDecider(9090)
        #expect(try scratch.redirctl("cancel").status == 0)
        try expectDecider(8080)
    }

    @Test func `systemd is asked only where it runs`() throws {
        guard access("/run/systemd/system", F_OK) != 0 else { return }
        _ = try scratch.redirctl("apply", policy(8080))
        let ending = try scratch.redirctl(
            "apply",
            policy(9090),
            "--confirm-within",
            "60s",
            "--revert-by",
            "systemd"
        )
        #expect(ending.status == 1)
        #expect(ending.errors.contains("`--revert-by process`"))
        try expectDecider(8080)
    }
}
