import Diagnostics
import Doctor
import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting
import RulesetModel

/// A command whose change can be on trial first.
protocol TrialCommand: SiteCommand {
    var lock: LockOptions { get }
    var objects: Bool { get }
    var listing: ListOptions { get }
}

/// A change on trial, from the first look at the kernel to what became of it.
struct TrialRun {
    let seconds: Int
    let guardian: Trial.Guardian
    let probe: Probe?

    /// What is done during the trial to see whether it works.
    enum Probe {
        /// This shell command.
        case command(String)
        /// Connections to the targets on this machine.
        case targets
    }

    /// Refuses a trial that nothing would end.
    ///
    /// Nothing is changed yet.
    func prepare() throws {
        switch guardian {
        case .kernel:
            do throws(LeaseProbe.Failure) { try LeaseProbe.run() } catch {
                throw Failure(error.sentence)
            }
        case .process: break
        case .systemd: try TrialGuardian.checkSystemd()
        }
    }

    /// Starts the trial, prints what it changes, and sees to its end as far as that is asked for.
    func run(
        _ name: String,
        _ command: some TrialCommand,
        _ managed: ManagedTable,
        _ console: Console,
        connections: @autoclosure () -> ConnectionsReport? = nil,
        targets: @autoclosure () -> LocalTargets = LocalTargets(),
        _ change: (inout Applier, Trial.Terms) throws -> Change
    ) throws -> ExitStatus {
        let place = CommandHint(command.location, named: managed.name)
        let result = try start(at: place, managed, command.lock, console, change)
        func tell() throws {
            let report = ChangeReport(
                result,
                table: managed.name,
                connections: connections(),
                atMost: command.listing.limit,
                showsObjects: command.objects
            )
            try console.print(name, .change(report), at: place)
        }
        // People want to see what they wait for; programs, what came of it.
        if !console.format.isForPrograms { try tell() }
        let status = try finish(
            result,
            managed,
            command.lock,
            at: place,
            console,
            targets
        )
        if console.format.isForPrograms { try tell() }
        return status
    }

    /// Starts the trial; with its result, the lock is let go.
    private func start(
        at place: CommandHint,
        _ managed: ManagedTable,
        _ lock: LockOptions,
        _ console: Console,
        _ change: (inout Applier, Trial.Terms) throws -> Change
    ) throws -> Change {
        var applier = try managed.lockedApplier(lock, at: place, console)
        if guardian != .kernel {
            try applier.refusePendingTrial()
            let number = try applier.nextNumber()
            try TrialGuardian(
                guardian,
                generation: number,
                seconds: seconds,
                lock.logging,
                place
            ).start()
        }
        let words = CommandLine.arguments.dropFirst().joined(separator: " ")
        let terms = Trial.Terms(
            seconds: seconds,
            guardian: guardian,
            command: "redirctl \(words.escaped.prefix(500))"
        )
        return try change(&applier, terms)
    }

    /// Runs the probe, and at a terminal waits for the end of the trial.
    private func finish(
        _ change: Change,
        _ managed: ManagedTable,
        _ lock: LockOptions,
        at place: CommandHint,
        _ console: Console,
        _ targets: () -> LocalTargets
    ) throws -> ExitStatus {
        guard case .onTrial(let pending, let current, _) = change else { return .done }
        let watch = TrialWatch(
            managed: managed,
            generation: pending.trial.generation,
            current: current,
            lock: lock,
            place: place,
            console: console
        )
        let status =
            switch probe {
            case nil: ExitStatus.done
            case .command(let command): try TrialProbe(command: command, watch: watch).run()
            case .targets: try TargetProbe(targets: targets(), watch: watch).run()
            }
        guard status == .done else { return status }
        guard !console.format.isForPrograms, isatty(STDERR_FILENO) == 1 else { return .done }
        return try watch.countDown()
    }
}

extension LeaseProbe.Failure {
    fileprivate var sentence: String {
        let reason =
            switch self {
            case .noPlace(let error):
                "no network namespace can be created to try it in (\(error))"
            case .refused(let error):
                NftKernel().missing(among: [.natChains]).isEmpty
                    ? error.description : [KernelFeature.natChains].lacks
            case .misread: "the kernel had what was tried out in another form"
            case .endless: "what was tried out did not end"
            }
        return """
            this kernel and libnftables can't end a trial by themselves: \(reason)
            \(TrialGuardian.alternatives); nothing was changed
            """
    }
}
