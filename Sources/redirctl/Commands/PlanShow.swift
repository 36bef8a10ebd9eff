import ArgumentParser
import Diagnostics
import Generations
import Reporting
import TrustedFiles

/// ArgumentParser gives the first word after `plan` to its argument, the policy, so this is a command of
/// the program whose name has two words (``CommandWords``).
struct PlanShow: Command {
    static let configuration = CommandConfiguration(
        commandName: CommandWords.planShow,
        abstract: "Print a saved plan",
        discussion: """
            Prints a saved plan as `plan` did, with its author, time and policy. It reads only this \
            file, so it needs neither privileges nor the policy. Only `apply` can tell whether the \
            plan is stale. To plan a policy with the name `show`, write `./show`.

              $ redirctl plan show monday.plan
            """,
        shouldDisplay: false
    )

    @Argument(
        help: "The file with the plan.",
        completion: .plan,
        transform: OptionValue.planFile
    )
    var file: String

    @OptionGroup var listing: ListOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let file = try read()
        let report = SavedPlanReport(
            file.contents,
            policy: file.saved.policy,
            time: Timestamp(seconds: file.saved.time),
            user: file.saved.user,
            tool: file.saved.tool,
            atMost: listing.limit
        )
        if file.saved.tool != Version.current {
            console.note(
                "redirctl \(file.saved.tool.escaped) saved the plan, so `apply` of \(Version.current) refuses it"
            )
        }
        for lockout in report.lockouts { console.warn(lockout.sentence) }
        try console.print(CommandWords.planShow, .savedPlan(report))
        return .done
    }

    private func read() throws -> PlanFile {
        do {
            let checked = try CheckedFile(path: file)
            if let plan = try SavedPlan.read(checked, as: PlanFile.self) { return plan }
            throw Failure(
                "\(file) is no saved plan; `redirctl plan \(file.pathForShell) --out FILE` saves "
                    + "one of a policy"
            )
        } catch StalePlan.unsafe(let path, let danger) {
            throw Failure(
                "the plan \(path) is not shown: \(danger.message)\n"
                    + "show a copy that only you can write"
            )
        } catch StalePlan.damaged(let path) {
            throw Failure("\(path) is not what `plan --out` wrote there")
        } catch StalePlan.format(let format) {
            throw Failure(
                "the plan has format \(format), which this version of redirctl does not know"
            )
        }
    }
}

extension LockoutReport {
    /// What would happen, in one sentence.
    fileprivate var sentence: String {
        let subject =
            reason == "ssh"
            ? "a new connection like that of the SSH session" : "a protected connection"
        return "when the plan was saved, \(subject), `\(connection)`, "
            + "\(certain ? "would go" : "might go") to \(target), by redirect `\(redirect)` "
            + "(\(file):\(line):\(column))"
    }
}
