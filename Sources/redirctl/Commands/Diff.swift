import ArgumentParser
import GenerationModel
import Generations
import PolicyAnalysis
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
            Compares the table in the kernel with the last applied generation, with another one, or \
            with a policy, and exits 2 if they differ. Signs: ~ differs, - is missing, ! is not from \
            redirctl. With another generation or a policy, it shows what `plan` would: + is what going \
            there would add. A policy names its \
            table itself, so `--table` can't be combined with it.

            Two policies are compared with each other, without the kernel and without privileges: \
            which redirects differ, and which connections go elsewhere. It exits 2 only if some do; \
            if the policy was merely written differently, it exits 0.

              $ sudo redirctl diff
              $ sudo redirctl diff --generation 3
              $ redirctl diff old.yaml new.yaml
            """
    )

    @Argument(
        help: "Compare with this policy instead; `-` reads standard input.",
        completion: .policy
    )
    var policy: String?

    @Argument(
        help: ArgumentHelp("Compare the policy with this one.", valueName: "new-policy"),
        completion: .policy
    )
    var newPolicy: String?

    @Option(
        help: ArgumentHelp("Compare with this generation instead.", valueName: "number"),
        completion: .generation
    )
    var generation: Int?

    @Flag(help: "Also show the nftables commands that would repair it.")
    var objects = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var permissions: PermissionOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try table.validate(besides: policy)
        guard generation == nil || policy == nil else {
            throw ValidationError("`--generation` and a policy can't be combined.")
        }
        guard newPolicy != nil else { return }
        guard !location.isGiven else {
            throw ValidationError(
                "Two policies are compared without a table, so `--netns` and `--state-dir` are not "
                    + "accepted."
            )
        }
        guard policy != "-" || newPolicy != "-" else {
            throw ValidationError("Only one of two policies can be read from standard input.")
        }
    }

    func place(ofTable name: String?) -> CommandHint {
        CommandHint(location, named: name, policy: policy)
    }

    func run(_ console: Console) throws -> ExitStatus {
        if let policy, let newPolicy { return try compare(policy, newPolicy, console) }
        let managed: ManagedTable
        let check: TableCheck
        var connections: ConnectionsReport?
        if let policy {
            let loaded = try permissions.load(policy, console)
            managed = try location.managedTable(loaded.policy.settings.table)
            check = try managed.check(against: loaded.ruleset, of: .policy(policy)) { plan in
                connections = managed.connections(
                    changedBy: plan,
                    to: loaded.policy,
                    atMost: console.format.listLimit
                )
            }.mapDifferences { $0.inOrder(of: PolicyOrder(of: loaded.policy)) }
            console.warn(
                ofOtherTablesOf: Invocation.absolutePath(of: policy),
                at: managed,
                location
            )
            if let refusal = check.snapshot?.refusal(of: managed.name) {
                console.note(refusal, at: place(ofTable: managed.name))
            }
        } else if let generation {
            managed = try location.managedTable(table.table)
            let wanted = try managed.store.generation(generation)
            guard let ruleset = wanted.ruleset else {
                throw Failure("generation \(generation) has no table to compare with")
            }
            check = try managed.check(against: ruleset, of: .generation(wanted.manifest))
                .mapDifferences { $0.inOrder(of: managed.order(of: wanted)) }
        } else {
            managed = try location.managedTable(table.table)
            let found = try managed.check()
            managed.recordVerification(by: found)
            check = managed.inOrder(found)
        }
        let place = CommandHint(location, named: managed.name)
        console.tellOfTrial(in: check, at: place)
        return try listing.print(
            "diff",
            managed.worded(check, first: listing.limit(in: console.format)),
            of: managed,
            at: place,
            connections: connections,
            objects: objects,
            console
        )
    }

    /// Compares two policies with each other.
    private func compare(
        _ old: String,
        _ new: String,
        _ console: Console
    ) throws -> ExitStatus {
        let (before, after) = (
            try permissions.load(old, console), try permissions.load(new, console)
        )
        let tables = (before.policy.settings.table, after.policy.settings.table)
        if tables.0 != tables.1 {
            console.note(
                "the policies are for two tables, \(tables.0) and \(tables.1); what follows compares "
                    + "their redirects, but to apply the second leaves the first table live"
            )
        }
        let report = PolicyDifferenceReport(
            (old, before),
            (new, after),
            // Each example is checked by a walk through both policies.
            atMost: listing.all ? .max : console.format.listLimit,
            examples: listing.all ? OutputFormat.json.listLimit : console.format.listLimit,
            showsObjects: objects
        )
        try console.print("diff", .policyDifference(report))
        return report.connections.comparison.isEmpty ? .done : .different
    }
}
