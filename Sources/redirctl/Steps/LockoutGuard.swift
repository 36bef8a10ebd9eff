import GenerationModel
import Generations
import PolicyYAML
import RulesetModel
import Safeguards

/// Refuses changes that would take away the connections by which operators reach the machine.
struct LockoutGuard {
    private let lockoutCheck: LockoutCheck
    private let isOverruled: Bool
    private let way: String
    private let console: Console

    /// Creates a guard for one network namespace; if it is overruled, it only warns.
    ///
    /// `isElsewhere` says whether that is another network namespace than the caller's, and `way` how to
    /// make the change anyway.
    init(
        isOverruled: Bool,
        isElsewhere: Bool,
        way: String = "if that is meant, say so with `--allow-lockout`",
        _ console: Console
    ) {
        lockoutCheck = LockoutCheck(isElsewhere: isElsewhere)
        self.way = way
        self.isOverruled = isOverruled
        self.console = console
    }

    /// The lockouts by a policy; this process must have entered the network namespace.
    func lockouts(by policy: LoadedPolicy) -> [Lockout] {
        warnOfUnreadableSession()
        return lockoutCheck.lockouts(by: policy.policy, from: policy.sources)
    }

    /// Warns of lockouts.
    func warn(of lockouts: [Lockout]) {
        for lockout in lockouts { console.warn(lockout.text) }
    }

    /// Refuses a policy that would take connections elsewhere, unless the operator allows it.
    func check(_ policy: LoadedPolicy) throws {
        try refuse(lockouts(by: policy))
    }

    /// Refuses a generation by the texts of its policy, which the store keeps, and by its labels.
    ///
    /// If the generation was current before, what its policy protects only gives warnings: taking it
    /// elsewhere was accepted then.
    func check(_ generation: Generation, in store: Store, wasAccepted: Bool = false) throws {
        guard let ruleset = generation.ruleset, !ruleset.isDraining else { return }
        try Self.checkLabels(of: ruleset)
        let sources = (try? store.sources(of: generation.manifest)) ?? []
        // Another version may have compiled the same policy to other rules.
        let isOwn = store.compiler(of: generation.manifest) == Version.current
        guard let policy = generation.policy(from: sources),
            !isOwn || policy.ruleset == ruleset
        else {
            warnOfUnreadableSession()
            console.warn(
                "generation \(generation.manifest.number) can't be read as a policy any more, so it "
                    + "was not checked whether new SSH sessions and what it protects get through"
            )
            return
        }
        let lockouts = lockouts(by: policy)
        warn(of: lockouts.filter { wasAccepted && $0.isProtected })
        try refuse(lockouts.filter { !(wasAccepted && $0.isProtected) })
    }

    /// Refuses a ruleset that shares connection labels with another table.
    static func checkLabels(of ruleset: Ruleset) throws {
        if let conflict = try LabelConflict(of: ruleset) { throw Failure(conflict.sentence) }
    }

    private func refuse(_ lockouts: [Lockout]) throws {
        guard !isOverruled else { return warn(of: lockouts) }
        guard !lockouts.isEmpty else { return }
        throw Failure(
            lockouts.map(\.text).joined(separator: "\n")
                + "\nnothing was sent; \(way)"
        )
    }

    private func warnOfUnreadableSession() {
        guard case .unreadable(let text) = lockoutCheck.session else { return }
        console.warn(
            "this seems to be an SSH session, but `\(SSHSession.variable)=\(text)` can't be read, so "
                + "it was not checked whether new ones would still get through"
        )
    }
}

extension GuardOptions {
    /// The guard of a command that changes the table of a network namespace.
    func lockoutGuard(for location: LocationOptions, _ console: Console) -> LockoutGuard {
        LockoutGuard(isOverruled: allowLockout, isElsewhere: location.isElsewhere, console)
    }
}
