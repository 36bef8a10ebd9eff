import ArgumentParser
import Generations
import Glibc

struct Cancel: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End the trial of a generation at once",
        discussion: """
            New connections are decided by the generation before again. Without a cancel, the \
            kernel does the same when the time is over.

              $ sudo redirctl cancel
            """
    )

    @Option(help: ArgumentHelp("Only if this one is on trial.", valueName: "number"))
    var generation: Int?

    /// For the process that ends a trial where the kernel can't: not before this time.
    @Option(help: .hidden)
    var at: Int?

    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let site = try site.site(table: table.table)
        if let at, let generation, try !wait(until: at, forTrialOf: generation, site) {
            return .done
        }
        var applier = try lock.applier(for: site, console)
        let change = try applier.cancel(generation)
        let place = Place(self.site, table: table)
        try console.print("cancel", change, table: table.table, at: place, objects: false)
        return .done
    }

    /// Waits until a trial's time is over, also where it is extended; false where it ends before.
    private func wait(until time: Int, forTrialOf generation: Int, _ site: Site) throws -> Bool {
        var deadline = time
        while Glibc.time(nil) < deadline {
            usleep(100_000)
            let head = try site.store.head()
            if let trial = head.trial, trial.generation == generation { deadline = trial.deadline }
            let hasEnded = head.current == generation || head.outcomes[generation] != nil
            if hasEnded { return false }
        }
        return try site.store.head().trial?.generation == generation
    }
}
