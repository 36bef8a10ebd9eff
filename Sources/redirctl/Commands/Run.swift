import ArgumentParser
import Generations
import Glibc
import Nftables
import PolicyYAML
import Reporting
import RulesetModel
import TableDiff
import TrustedFiles

struct Run: Command {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Redirect while a command runs",
        discussion: """
            The kernel removes the table when the command or this program ends, for whatever \
            reason. Without a command, it redirects until ^C or SIGTERM. Signals and the exit status \
            are passed on. Nothing is recorded.

              $ sudo redirctl run policy.yaml -- ./server --port 8080
            """
    )

    @OptionGroup var policy: PolicyOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after `--`.", valueName: "command"),
        completion: .file()
    )
    var command: [String] = []

    @OptionGroup var guarding: GuardOptions
    @OptionGroup var testing: TestOptions

    @Option(
        name: .customLong("netns"),
        help: ArgumentHelp(
            "Work in this network namespace (see ip-netns(8)); `host` is that of process 1.",
            valueName: "name"
        ),
        completion: .namespace
    )
    var givenNetns: String?

    private var netns: String? { givenNetns ?? TableLocation.fromEnvironment.netns }

    @OptionGroup var output: OutputOptions

    func run() throws {
        let console = output.console
        let status: Int32
        do {
            status = try redirect(console)
        } catch {
            status = console.report(error, command: Self._commandName).rawValue
        }
        if status != 0 { throw ExitCode(status) }
    }

    func run(_ console: Console) throws -> ExitStatus {
        try redirect(console) == 0 ? .done : .failed
    }

    private func redirect(_ console: Console) throws -> Int32 {
        if let netns { try TableLocation.enter(netns) }
        _ = try NftKernel().generationID()
        let loaded = try policy.permissions.loadToApply(
            CheckedFile(named: policy.policy),
            named: policy.policy,
            console
        )
        try testing.run(loaded, from: policy.policy)
        try LockoutGuard(
            isOverruled: guarding.allowLockout,
            isElsewhere: TableLocation.isElsewhere(netns),
            console
        ).check(loaded)
        console.warnOfMasqueradeHere(loaded.policy)
        let ruleset = loaded.ruleset
        try refuseTable(ruleset.table)
        try LockoutGuard.checkLabels(of: ruleset)
        let watch = SignalWatch()
        let table = try hold(ruleset)
        defer { table.release() }
        guard command.isEmpty else { return try run(watch, table, console) }
        let report = TemporaryTableReport(table: ruleset.table, redirects: ruleset.redirectCount)
        try console.print("run", .temporaryTable(report))
        return try wait(watch, table)
    }

    // MARK: - The table

    private func refuseTable(_ name: String) throws {
        guard try NftKernel().hasTable(name) else { return }
        if TableOwner.of(name) != nil { throw ApplyError.ownedTable(name) }
        throw Failure(
            "table inet \(name) exists already, and `run` creates its own; `redirctl remove` "
                + "removes one that redirctl applied; or give the policy's table another name "
                + "(`settings: {table: …}`)"
        )
    }

    /// Makes the table, and looks whether it is what was sent.
    private func hold(_ ruleset: Ruleset) throws -> HeldTable {
        let name = ruleset.table
        let marker = Marker(number: 1, digest: String(repeating: "0", count: 16))
        let wanted = Difference(live: nil, wanted: ruleset, marker: marker)
        let commands = wanted.content
        let table: HeldTable
        do throws(KernelError) {
            table = try HeldTable(name, commands.map { $0.text(table: name) })
        } catch {
            // The first command is the one that creates the table.
            let cause = RefusalCause(of: error, commands, from: 1, table: name, on: NftKernel())
            guard cause != RefusalCause() else { throw error }
            throw Failure(
                "the kernel refused table inet \(name), so nothing is redirected"
                    + "\(cause.ofRedirects)\n\(cause.ofMissing)\(error.sentence)"
            )
        }
        let live = try NftKernel().ownedTable(name)
        guard !Difference(live: live, wanted: ruleset, marker: marker).isSubstantial else {
            throw Failure(
                "the kernel took table inet \(name), but it differs from what was sent"
            )
        }
        return table
    }

    private func lost(_ table: HeldTable) -> Failure {
        Failure("the process that owned table inet \(table.name) was ended, and the table is gone")
    }

    // MARK: - The command

    /// Waits for a signal that ends programs, unless whoever started this one wants it to be ignored.
    private func wait(_ watch: SignalWatch, _ table: HeldTable) throws -> Int32 {
        while true {
            let arrival = watch.next()
            switch arrival.number {
            case SIGCHLD: if table.isLost { throw lost(table) }
            case SIGUSR1, SIGUSR2: break
            case let number: if !SignalWatch.isIgnored(number) { return 0 }
            }
        }
    }

    /// Runs the command, and returns its status.
    private func run(
        _ watch: SignalWatch,
        _ table: HeldTable,
        _ console: Console
    ) throws -> Int32 {
        let running: RunningCommand
        do throws(RunningCommand.NotStarted) {
            running = try RunningCommand(command, mask: watch.formerMask)
        } catch {
            table.release()
            console.fail("\(command[0]): \(errorText(error.errno))")
            return error.status
        }
        var isLost = false
        while true {
            let arrival = watch.next()
            if arrival.number == SIGCHLD {
                if let status = running.ending {
                    return isLost ? ExitStatus.failed.rawValue : status
                }
                guard !isLost, table.isLost else { continue }
                isLost = true
                console.fail(lost(table).message)
                running.signal(SIGTERM)
            } else if !arrival.isFromTerminal {
                running.signal(arrival.number)
            }
        }
    }
}
