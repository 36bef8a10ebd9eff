import GenerationModel
import Generations
import Glibc
import TestSupport
import Testing

/// Several runs at once, and others who work on the same kernel.
@Suite(.networkNamespace) struct TogetherTests {
    let installation: Installation

    init() throws { installation = try Installation() }

    /// Starts a run that takes some seconds, and waits until it has the lock.
    private func startSlowly(_ arguments: [String]) throws -> (run: Program, note: String) {
        let tool = [
            "strace", "-f", "-o", "/dev/null", "-e", "inject=fsync:delay_enter=300000",
        ]
        let run = try Program(installation.words(arguments, under: tool))
        let lock = "\(installation.directory)/lock"
        try wait { try access(lock, F_OK) == 0 && !TestFile.read(lock).isEmpty }
        return (run, String(decoding: try TestFile.read(lock), as: UTF8.self))
    }

    private func wait(until isSo: () throws -> Bool) throws {
        for _ in 0..<10_000 {
            if try isSo() { return }
            usleep(1000)
        }
        Issue.record("it took more than ten seconds")
    }

    @Test(.strace) func `of two applies one waits for the other, which it names`() throws {
        let (first, note) = try startSlowly(["apply", installation.first])
        let second = try installation.redirctl("apply", installation.second)
        #expect(second.status == 0)
        let head = "note: waiting up to 60 s for `redirctl apply \(installation.first)"
        #expect(second.errors.hasPrefix(head))
        #expect(second.errors.contains(note))
        #expect(note.contains(" (process "))
        #expect(try first.wait().status == 0)
        #expect(try installation.store.numbers() == [1, 2])
        #expect(try installation.store.generation(2).manifest.parent == 1)
        #expect(try installation.store.generation(2).manifest.policy == installation.second)
        try installation.expectOrder()
    }

    @Test func `a first apply in a fresh namespace succeeds, however many there are at once`()
        throws
    {
        let (rounds, atOnce) = Strace.isThorough ? (60, 24) : (4, 8)
        for round in 0..<rounds {
            let runs = try (0..<atOnce).map { run in
                try Program(
                    ["unshare", "--net", Program.path, "apply", installation.first]
                        + ["--state-dir", "\(installation.scratch.path)/fresh.\(round).\(run)"]
                )
            }
            for run in runs {
                let ending = try run.wait()
                #expect(ending.status == 0 && ending.unexpectedErrors.isEmpty, "\(ending)")
            }
        }
    }

    @Test func `who does not want to wait is sent away, and looking needs no lock`() throws {
        try installation.expect(0, "apply", installation.first)
        let lock = try StoreLock.take(
            in: installation.directory,
            waitingUpTo: 10,
            note: "`redirctl apply other.yaml` (process 1)",
            waiting: { _ in }
        )
        for arguments in [["apply", installation.second], ["rollback"], ["remove"]] {
            let words = installation.words(arguments + ["--lock-timeout", "0"])
            let ending = try Program.run(words)
            #expect(ending.status == 75)
            let holder =
                "error: another redirctl command is changing this table (`redirctl apply other.yaml`"
            #expect(ending.errors.hasPrefix(holder))
        }
        for command in ["check", "status", "history", "diff"] {
            try installation.expect(0, command)
        }
        withExtendedLifetime(lock) {}
        try installation.expectOrder()
        #expect(try installation.store.numbers() == [1])
    }

    @Test func `many first applies at once all come through, one after another`() throws {
        let runs = try (0..<6).map { index in
            let policy = index % 2 == 0 ? installation.first : installation.second
            return try Program(installation.words(["apply", policy]))
        }
        for run in runs {
            let ending = try run.wait()
            #expect(ending.status == 0, "\(ending.errors)")
        }
        try installation.expectOrder()
        // Who finds its policy live already makes no generation.
        let numbers = try installation.store.numbers()
        #expect(numbers == Array(1...numbers.count))
        #expect((2...6).contains(numbers.count))
    }

