import Glibc
import Nftables
import Planning
import RulesetModel

/// The steps that changes are made of.
extension Applier {
    /// Mends what differs from the current generation.
    mutating func restore(_ current: Generation, _ wanted: Ruleset) throws -> Change {
        let number = current.manifest.number
        let difference = Difference(
            live: situation.table,
            wanted: wanted,
            marker: current.marker
        )
        guard !difference.isEmpty else {
            return .nothing(generation: number, unchanged: difference.unchanged)
        }
        try send(difference.operations, of: number) { live in
            Difference(live: live, wanted: wanted, marker: current.marker).isEmpty
        }
        try finish(current, wanted)
        return .restored(generation: number, difference)
    }

    /// Makes a new generation live.
    mutating func advance(
        to wanted: Ruleset,
        for request: Request,
        origin: Manifest.Origin,
        from source: Generation? = nil
    ) throws -> Change {
        let parent = situation.head.current
        let generation = try record(wanted, for: request, origin: origin, from: source)
        let number = generation.manifest.number
        let difference = Difference(
            live: situation.table,
            wanted: wanted,
            marker: generation.marker
        )
        try send(difference.operations, of: number) { $0?.markers == [generation.marker] }
        try finish(generation, wanted)
        return .applied(generation: number, from: parent, difference)
    }

    /// Makes the table's absence a generation.
    mutating func takeAway(
        for request: Request,
        origin: Manifest.Origin,
        restores: Int?
    ) throws -> Change {
        let parent = situation.head.current
        let generation = try record(nil, for: request, origin: origin, restores: restores)
        let number = generation.manifest.number
        if situation.table != nil {
            try send([.deleteTable], of: number) { $0 == nil }
        }
        try noteCurrent(number, verified: nil)
        return .removed(generation: number, from: parent)
    }

    /// Makes a generation and the intent to apply it durable.
    private mutating func record(
        _ ruleset: Ruleset?,
        for request: Request,
        origin: Manifest.Origin,
        from source: Generation? = nil,
        restores: Int? = nil
    ) throws -> Generation {
        let number = situation.nextNumber
        let manifest = Manifest(
            number: number,
            origin: origin,
            restores: source?.manifest.number ?? restores,
            parent: situation.head.current,
            time: time(nil),
            user: request.author.user,
            policy: source?.manifest.policy ?? request.policy,
            digest: try site.store.digest(of: ruleset),
            tool: request.author.tool
        )
        let generation = Generation(
            manifest: manifest,
            ruleset: ruleset,
            sources: source?.sources ?? request.sources
        )
        try site.store.write(generation)
        situation.head.intent = number
        try site.store.write(situation.head)
        return generation
    }

    /// Sends one transaction.
    ///
    /// An answer can be lost although the transaction was not, so a look decides what happened.
    private mutating func send(
        _ operations: [Planning.Operation],
        of number: Int,
        hasHappened: (LiveTable?) -> Bool
    ) throws {
        do {
            try kernel.commit(operations.map { $0.text(table: site.table) })
        } catch let refusal {
            let live: LiveTable?
            do { live = try kernel.table(site.table) } catch {
                throw ApplyError.uncertain(generation: number, refusal)
            }
            if hasHappened(live) { return }
            dropIntent(number, reason: "\(refusal)")
            throw self.refusal(refusal, of: number, operations)
        }
    }

    private func refusal(
        _ error: KernelError,
        of generation: Int,
        _ operations: [Planning.Operation]
    ) -> ApplyError {
        var redirects: [String] = []
        if case .refused(let complaints) = error {
            let indices = complaints.compactMap(\.command)
            for index in indices where operations.indices.contains(index) {
                guard let name = operations[index].redirect, !redirects.contains(name) else {
                    continue
                }
                redirects.append(name)
            }
        }
        return .refused(generation: generation, redirects: redirects, error)
    }

    /// Notes that the kernel refused the intent.
    ///
    /// Where even that can't be written, the intent stays, and the next run drops it.
    private mutating func dropIntent(_ number: Int, reason: String) {
        guard situation.head.intent == number else { return }
        situation.head.intent = nil
        situation.head.outcomes[number] = .refused(reason: reason)
        try? site.store.write(situation.head)
    }

    /// Looks again, and notes the generation as current.
    private mutating func finish(_ generation: Generation, _ wanted: Ruleset) throws {
        let number = generation.manifest.number
        let before: UInt32
        let live: LiveTable?
        let isUndisturbed: Bool
        do {
            before = try kernel.generation()
            live = try kernel.table(site.table)
            isUndisturbed = try kernel.generation() == before
        } catch {
            try noteCurrent(number, verified: nil)
            throw ApplyError.unverified(generation: number, error)
        }
        let difference = Difference(live: live, wanted: wanted, marker: generation.marker)
        let isVerified = difference.isEmpty && isUndisturbed
        let verification = Head.Verification(
            kernelGeneration: before,
            boot: site.boot,
            namespace: site.namespace
        )
        try noteCurrent(number, verified: isVerified ? verification : nil)
        // What another writer did meanwhile is drift, for the next look to tell.
        if !difference.isEmpty, isUndisturbed {
            throw ApplyError.notAsSent(generation: number, difference)
        }
    }

    private mutating func noteCurrent(_ number: Int, verified: Head.Verification?) throws {
        situation.head.current = number
        situation.head.confirmed = number
        situation.head.intent = nil
        situation.head.verified = verified
        do {
            let numbers = try site.store.numbers()
            situation.head.outcomes = situation.head.outcomes.filter { numbers.contains($0.key) }
            try site.store.write(situation.head)
        } catch {
            throw ApplyError.unrecorded(generation: number, error)
        }
        // A history that is too long for now harms nobody; the next change shortens it.
        try? site.store.prune(situation.head)
    }
}
