import Diagnostics
import GenerationModel
import Generations
import Nftables
import PolicyModel
import PolicyYAML
import RulesetModel

/// Keeps a change from taking away the connections by which operators reach the machine.
///
/// What the change would make of new ones is decided by the reference of the language.
struct LockoutGuard {
    private let isOverruled: Bool
    private let isElsewhere: Bool
    private let console: Console

    /// Creates a guard, which only warns where it is overruled.
    ///
    /// A change elsewhere is about another network namespace than the caller's. There, SSH sessions
    /// matter only if they end in it.
    init(isOverruled: Bool, isElsewhere: Bool, _ console: Console) {
        self.isOverruled = isOverruled
        self.isElsewhere = isElsewhere
        self.console = console
    }

    /// What a policy would do to the connections that matter; the namespace must have been entered.
    func lockouts(by policy: LoadedPolicy) -> [Lockout] {
        lockouts(by: policy, session: session())
    }

    private func lockouts(by policy: LoadedPolicy, session: Connection?) -> [Lockout] {
        var addresses = LocalAddresses.all()
        let server = session?.destinationAddress
        let isSeen = !isElsewhere || server.map(addresses.contains) ?? false
        if isSeen, let server { addresses.insert(server) }
        return Lockout.all(
            by: policy.policy,
            policy.sources,
            session: isSeen ? session : nil,
            knowing: addresses
        )
    }

    private func session() -> Connection? {
        switch SSHSession.current {
        case .none: return nil
        case .connection(let connection, _): return connection
        case .unreadable(let text):
            console.warn(
                "this seems to be an SSH session, but `\(SSHSession.variable)=\(text)` can't be "
                    + "read, so it was not checked whether new ones would still get through"
            )
            return nil
        }
    }

    /// Warns of what a policy would do.
    func warn(of lockouts: [Lockout]) {
        for lockout in lockouts { console.warn(lockout.text) }
    }

    /// Refuses a policy that would take connections elsewhere, unless that was asked for.
    func check(_ policy: LoadedPolicy) throws {
        try check(lockouts(by: policy))
    }

    /// Refuses a generation by the texts that it was made from.
    ///
    /// Of one that was current before, only what it does to the session counts: that it takes what its
    /// policy protects was accepted then.
    func check(_ generation: Generation, in store: Store, wasAccepted: Bool = false) throws {
        guard let ruleset = generation.ruleset, !ruleset.isDraining else { return }
        try LabelGuard.check(ruleset)
        let session = session()
        let sources = (try? store.sources(of: generation.manifest)) ?? []
        // Another version may have made other rules of the same policy.
        let isOwn = store.compiler(of: generation.manifest) == Version.current
        guard let policy = generation.policy(from: sources),
            !isOwn || policy.ruleset == ruleset
        else {
            console.warn(
                "generation \(generation.manifest.number) can't be read as a policy any more, so it "
                    + "was not checked what becomes of new SSH sessions and of what it protects"
            )
            return
        }
        let lockouts = lockouts(by: policy, session: session)
        warn(of: lockouts.filter { wasAccepted && $0.isOfPolicy })
        try check(lockouts.filter { !(wasAccepted && $0.isOfPolicy) })
    }

    private func check(_ lockouts: [Lockout]) throws {
        guard !isOverruled else { return warn(of: lockouts) }
        guard !lockouts.isEmpty else { return }
        throw Failure(
            lockouts.map(\.text).joined(separator: "\n")
                + "\nnothing was sent; if that is meant, say so with `--allow-lockout`"
        )
    }
}
