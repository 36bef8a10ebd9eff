import ArgumentParser
import Diagnostics
import Generations
import Glibc
import Nftables
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting

struct Explain: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what happens to a connection, and why",
        usage: "redirctl explain <policy> <connection> [--live] [<options>]",
        discussion: """
            Says which redirect decides the connection, where it goes, and why earlier redirects do \
            not match. The connection is written as in `tests`: direction, protocol, the client's \
            address and `->` if it matters, destination, and what else is known. What is left out may \
            be anything; if the answer depends on it, each outcome is shown with its condition.

              $ redirctl explain policy.yaml outbound tcp 198.51.100.7:80 user=1000

            `--live` also asks the kernel: whether it has the rules, what they have counted, and \
            which such connections it tracks. Without a policy, the one in effect is used.
            """
    )

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "The policy file (`-` reads standard input), then the connection; quote it if it has `->` in it.",
            valueName: "policy> <connection"
        ),
        completion: .policy
    )
    var words: [String] = []

    @Flag(help: "Also show what the kernel has.")
    var live = false

    @OptionGroup var permissions: PermissionOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    /// The policy; `nil` if the connection is first.
    private var policy: String? {
        guard let first = words.first, !first.beginsConnection else { return nil }
        return first
    }

    private var connection: String {
        words.dropFirst(policy == nil ? 0 : 1).joined(separator: " ")
    }

    /// What to say of a first word that is neither a policy nor a direction, and has no connection after
    /// it; `nil` for others.
    private var mistakenDirection: String? {
        guard let policy, policy != "-", !connection.beginsConnection,
            access(policy, F_OK) != 0, errno == ENOENT
        else { return nil }
        let word = policy.prefix { $0 != " " }
        let meant = ConnectionReader.direction(meantBy: String(word))
        return "Neither a policy file nor a direction is called \(word.quoted)"
            + (meant.map { "; did you mean `\($0.rawValue)`?" } ?? ".")
    }

    func validate() throws {
        if let option = words.first(where: { $0.hasPrefix("-") && $0 != "-" && !$0.isArrow }) {
            throw ValidationError("Unknown option '\(option)'")
        }
        if let sentence = mistakenDirection { throw ValidationError(sentence) }
        guard policy != nil || live else {
            throw ValidationError(
                words.isEmpty
                    ? "name a policy and a connection."
                    : "name the policy before the connection, or use the one in effect with `--live`."
            )
        }
        guard !connection.isEmpty else {
            throw ValidationError(
                "name a connection after the policy, such as `outbound tcp 192.0.2.10:80`."
            )
        }
        guard live || (table.given == nil && !location.isGiven) else {
            throw ValidationError("`--table`, `--netns` and `--state-dir` are for `--live` only.")
        }
        try table.validate(besides: policy)
    }

    func run(_ console: Console) throws -> ExitStatus {
        guard let connection = try console.connection(self.connection, for: "explain") else {
            return .failed
        }
        let report =
            if let policy, !live {
                try report(on: connection, by: policy, console)
            } else {
                try liveReport(on: connection, console)
            }
        try console.print("explain", .explanation(report))
        return .done
    }

    private func report(
        on connection: Connection,
        by policy: String,
        _ console: Console
    ) throws -> ExplanationReport {
        let loaded = try permissions.load(policy, console)
        return ExplanationReport(
            Explanation(of: connection, by: loaded.policy),
            of: policy,
            sources: loaded.sources,
            accounts: loaded.accountNames
        )
    }

    private func liveReport(
        on connection: Connection,
        _ console: Console
    ) throws -> ExplanationReport {
        let given = try policy.map { try permissions.load($0, console) }
        let managed = try location.managedTable(given?.policy.settings.table ?? table.table)
        let place = CommandHint(location, named: managed.name)
        let read = try ExplainedTable(at: managed, of: policy, given, place)
        console.tellOfTrial(in: read.check, at: place)
        let addresses = LocalAddresses.all()
        let explanation = Explanation(of: connection, by: read.policy.policy, knowing: addresses)
        return ExplanationReport(
            explanation,
            of: policy,
            sources: read.policy.sources,
            accounts: read.policy.accountNames,
            live: read.live(explanation, machine: addresses)
                .adding(WalkReport(explanation, by: read.policy.policy, as: policy))
        )
    }
}

extension String {
    /// Whether a connection begins like this, and not the name of a policy.
    fileprivate var beginsConnection: Bool {
        split(separator: " ").first.flatMap { Direction(rawValue: String($0)) } != nil
    }

    /// Whether it is what stands between source and destination, with or without them.
    fileprivate var isArrow: Bool { hasPrefix("->") }
}

extension LoadedPolicy {
    /// The names of users and groups that it contains, by their ids.
    fileprivate var accountNames: [Match.Key: [UInt32: String]] {
        var names: [Match.Key: [UInt32: String]] = [:]
        for account in accounts {
            names[account.kind == "user" ? .user : .group, default: [:]][account.id] = account.name
        }
        return names
    }
}
