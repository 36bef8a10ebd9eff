import ArgumentParser
import GenerationModel
import Generations
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel
import TableDiff

struct Diff: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show how the kernel differs from what was applied",
        discussion: """
            Compares the table in the kernel with the last applied generation, or with a policy, \
            and exits 2 if they differ. A policy names its table itself, so `--table` does not go \
            with it. Signs: ~ differs, - is missing, ! is not from redirctl.

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
        let managed: ManagedTable
        let check: TableCheck
        if let policy {
            let ruleset = try permissions.load(policy, console).ruleset
            managed = try location.managedTable(ruleset.table)
            check = try managed.check(against: ruleset, of: policy)
        } else {
            managed = try location.managedTable(table.table)
            check = try managed.check()
            managed.recordVerification(by: check)
        }
        let place = CommandHint(location, named: managed.name)
        console.tellOfTrial(in: check, at: place)
        return try drift.print("diff", check, of: managed, at: place, objects: objects, console)
    }
}
