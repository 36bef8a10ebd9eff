import GenerationModel
import Glibc
import Nftables
import Planning
import RulesetModel

/// The steps that changes are made of.
extension Applier {
    /// Mends what differs from the current generation.
    mutating func restore(_ current: Generation) throws -> Change {
        let number = current.manifest.number
        let drift = current.drift(in: snapshot.table).worded(by: kernel, of: managed.name)
        switch drift {
        case .none:
            // As in every other case where only this is lost, a full disk harms nobody.
            if let seen = snapshot.seen, seen != snapshot.head.verified {
                snapshot.head.verified = seen
                try? writeHead()
            }
            return current.ruleset == nil
                ? .nothingToRemove
                : .nothing(generation: number, unchanged: current.ruleset?.redirectCount ?? 0)
        case .differs, .tableIsBack:
            try send(drift.commands, of: number) { current.drift(in: $0) == .none }
        }
        do {
            try finish(current)
        } catch ApplyError.unrecorded {
            // The store says already that this generation is current. Only when it was looked at
            // last is lost, and a disk that is full must not keep a table from being restored.
        }
        if case .differs(let difference) = drift {
            return .restored(generation: number, difference)
        }
        return .removed(generation: number, from: nil)
    }

    /// Makes a new generation live; without a ruleset, one in which the table is gone.
    mutating func advance(
        to wanted: EncodedRuleset,
        for request: Request,
        origin: Manifest.Origin,
        taking target: Generation? = nil
    ) throws -> Change {
        func draft() throws -> (Generation, Drift) {
            let draft = try self.draft(wanted, for: request, origin: origin, taking: target)
            return (draft, draft.drift(in: snapshot.table))
        }
        var (generation, drift) = try draft()
        if drift.needsSight, unchanged != nil {
            try look()
            try refuseForeignTable()
            (generation, drift) = try draft()
        }
        drift = drift.worded(by: kernel, of: managed.name)
        let parent = snapshot.head.current
        let before =
            current?.ruleset?.isDraining == true
            ? try? snapshot.rollbackTarget(nil, in: managed.store).manifest.number : parent
        let number = generation.manifest.number
        let seen = snapshot.seen
        try record(generation, from: sources(of: request, taking: target))
        try send(drift.commands, of: number, hasHappened: generation.isMarked)
        try finish(generation, after: drift, since: seen)
        if case .differs(let difference) = drift {
            return .applied(generation: number, from: parent, difference)
        }
        return .removed(generation: number, from: before)
    }

    /// The next generation, which nobody knows of yet.
    func draft(
        _ wanted: EncodedRuleset,
        for request: Request,
        origin: Manifest.Origin,
        taking target: Generation?
    ) throws -> Generation {
        let number = snapshot.nextNumber
        let manifest = Manifest(
            number: number,
            origin: origin,
            restores: target?.manifest.number,
            parent: snapshot.head.current,
            time: time(nil),
            user: request.author.user,
            message: request.message,
            policy: target?.manifest.policy ?? request.policy,
            sources: target?.manifest.sources ?? Manifest.Source.copies(of: request.sources),
            accounts: target?.manifest.accounts ?? request.accounts,
            namesControlGroups: wanted.ruleset?.namesControlGroups ?? false,
            digest: wanted.digest,
            tool: request.author.tool
        )
        return Generation(manifest: manifest, encoded: wanted)
    }

    /// The texts that a new generation is made from: those of the one that it takes up, if any.
    func sources(of request: Request, taking target: Generation?) throws -> [StoredSource] {
        try target.map { try managed.store.sources(of: $0.manifest) } ?? request.sources
    }

    /// Makes a generation and the intent to apply it durable.
    mutating func record(
        _ generation: Generation,
        from sources: [StoredSource],
        onTrial trial: Trial? = nil
    ) throws {
        let number = generation.manifest.number
        do throws(StoreError) {
            // Nothing is begun that could not be noted.
            if isUnsettled { try managed.store.write(snapshot.head) }
            isUnsettled = false
            try managed.store.write(generation, from: sources)
            snapshot.head.format = StoreFormat.written
            snapshot.head.intent = number
            snapshot.head.trial = trial
            try managed.store.write(snapshot.head)
        } catch {
            throw ApplyError.unrecordable(generation: number, error)
        }
    }

