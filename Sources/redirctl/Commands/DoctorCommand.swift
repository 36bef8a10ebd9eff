import ArgumentParser
import Doctor
import GenerationModel
import Generations
import HostState
import Nftables
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting

struct DoctorCommand: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find what keeps redirects from working",
        discussion: """
            Examines this machine, and changes nothing: whether connections are forwarded, whether \
            anybody listens, whether there is a route, and what the tables of other programs do with \
            redirected connections. Each problem is shown with the line that \
            mends it. Exits 0 if nothing is found, 2 if something is. Without a policy, the one in \
            effect is examined.

              $ sudo redirctl doctor
              $ redirctl doctor policy.yaml
            """
    )

    @Argument(help: "The policy file; `-` reads standard input.", completion: .policy)
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "Follow this connection through the machine instead, and name the first obstacle.",
            valueName: "connection"
        ),
        completion: .nothing
    )
    var connection: String?

    @OptionGroup var listing: ListOptions
    @OptionGroup var permissions: PermissionOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try table.validate(besides: policy)
    }

    func run(_ console: Console) throws -> ExitStatus {
        if let connection { return try follow(connection, console) }
        let (loaded, check) = try examinedPolicy(console)
        let host = LiveHost()
        let others = OtherTablesReading(besides: loaded.policy)
        var diagnosis = Diagnosis(
            of: loaded.policy,
            isApplied: policy == nil,
            accounts: loaded.changedAccounts,
            on: host
        )
        diagnosis.findings.add(tableFinding(check))
        diagnosis.findings.add(libraryFinding)
        others.examine(loaded.policy, on: host, &diagnosis)
        let report = DoctorReport(
            diagnosis,
            of: policy,
            generation: check?.generationInEffect,
            tables: others.tables,
            atMost: listing.limit(in: console.format)
        )
        try console.print("doctor", .doctor(report))
        return report.hasFindings ? .different : .done
    }

    /// Follows one connection, which is written as in `explain`.
    private func follow(_ text: String, _ console: Console) throws -> ExitStatus {
        guard let connection = try console.connection(text, for: "doctor") else { return .failed }
        let (loaded, check) = try examinedPolicy(console)
        let explanation = Explanation(
            of: connection,
            by: loaded.policy,
            knowing: LocalAddresses.all()
        )
        let report = WalkReport(
            explanation,
            by: loaded.policy,
            as: policy,
            finding: tableFinding(check)
        )
        try console.print("doctor", .walk(report))
        return report.obstacles.isEmpty ? .done : .different
    }

    /// What is wrong with the table as a whole.
    private func tableFinding(_ check: TableCheck?) -> [HostFinding] {
        guard let check, check.isDrifted else { return [] }
        let place = CommandHint(location, table: table)
        let sentence =
            "table inet \(check.table) is not what was applied, so redirects may be missing"
        let remedy = HostFinding.Remedy(
            advice:
                "\(place.line("diff")) shows how it differs, \(place.line("check --heal")) restores it"
        )
        return [HostFinding(.tableDiffers, .possible, sentence, remedy: remedy)]
    }

    /// That libnftables can't work here; redirects that are in effect work all the same.
    private var libraryFinding: [HostFinding] {
        guard let ending = NftKernel().crashOfLibrary() else { return [] }
        let name = "libnftables" + (PlatformVersions.libnftables.map { " \($0)" } ?? "")
        let sentence =
            "\(name) crashes when it reads the tables that are here (\(ending)), so nothing can be "
            + "applied, changed or removed"
        let remedy = HostFinding.Remedy(
            advice:
                "a program with a newer version made one of them; install that version or a newer "
                + "one here (package libnftables1), or have that program delete its table"
        )
        return [
            HostFinding(
                .libraryCrashes,
                policy == nil ? .possible : .certain,
                sentence,
                remedy: remedy
            )
        ]
    }

    /// The given policy, or that in effect with its table; enters its namespace.
    private func examinedPolicy(_ console: Console) throws -> (LoadedPolicy, TableCheck?) {
        if let policy {
            let loaded = try permissions.load(policy, console)
            try location.enter()
            return (loaded, nil)
        }
        let managed = try location.managedTable(table.table)
        let check = try managed.check()
        console.tellOfTrial(in: check, at: CommandHint(location, table: table))
        return (try managed.policy(inEffect: check), check)
    }
}

extension TableCheck {
    /// The number of the generation that is in effect, or should be.
    fileprivate var generationInEffect: Int? {
        (trial?.candidate.manifest ?? generation)?.number
    }
}

extension LoadedPolicy {
    /// The users and groups that have other ids than when the policy was read first.
    fileprivate var changedAccounts: [ChangedAccount] {
        accounts.compactMap { account in
            do throws(AccountsUnavailable) {
                let id = try account.presentID()
                guard id != account.id else { return nil }
                return ChangedAccount(
                    isGroup: account.kind == "group",
                    name: account.name,
                    id: account.id,
                    presentID: id
                )
            } catch {
                return nil
            }
        }
    }
}