    @Test(.strace) func `two first applies can make the same directories at the same time`() throws
    {
        let tool = ["strace", "-o", "/dev/null", "-e", "inject=mkdir:delay_exit=300000"]
        let runs = try [installation.first, installation.second].map { policy in
            try Program(installation.words(["apply", policy], under: tool))
        }
        for run in runs {
            let ending = try run.wait()
            #expect(ending.status == 0, "\(ending.errors)")
        }
        #expect(try installation.store.numbers() == [1, 2])
        try installation.expectOrder()
    }

    @Test func `checks never see drift while applies go on`() throws {
        try installation.expect(0, "apply", installation.first)
        for index in 0..<6 {
            let policy = index % 2 == 0 ? installation.second : installation.first
            let apply = try Program(installation.words(["apply", policy]))
            for _ in 0..<3 {
                let ending = try installation.redirctl("check")
                #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            }
            #expect(try apply.wait().status == 0)
        }
    }

    @Test func `a table that somebody flushed is told, and comes back`() throws {
        try installation.expect(0, "apply", installation.first)
        let contents = try installation.contents()
        try LabCommand.run(["nft", "flush", "ruleset"])
        let check = try installation.expect(2, "check")
        #expect(check.output.contains("differs from generation 1"))
        #expect(check.output.contains("the table is gone"))
        #expect(check.output.contains("apply --restore"))
        #expect(check.output.contains("puts generation 1 back."))
        let apply = try installation.expect(0, "apply", installation.first)
        #expect(apply.output.contains("Generation 1 is back"))
        #expect(try installation.contents() == contents)
        try installation.expect(0, "check")
        try installation.expectOrder()
    }

    @Test(.strace) func `a run that is killed holds the lock until its transaction is over`() throws
    {
        try installation.expect(0, "apply", installation.first)
        let tool = [
            "strace", "-f", "-o", "/dev/null", "-e", "inject=sendmsg:delay_enter=8000000",
        ]
        let run = try Program(installation.words(["apply", installation.second], under: tool))
        try wait { try installation.store.head().intent != nil }
        usleep(1_000_000)
        let note = String(
            decoding: try TestFile.read("\(installation.directory)/lock"),
            as: UTF8.self
        )
        let number = note.split(separator: " ").drop { $0 != "(process" }.dropFirst().first
        kill(try #require(number.flatMap { pid_t($0.filter(\.isNumber)) }), SIGKILL)
        let impatient = try installation.redirctl("remove", "--lock-timeout", "0")
        #expect(impatient.status == 75)
        #expect(impatient.errors.contains(note))
        let next = try installation.expect(0, "apply", installation.second)
        #expect(next.errors.contains("could record that the kernel has generation 2"))
        #expect(next.output.contains("No changes"))
        #expect(try run.wait().status == 128 + SIGKILL)
        try installation.expectOrder()
    }

    // MARK: - ^C

    @Test(.strace) func `a ^C during the transaction is no failed apply that happened`() throws {
        try installation.expect(0, "apply", installation.first)
        let before = try installation.contents()
        let tool = [
            "strace", "-f", "-o", "/dev/null", "-e", "inject=sendmsg:delay_exit=2000000",
        ]
        let run = try Program(installation.words(["apply", installation.second], under: tool))
        try wait { try installation.contents() != before }
        run.signal(SIGINT)
        let ending = try run.wait()
        #expect(ending.status == 128 + SIGINT)
        #expect(ending.errors.isEmpty)
        try installation.awaitQuiet()
        try installation.expect(0, "check")
        let next = try installation.expect(0, "apply", installation.second)
        #expect(next.errors.contains("generation 2"))
        #expect(next.output.contains("No changes"))
        try installation.expectOrder()
    }

    @Test func `a ^C at any moment leaves what the next run puts right`() throws {
        try installation.expect(0, "apply", installation.first)
        for step in 0..<12 {
            let policy = step % 2 == 0 ? installation.second : installation.first
            let run = try Program(installation.words(["apply", policy]))
            usleep(UInt32(step) * 6000)
            run.signal(SIGINT)
            let ending = try run.wait()
            #expect([0, 128 + SIGINT].contains(ending.status), "\(ending.errors)")
            #expect(!ending.errors.contains("error"), "\(ending.errors)")
            try installation.awaitQuiet()
            try installation.expect(0, "check")
            try installation.expect(0, "apply", policy)
            try installation.expectOrder()
        }
    }
}
