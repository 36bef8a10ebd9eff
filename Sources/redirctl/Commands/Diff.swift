import ArgumentParser
import GenerationModel
import Generations
import Planning
import PolicyModel
import PolicyYAML
import RulesetModel

struct Diff: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show how the kernel differs from what was applied",
        discussion: """
            Compares the table in the kernel with the last applied generation, or with a policy, \
            and exits 2 if they differ. Signs: ~ differs, - is missing, ! is not from redirctl.

              $ sudo redirctl diff
            """
    )

    @Argument(help: "Compare with this policy instead; `-` reads standard input.")
    var policy: String?

    @Flag(help: "Also show the nftables commands that would repair it.")
    var objects = false

    @OptionGroup var drift: DriftOptions
    @OptionGroup var permissions: PermissionOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try table.validate(besides: policy) }

    func run(_ console: Console) throws -> ExitStatus {
        let view: DriftView
        if let policy {
            let ruleset = try permissions.load(policy, console).ruleset
            let managed = try location.managedTable(ruleset.table)
            view = DriftView(
                try managed.check(against: ruleset),
                of: managed,
                policy: policy,
                at: CommandHint(location)
            )
        } else {
            let managed = try location.managedTable(table.table)
            let check = try managed.check()
            managed.recordVerification(by: check)
            view = DriftView(check, of: managed, at: CommandHint(location, table: table))
        }
        view.tellOfTrial(console)
        try view.print("diff", console, objects: objects, all: drift.all)
        return view.isDrifted ? .different : .done
    }
}
