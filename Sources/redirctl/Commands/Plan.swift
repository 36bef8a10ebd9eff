import ArgumentParser
import Diagnostics
import GenerationModel
import Generations
import LiveFlows
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel
import Safeguards
import TableDiff
import TrustedFiles

struct PlanCommand: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what apply would change",
        discussion: """
            Compares the policy with the table in the kernel, and changes nothing. Signs: + is \
            added, ~ changes, - is removed, ! is not from redirctl and is removed. `plan show FILE` \
            prints a saved plan again.

              $ sudo redirctl plan policy.yaml
              $ sudo redirctl plan policy.yaml --out monday.plan
              $ redirctl plan show monday.plan
              $ sudo redirctl apply monday.plan
            """
    )

    @OptionGroup var policy: PolicyOptions

    @Flag(help: "Also show the nftables objects of the redirects.")
    var objects = false

    @Flag(
        name: .customLong("exit-code"),
        help: "Exit with status 2 if there is something to change."
    )
    var exitCode = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Save the plan; `apply` accepts it only while policy and table are unchanged.",
            valueName: "file"
        ),
        completion: .file(),
        transform: OptionValue.planFile
    )
    var out: String?

    @OptionGroup var listing: ListOptions
    @OptionGroup var testing: TestOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func place(ofTable name: String?) -> CommandHint {
        CommandHint(location, named: name, policy: policy.policy)
    }

    func validate() throws {
        guard out == nil || CheckedFile.descriptor(named: policy.policy) == nil else {
            throw ValidationError(
                "`--out` needs a policy file: standard input can't be read again."
            )
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let loaded = try policy.load(console, analysing: true)
        try testing.run(loaded, from: policy.policy)
        let ruleset = loaded.ruleset
        let lockoutGuard = LockoutGuard(
            isOverruled: false,
            isElsewhere: location.isElsewhere,
            console
        )
        let (report, lockouts) = try plan(for: ruleset, of: loaded, lockoutGuard, console)
        lockoutGuard.warn(of: lockouts)
        // A plan that was saved is applied without a question.
        if out == nil, let note = RemovalGuard.note(on: report.plan, of: "apply") {
            console.note(note)
        }
        try console.print("plan", .plan(report))
        return exitCode && !report.plan.isEmpty ? .different : .done
    }

    private func plan(
        for ruleset: Ruleset,
        of loaded: LoadedPolicy,
        _ lockoutGuard: LockoutGuard,
        _ console: Console
    ) throws -> (PlanReport, [Lockout]) {
        let managed = try location.managedTable(ruleset.table)
        console.warnOfMasqueradeHere(loaded.policy)
        console.warn(
            ofOtherTablesOf: Invocation.absolutePath(of: policy.policy),
            at: managed,
            location
        )
        if let conflict = try? LabelConflict(of: ruleset) { console.warn(conflict.sentence) }
        // A saved plan is bound to the table as it was listed.
        var plan = try managed.plan(for: .apply(ruleset), reading: out == nil ? .cached : .listed)
        plan.difference = plan.difference.inOrder(of: PolicyOrder(of: loaded.policy))
        if let snapshot = plan.live.snapshot {
            tell(of: snapshot, ruleset.table, console)
        }
        console.warnOfHost(
            of: loaded.policy,
            changedBy: plan,
            doctor: CommandHint(location).policyLine("doctor \(policy.policy.pathForShell)")
        )
        let lockouts = lockoutGuard.lockouts(by: loaded)
        let report = PlanReport(
            plan,
            lockouts: lockouts.map(\.report),
            flows: console.tell(of: SettledFlows(leftBy: plan.difference)),
            connections: managed.connections(
                changedBy: plan,
                to: loaded.policy,
                atMost: console.format.listLimit
            ),
            atMost: listing.limit,
            showsObjects: objects
        )
        if let out { try save(report, of: loaded, to: out, console) }
        return (report, lockouts)
    }

    /// Tells what of the table's state an apply would stumble over.
    private func tell(of snapshot: Snapshot, _ table: String, _ console: Console) {
        let place = place(ofTable: table)
        if let refusal = snapshot.refusal(of: table) {
            console.note(refusal, at: place)
        } else {
            console.tell(of: snapshot.reconciliation, after: snapshot.restart)
        }
        if let trial = snapshot.trial?.pending { console.note(trial.sentence(at: place)) }
    }

    private func save(
        _ report: PlanReport,
        of loaded: LoadedPolicy,
        to out: String,
        _ console: Console
    ) throws {
        let plan = report.plan
        let saved = try SavedPlan(plan, for: ChangeRequest(loaded, from: policy.policy))
        try PlanFile.checkTarget(out)
        try PlanFile(saved, report).write(to: out)
        if let danger = try CheckedFile(path: out).dangers.first {
            console.warn(
                "the plan is saved, but \(danger.message); so `apply` will refuse it: save it "
                    + "where only root can write, such as below /root"
            )
        } else {
            let snapshot = plan.live.snapshot
            let option = snapshot?.needsAdoption == true ? "--adopt " : ""
            let command = "apply \(option)\(out.pathForShell)"
            console.note("the plan is saved; \(CommandHint(location).line(command)) applies it")
        }
    }
}
