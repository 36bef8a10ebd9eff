import ArgumentParser
import Diagnostics
import GenerationModel
import Generations
import Glibc
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import TrustedFiles

/// The policy that a command reads.
struct PolicyOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The policy file; `-` reads standard input."))
    var policy: String

    @OptionGroup var permissions: PermissionOptions

    func load(_ console: Console) throws -> LoadedPolicy {
        try permissions.load(policy, console)
    }
}

/// Whether root may read a policy that others can write.
struct PermissionOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp("As root, accept a policy file that other users could have written.")
    )
    var allowUnsafePermissions = false

    /// Reads a policy that is only looked at: as root, with a warning where others can change it.
    func load(_ path: String, _ console: Console) throws -> LoadedPolicy {
        let isRoot = geteuid() == 0
        let reader = PolicyReader(allowUnsafePermissions || !isRoot ? .accepted : .warnedOf)
        let loaded = try reader.read(path: path)
        console.warn(loaded.warnings, in: loaded.sources)
        return loaded
    }

    /// Reads a policy that is to be applied: only what nobody else can change, except whoever called
    /// sudo.
    func loadToApply(
        _ file: borrowing CheckedFile,
        _ console: Console
    ) throws -> LoadedPolicy {
        let reader = PolicyReader(allowsUnsafePermissions: allowUnsafePermissions)
        let loaded = try reader.read(file)
        console.warn(loaded.warnings, in: loaded.sources)
        if let danger = loaded.acceptedOfCaller {
            let name = Invocation.name(of: danger.owner) ?? "a user without a name"
            console.note(
                "\(danger.path) belongs to \(name) (uid \(danger.owner)), who called sudo, so it is "
                    + "accepted"
            )
        }
        return loaded
    }

    /// Whether an open file can be read before it is applied.
    func allowsReading(_ file: borrowing CheckedFile) -> Bool {
        allowUnsafePermissions || Trust.ofThisProcess.acceptsAsPolicy(file.dangers)
    }
}

extension LoadedPolicy {
    var ruleset: Ruleset { PolicyCompiler.ruleset(for: policy) }
}

extension ChangeRequest {
    /// The request to apply a policy that was just read.
    init(_ loaded: LoadedPolicy, from path: String, message: String? = nil) {
        self.init(
            author: Invocation.author,
            message: message,
            policy: Invocation.absolutePath(of: path),
            sources: loaded.sources.sources.map { StoredSource(name: $0.name, text: $0.text) },
            accounts: loaded.accounts.map { .init(kind: $0.kind, name: $0.name, id: $0.id) }
        )
    }
}