    /// Sends one transaction.
    ///
    /// An answer can be lost although the transaction was not, so a look decides what happened.
    mutating func send(
        _ commands: [NftCommand],
        of number: Int,
        hasHappened: (LiveTable?) -> Bool
    ) throws {
        unchanged = nil
        do throws(KernelError) {
            try kernel.commit(commands.map { $0.text(table: managed.name) })
        } catch let failure {
            let live: LiveTable?
            do throws(KernelError) { live = try kernel.table(managed.name) } catch {
                throw ApplyError.uncertain(generation: number, failure)
            }
            if hasHappened(live) { return }
            dropIntent(number, reason: "\(failure)")
            let redirects = failure.redirects(among: commands, of: managed.name)
            throw ApplyError.refused(generation: number, redirects: redirects, failure)
        }
    }

    /// Notes that the kernel refused the intent.
    ///
    /// Where even that can't be written, the intent stays, and the next run drops it.
    mutating func dropIntent(_ number: Int, reason: String) {
        guard snapshot.head.intent == number else { return }
        snapshot.head.intent = nil
        if snapshot.head.trial?.generation == number { snapshot.head.trial = nil }
        snapshot.head.outcomes[number] = .refused(reason: reason)
        try? writeHead()
    }

    /// Looks again, and notes the generation as current.
    ///
    /// Where it is known what was changed, and since when nothing else can have been, a look at that
    /// is enough.
    mutating func finish(
        _ generation: Generation,
        after change: Drift = .none,
        since seen: Head.Verification? = nil
    ) throws {
        let number = generation.manifest.number
        let isRemoval = generation.manifest.isRemoval
        let look: (drift: Drift, verification: Head.Verification?)
        do throws(KernelError) {
            if let verification = try glance(at: generation, after: change, since: seen) {
                look = (.none, verification)
            } else {
                look = try lookAgain(at: generation)
            }
        } catch {
            try noteCurrent(number, isRemoval: isRemoval, verified: nil)
            throw ApplyError.unverified(generation: number, error)
        }
        let isVerified = look.drift == .none
        try noteCurrent(
            number,
            isRemoval: isRemoval,
            verified: isVerified ? look.verification : nil
        )
        // What another writer does meanwhile is drift, for the next look to tell.
        if case .differs(let difference) = look.drift, look.verification != nil {
            throw ApplyError.notAsSent(generation: number, difference)
        }
    }

    /// Reads of the table what a change has touched, and all but the elements of maps.
    ///
    /// - Returns: Nothing where that can't tell that all is well: where somebody else has changed
    ///   something, where much was touched, or where it is not as it should be.
    private func glance(
        at generation: Generation,
        after change: Drift,
        since seen: Head.Verification?
    ) throws(KernelError) -> Head.Verification? {
        guard let seen, let ruleset = generation.ruleset, case .differs(let difference) = change,
            let keys = difference.touchedKeys(limit: Self.mostKeysAtAGlance)
        else { return nil }
        let now = try kernel.generation()
        // Between the two there was one transaction: ours.
        guard now == seen.kernelGeneration &+ 1 else { return nil }
        let rest = Difference(
            live: try kernel.table(managed.name, only: keys),
            wanted: ruleset.narrowed(to: keys),
            marker: generation.marker
        )
        guard rest.isEmpty, try kernel.generation() == now else { return nil }
        return managed.verification(at: now, of: generation.manifest.number)
    }

    /// Only commands of more elements than go into one have ever come out wrong.
    private static let mostKeysAtAGlance = MapType.elementsPerCommand

    /// Reads the table until no transaction of anybody has come in between, within limits.
    ///
    /// Without a verification, one always did.
    private func lookAgain(
        at generation: Generation
    ) throws(KernelError) -> (Drift, Head.Verification?) {
        var drift = Drift.none
        for _ in 0..<3 {
            let before = try kernel.generation()
            drift = generation.drift(in: try kernel.table(managed.name))
            guard try kernel.generation() == before else { continue }
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
    }

    /// Writes the head, and shortens the history.
    mutating func writeHead() throws(StoreError) {
        let known = snapshot.numbers.last ?? 0
        snapshot.head.outcomes = snapshot.head.outcomes.filter {
            $0.key > known || snapshot.numbers.contains($0.key)
        }
        try managed.store.write(snapshot.head)
        // A history that is too long for now harms nobody; the next change shortens it.
        try? managed.store.prune(snapshot.head)
    }
}

extension KernelError {
    /// The redirects that the kernel complains about, each once.
    fileprivate func redirects(
        among commands: [NftCommand],
        of table: String
    ) -> [String] {
        guard case .refused(let complaints) = self else { return [] }
        let names = complaints.flatMap { complaint -> [String] in
            guard let command = complaint.command, commands.indices.contains(command) else {
                return []
            }
            return commands[command].redirects(table: table, at: complaint.part)
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
