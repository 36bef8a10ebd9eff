import Diagnostics
import GenerationModel
import Generations
import Glibc
import LocatedYAML
import PolicyAnalysis
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import TrustedFiles

extension PolicyOptions {
    /// Reads the policy and prints its warnings; it is not going to be applied.
    func load(_ console: Console, analysing: Bool = false) throws -> LoadedPolicy {
        try permissions.load(policy, console, analysing: analysing)
    }
}

extension PermissionOptions {
    /// Reads a policy that is not going to be applied, and prints its warnings.
    ///
    /// If root reads what others can change, that is a warning. With `analysing`, findings of the analysis
    /// are counted, too.
    func load(
        _ path: String,
        _ console: Console,
        analysing: Bool = false
    ) throws -> LoadedPolicy {
        Progress.reading(path)
        let loaded = try reader.read(path: path)
        console.warn(of: loaded, from: path, analysing: analysing)
        return loaded
    }

    /// The reader of policies that are not going to be applied.
    var reader: PolicyReader {
        PolicyReader(allowUnsafePermissions || geteuid() != 0 ? .accepted : .warnedOf)
    }

    /// Reads a policy that is going to be applied, and prints its warnings.
    ///
    /// Only this user, root and the user who called sudo may be able to change it.
    func loadToApply(
        _ file: borrowing CheckedFile,
        named path: String,
        _ console: Console
    ) throws -> LoadedPolicy {
        let reader = PolicyReader(allowsUnsafePermissions: allowUnsafePermissions)
        Progress.reading(path)
        let loaded = try reader.read(file)
        // Scripts apply policies again and again, and what they print is mailed.
        console.warn(of: loaded, from: path, analysing: false)
        if let danger = loaded.acceptedOfCaller {
            let name = Invocation.name(of: danger.owner) ?? "a user without a name"
            console.note(
                "\(danger.path) belongs to \(name) (uid \(danger.owner)), who called sudo, so it is "
                    + "accepted"
            )
        }
        return loaded
    }

    /// Whether an open file may be read to be applied.
    func allowsReading(_ file: borrowing CheckedFile) -> Bool {
        allowUnsafePermissions || Trust.ofThisProcess.acceptsAsPolicy(file.dangers)
    }
}

extension Console {
    /// Prints the warnings about a policy, and how many more there are that only `validate` lists.
    ///
    /// What is never used matters to whoever writes the policy, not each time that it is read.
    ///
    /// - Parameters:
    ///   - loaded: The policy.
    ///   - path: The policy as the command names it.
    ///   - analysing: Whether findings of the analysis are counted, too, if that takes no time.
    fileprivate func warn(of loaded: LoadedPolicy, from path: String, analysing: Bool) {
        let shown = loaded.warnings.filter { $0.code != .unusedDefinition }
        warn(shown, in: loaded.sources)
        var others = loaded.warnings.count - shown.count
        if analysing { others += PolicyAnalysis.quickCount(of: loaded.policy) ?? 0 }
        guard others > 0 else { return }
        note(
            "\(others) \(others == 1 ? "warning" : "warnings") about the policy "
                + "\(others == 1 ? "is" : "are") not shown; see "
                + "`redirctl validate \(path.pathForShell)`"
        )
    }
}

extension LoadedPolicy {
    /// The rules that the policy compiles to.
    var ruleset: Ruleset {
        Progress.step("compiling the policy")
        return PolicyCompiler.ruleset(for: policy)
    }
}

extension ChangeRequest {
    /// The request to apply a policy.
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

extension Generation {
    /// The policy that it was made from, as this version reads it; `nil` if it can't be read any more.
    func policy(from sources: [StoredSource]) -> LoadedPolicy? {
        guard !sources.isEmpty else { return nil }
        return try? PolicyReader().read(
            again: sources.map { SourceText(name: $0.name, text: $0.text) },
            accounts: manifest.accounts.map {
                ResolvedAccount(kind: $0.kind, name: $0.name, id: $0.id)
            }
        )
    }
}

extension Recompiler {
    /// Compiles as this version of the program does.
    static let thisVersion = Recompiler(version: Version.current) { generation, sources in
        generation.policy(from: sources)?.ruleset
    }
}
