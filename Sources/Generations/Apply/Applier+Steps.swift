import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff

/// The steps that changes are made of.
extension Applier {
    /// Restores what differs from the current generation.
    mutating func restore(_ plan: Plan, for request: ChangeRequest) throws -> Change {
        guard let current else { throw managed.noGeneration() }
        let number = current.manifest.number
        if plan.difference.isEmpty {
            // Without this record the next command lists the table, so a full disk does no harm.
            if let verification = snapshot.verification, verification != snapshot.head.verified {
                snapshot.head.verified = verification
                try? writeHead()
            }
            return current.ruleset.map {
                .nothing(generation: number, unchanged: $0.redirectCount)
            } ?? .nothingToRemove
        }
        try send(plan.difference.commands, of: number) { current.drift(in: $0) == .none }
        snapshot.head.note(
            Restoration(
                generation: number,
                time: time(nil),
                user: request.author.user,
                changes: plan.difference.counts,
                foreign: plan.difference.foreign.count
            )
        )
        do {
            try finish(current)
        } catch ApplyError.unrecorded(_, _, let reason) {
            // The store says already that this generation is current. Only the records of the
            // restoration and the verification are lost, and a full disk must not keep a table from
            // being restored.
            unrecordedRestoration = reason
        }
        return current.ruleset == nil
            ? .removed(
                generation: number,
                from: nil,
                redirects: plan.difference.counts.removed
            )
            : .restored(generation: number, plan.difference)
    }

    /// Makes a new generation live; one without a ruleset removes the table.
    mutating func advance(_ plan: Plan, for request: ChangeRequest) throws -> Change {
        let generation = draft(plan, for: request)
        let parent = plan.current
        let before =
            current?.ruleset?.isDraining == true
            ? try? snapshot.rollbackTarget(nil, of: managed).manifest.number : parent
        let verified = snapshot.verification
        try record(generation, from: sources(of: request, plan))
        try send(plan.difference.commands, of: plan.next, hasHappened: generation.isMarked)
        try finish(generation, after: plan.difference, since: verified)
        return generation.ruleset == nil
            ? .removed(
                generation: plan.next,
                from: before,
                redirects: plan.difference.counts.removed
            )
            : .applied(generation: plan.next, from: parent, plan.difference)
    }

    /// The generation that a plan makes; it is not in the store yet.
    func draft(_ plan: Plan, for request: ChangeRequest) -> Generation {
        let source = plan.source?.manifest
        let manifest = Manifest(
            format: StoreFormat.needed(for: plan.wanted.ruleset),
            number: plan.next,
            origin: plan.origin,
            restores: source?.number,
            parent: plan.current,
            time: time(nil),
            user: request.author.user,
            message: request.message,
            policy: source?.policy ?? request.policy,
            sources: source?.sources ?? Manifest.Source.copies(of: request.sources),
            accounts: source?.accounts ?? request.accounts,
            namesControlGroups: plan.wanted.ruleset?.namesControlGroups ?? false,
            digest: plan.wanted.digest,
            tool: request.author.tool,
            changes: plan.difference.counts
        )
        return Generation(manifest: manifest, encoded: plan.wanted)
    }

    /// The texts that a new generation is made from: for a rollback, those of the earlier generation.
    func sources(of request: ChangeRequest, _ plan: Plan) throws -> [StoredSource] {
        try plan.source.map { try managed.store.sources(of: $0.manifest) } ?? request.sources
    }

    /// Makes a generation and the intent to apply it durable.
    mutating func record(
        _ generation: Generation,
        from sources: [StoredSource],
        onTrial trial: Trial? = nil
    ) throws {
        let number = generation.manifest.number
        do throws(StoreError) {
            // Nothing is sent that could not be recorded.
            if isRepairUnwritten { try managed.store.write(snapshot.head) }
            isRepairUnwritten = false
            try managed.store.write(generation, from: sources)
            snapshot.head.format = generation.manifest.format
            snapshot.head.intent = number
            snapshot.head.trial = trial
            try managed.store.write(snapshot.head)
        } catch {
            throw ApplyError.unrecordable(generation: number, error)
        }
    }

    /// Writes the head, and shortens the history.
    mutating func writeHead() throws(StoreError) {
        let known = snapshot.numbers.last ?? 0
        snapshot.head.outcomes = snapshot.head.outcomes.filter {
            $0.key > known || snapshot.numbers.contains($0.key)
        }
        try managed.store.write(snapshot.head)
        // A history that is too long for now does no harm; the next change shortens it.
        try? managed.store.prune(snapshot.head)
    }
}
