import ArgumentParser
import Generations
import Planning
import PolicyModel
import PolicyYAML
import RulesetModel

struct Plan: Command {
    static let configuration = CommandConfiguration(
        abstract: "Show what apply would change",
        discussion: """
            Compares the policy with the table in the kernel, and changes nothing. Signs: + comes, \
            ~ changes, - goes, ! is not ours and goes.

              $ sudo redirctl plan policy.yaml
            """
    )

    @OptionGroup var policy: PolicyOptions

    @Flag(help: "Show the nftables objects beneath the redirects, too.")
    var objects = false

    @Flag(name: .customLong("exit-code"), help: "Exit 2 where there is something to change.")
    var exitCode = false

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let loaded = try policy.load(console)
        let ruleset = loaded.ruleset
        let plan = try plan(for: ruleset, console)
        let lockoutGuard = LockoutGuard(
            isOverruled: false,
            isElsewhere: site.netns != nil,
            console
        )
        let lockouts = lockoutGuard.lockouts(by: loaded)
        lockoutGuard.warn(of: lockouts)
        let flows = FlowOptions.warn(of: plan.difference, console)
        switch console.format {
        case .text:
            try console.print(
                [ReportLine(.heading, plan.heading(table: ruleset.table)), ReportLine(.plain)]
                    + PlanText(plan.difference).lines(objects: objects)
            )
        case .json:
            try console.print("plan", PlanReport(plan, table: ruleset.table, lockouts, flows))
        }
        return exitCode && !plan.difference.isEmpty ? .different : .done
    }

    private func plan(for ruleset: Ruleset, _ console: Console) throws -> PlanView {
        let site = try site.site(table: ruleset.table)
        if let unchanged = try site.unchanged(with: ruleset) {
            return PlanView(nothingTo: unchanged, ruleset)
        }
        let situation = try site.look()
        console.tell(of: situation.standing)
        return situation.plan(for: ruleset)
    }
}
