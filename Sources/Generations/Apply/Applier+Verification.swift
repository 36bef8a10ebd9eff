import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff

/// Verifying what the kernel has after a transaction.
extension Applier {
    /// Verifies the table, and records the generation as the current one.
    ///
    /// If the change is known, and nothing else changed since the last verification, only what the
    /// change touched is read.
    mutating func finish(
        _ generation: Generation,
        after change: Difference? = nil,
        since verified: Head.Verification? = nil
    ) throws {
        let number = generation.manifest.number
        let isRemoval = generation.manifest.isRemoval
        let found: (drift: Drift, verification: Head.Verification?)
        do throws(KernelError) {
            if let verification = try verifyTouched(by: change, generation, since: verified) {
                found = (.none, verification)
            } else {
                found = try verifyAll(of: generation)
            }
        } catch {
            try noteCurrent(number, isRemoval: isRemoval, verified: nil)
            throw ApplyError.unverified(generation: number, error)
        }
        try noteCurrent(
            number,
            isRemoval: isRemoval,
            verified: found.drift == .none ? found.verification : nil
        )
        // What another program does meanwhile is drift, and the next command reports it.
        if case .differs(let difference) = found.drift, found.verification != nil {
            throw ApplyError.notAsSent(generation: number, table: managed.name, difference)
        }
    }

    /// Reads only what a change touched, and everything but the elements of maps.
    ///
    /// - Returns: `nil` if the table must be listed: another program has changed something, much was
    ///   touched, or something is not as it should be.
    private func verifyTouched(
        by change: Difference?,
        _ generation: Generation,
        since verified: Head.Verification?
    ) throws(KernelError) -> Head.Verification? {
        guard let verified, let ruleset = generation.ruleset,
            let keys = change?.touchedKeys(limit: Self.mostKeysReadOneByOne)
        else { return nil }
        let now = try kernel.generationID()
        // Between the two there was one transaction: ours.
        guard now == verified.kernelGeneration &+ 1 else { return nil }
        let rest = Difference(
            live: try kernel.table(managed.name, only: keys),
            wanted: ruleset.narrowed(to: keys),
            marker: generation.marker
        )
        guard rest.isEmpty, try kernel.generationID() == now else { return nil }
        return managed.verification(at: now, of: generation.manifest.number)
    }

    /// The elements of one command; only commands with more elements were ever stored wrongly
    /// (libnftables 1.0.6).
    private static let mostKeysReadOneByOne = MapType.elementsPerCommand

    /// Lists the table until no transaction was made meanwhile, at most three times.
    ///
    /// The verification is `nil` if there was one each time.
    private func verifyAll(
        of generation: Generation
    ) throws(KernelError) -> (Drift, Head.Verification?) {
        var drift = Drift.none
        for _ in 0..<3 {
            let before = try kernel.generationID()
            drift = generation.drift(in: try kernel.table(managed.name))
            guard try kernel.generationID() == before else { continue }
            return (drift, managed.verification(at: before, of: generation.manifest.number))
        }
        return (drift, nil)
    }

    private mutating func noteCurrent(
        _ number: Int,
        isRemoval: Bool,
        verified: Head.Verification?
    ) throws {
        snapshot.head.current = number
        snapshot.head.confirmed = number
        snapshot.head.intent = nil
        if let trial = snapshot.head.trial, trial.generation != number {
            snapshot.head.outcomes[trial.generation] = .reverted(at: time(nil))
        }
        snapshot.head.trial = nil
        snapshot.head.verified = verified
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.unrecorded(generation: number, isRemoval: isRemoval, error)
        }
        if verified != nil { managed.store.touchVerified() }
    }
}
