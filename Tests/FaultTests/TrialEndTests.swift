import Addressing
import GenerationModel
import Generations
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// Trials that nobody is left to end: the kernel ends each in its time, as new connections show.
@Suite(.networkNamespace, .strace) struct TrialEndTests {
    /// What a signal hits.
    enum Victim: CaseIterable { case command, terminal, session }

    let machine = Lab().machine
    let server: EchoServer

    init() throws { server = try machine.serve(ports: [8080, 9090]) }

    @Test(arguments: [SIGHUP, SIGTERM, SIGKILL, SIGSTOP], Victim.allCases)
    func `a signal may hit the command, its terminal or its session`(
        signal: Int32,
        victim: Victim
    ) throws {
        let installation = try Installation()
        try installation.expect(0, "apply", installation.first)
        // From before the command has done anything until it has waited for most of the time.
        let moments = Strace.isThorough ? (0..<24).map { $0 * 60_000 } : [300_000]
        for moment in moments {
            let number = "\(installation.scratch.path)/number"
            unlink(number)
            let command = installation.words(Self.trial(installation)).joined(separator: " ")
            let session =
                "sh -c 'echo $$ >\(number).new; mv \(number).new \(number); exec \(command)'; :"
            let watch = try Watch(
                machine,
                installation,
                running: Program(["script", "-qec", session, "/dev/null"])
            )
            let process = try watch.number(in: number)
            try watch.go(on: moment)
            switch victim {
            case .command: kill(process, signal)
            case .terminal: kill(watch.run.process, signal)
            // The shell has no job control, so that all of the session is one group.
            case .session: kill(-getpgid(process), signal)
            }
            try watch.untilReverted("\(victim), signal \(signal) after \(moment) µs") {
                kill(-getpgid(process), SIGKILL)
                watch.run.signal(SIGKILL)
            }
            try expectOrder(installation)
        }
    }

    @Test(arguments: [true, false])
    func `the disk may be full, before or after the beginning`(isBefore: Bool) throws {
        let disk = try SmallDisk(pages: 500)
        let installation = disk.installation
        try installation.expect(0, "apply", installation.first)
        for pages in Strace.isThorough ? Array(0..<20) : [3] {
            if isBefore { try disk.fill(butFor: pages) }
            let run = try Program(installation.words(Self.trial(installation)))
            let watch = Watch(machine, installation, running: run)
            if !isBefore {
                try watch.go(on: 300_000)
                try disk.fill(butFor: 0)
            }
            try watch.untilReverted("\(pages) pages, \(isBefore)")
            try installation.expect(0, "check")
            try installation.expect(1, "confirm")
            try disk.run("rm", "-f", "\(SmallDisk.place)/fill")
            try expectOrder(installation)
        }
    }

    @Test func `libnftables may crash`() throws {
        let installation = try Installation()
        try installation.expect(0, "apply", installation.first)
        let instants = try Strace(installation, Self.trial(installation)).instants
            .filter(\.isInChild)
        try installation.redirctl("cancel")
        try expectOrder(installation)
        // Whatever else a child calls, the program may call as often, and crash instead.
        let calls: Set = ["sendmsg", "recvmsg"]
        let decisive = instants.filter { calls.contains($0.call) }
        #expect(!decisive.isEmpty)
        for instant in Strace.isThorough ? instants : decisive.spread(4) {
            let tool = Strace.injecting(instant.fault("signal=SIGSEGV"), intoChildren: true)
            let run = try Program(installation.words(Self.trial(installation), under: tool))
            let watch = Watch(machine, installation, running: run)
            try watch.untilReverted("SIGSEGV at \(instant)")
            let ending = try run.wait()
            #expect(
                ending.hasFailedPlainly || ending.status == 0
                    || ending.status == 128 + SIGSEGV && !calls.contains(instant.call),
                "SIGSEGV at \(instant): \(ending.status): \(ending.output)\(ending.errors)"
            )
            try expectOrder(installation)
            guard ending.status == 0 else { continue }
            let last = try #require(try installation.store.numbers().last)
            guard case .reverted = try installation.store.head().outcomes[last] else {
                Issue.record("SIGSEGV at \(instant): there was no trial: \(ending.output)")
                continue
            }
        }
    }

    private static func trial(_ installation: Installation) -> [String] {
        ["apply", installation.second, "--confirm-within", "\(Watch.seconds)s"]
    }

    /// Expects that the next command tidies up what is left of a trial.
    private func expectOrder(_ installation: Installation) throws {
        try installation.awaitQuiet()
        try installation.expect(0, "apply", "--restore")
        try installation.expect(0, "check")
        try installation.expectOrder()
        #expect(try installation.listed().head.trial == nil)
        #expect(try NftKernel().table("redirctl")?.lease == nil)
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
    }
}

/// A run that starts a trial, watched by way of new connections.
private final class Watch {
    /// How long the trial is to be confirmed within.
    static let seconds = 2
    /// A second of grace, as promised.
    static let grace = 1

    let run: Program
    private let installation: Installation
    private let machine: LabHost
    private var began: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?

    init(_ machine: LabHost, _ installation: Installation, running run: Program) {
        (self.machine, self.installation, self.run) = (machine, installation, run)
    }

    /// The number of a process that writes it to a file.
    func number(in file: String) throws -> pid_t {
        while access(file, F_OK) != 0 { _ = try ask() }
        let text = String(decoding: try TestFile.read(file).dropLast(), as: UTF8.self)
        return try #require(pid_t(text))
    }

    /// Watches for so many microseconds.
    func go(on microseconds: Int) throws {
        let end = ContinuousClock.now + .microseconds(microseconds)
        while ContinuousClock.now < end { _ = try ask() }
    }

    /// Watches until no trial decides any more, and none can begin; then ends by the closure what a
    /// signal has stopped.
    func untilReverted(_ comment: Comment, release: () -> Void = {}) throws {
        let limit = Duration.seconds(Self.seconds + Self.grace)
        // A run that was stopped before its trial began would never end.
        let patience = ContinuousClock.now + limit + limit
        while try ask() || !isOver(), ContinuousClock.now < patience {}
        release()
        guard let began, let last else { return }
        #expect(last - began <= limit, "\(comment): on trial for \(last - began)")
        if Strace.isThorough { print("\(comment): on trial for \(last - began)") }
    }

    private func isOver() throws -> Bool {
        guard began == nil else { return true }
        guard !run.isRunning else { return false }
        try installation.awaitQuiet()
        return try !ask()
    }

    /// Whether a new connection meets the trial.
    private func ask() throws -> Bool {
        let asked = ContinuousClock.now
        let reply = try machine.ask(.tcp, "127.0.0.1:80")
        let answered = ContinuousClock.now
        usleep(5000)
        switch reply {
        case .reached("127.0.0.1:9090"):
            // It was decided on in between; a busy machine must not make a trial look longer.
            began = began ?? answered
            last = asked
            return true
        case .reached("127.0.0.1:8080"): return false
        default:
            Issue.record("\(reply)")
            return false
        }
    }
}
