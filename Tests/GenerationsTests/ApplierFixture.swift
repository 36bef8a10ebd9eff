import GenerationModel
import Glibc
import Nftables
import RulesetModel
import Synchronization
import TestSupport
import Testing

@testable import Generations

/// A table of its own: a store in a scratch directory, and the kernel of the test's namespace.
final class ApplierFixture {
    let scratch: ScratchDirectory
    let store: Store
    var boot = "first boot"
    var namespace: UInt64 = 1
    var cookie: UInt64? = 1
    /// How many seconds the clock on the wall is set forward.
    var wallShift = 0
    /// How many milliseconds the clock that nobody can set is ahead.
    var monotonicShift = 0
    /// The ends of trials that commands told of.
    let ends = TrialEnds()
    /// The kernel that commands work with.
    var kernel: FaultyKernel

    init() throws {
        scratch = try ScratchDirectory()
        store = Store(directory: "\(scratch.path)/redirctl")
        kernel = FaultyKernel()
    }

    var managed: ManagedTable {
        let (kernel, wallShift, monotonicShift) = (kernel, wallShift, monotonicShift)
        var managed = ManagedTable(
            name: "redirctl",
            store: store,
            boot: boot,
            namespace: namespace,
            cookie: cookie,
            now: {
                var now = ClockReading.system()
                now.wall += wallShift
                now.monotonic += monotonicShift
                return now
            },
            kernel: { kernel.holding($0) }
        )
        managed.observe = { [ends] event in
            guard case .trialEnded(_, let outcome) = event else { return }
            ends.outcomes.withLock { $0.append(outcome) }
        }
        return managed
    }

    /// The current generation if nothing can have changed; a quick check says the same, with what it has
    /// written down and without.
    func cached() throws -> Manifest? {
        let answers = try [managed.verifyUnchanged(), managed.verifyUnchanged()]
        unlink("\(store.directory)/verified")
        let manifest = try managed.cached()
        let isUnchanged = manifest != nil
        #expect(answers == [isUnchanged, isUnchanged])
        #expect(try managed.verifyUnchanged() == isUnchanged)
        return manifest
    }

    /// Does what a command does: takes the lock, changes, lets go.
    func change<Result>(_ body: (inout Applier) throws -> Result) throws -> Result {
        try store.prepare()
        let lock = try StoreLock.take(
            in: store.directory,
            waitingUpTo: 10,
            note: "test",
            waiting: { _ in }
        )
        var applier = try managed.repaired(under: lock)
        return try body(&applier)
    }

    @discardableResult
    func apply(_ ruleset: Ruleset, adopting: Bool = false) throws -> Change {
        try change { try $0.change(to: .apply(ruleset), for: Sample.request, adopting: adopting) }
    }

    @discardableResult
    func rollBack(to number: Int? = nil) throws -> Change {
        try change { try $0.change(to: .rollBack(to: number), for: Sample.authorOnly) }
    }

    @discardableResult
    func remove() throws -> Change {
        try change { try $0.change(to: .remove, for: Sample.authorOnly) }
    }

    @discardableResult
    func restore() throws -> Change {
        try change { try $0.change(to: .restore, for: Sample.authorOnly) }
    }

    /// The kernel's table, read past whatever is wrong with ``kernel``.
    func table() throws -> LiveTable? { try NftKernel().table("redirctl") }

    func packets(_ counter: String) throws -> UInt64? {
        try table()?.counters.first { $0.name == counter }?.packets
    }

    func kernelGeneration() throws -> UInt32 { try NftKernel().generationID() }

    func nft(_ script: String) throws { try LabCommand.run(["nft", "-f", "-"], input: script) }

    /// Expects store and kernel to agree that a generation is live, with nothing left to repair.
    func expectLive(
        _ number: Int,
        _ ruleset: Ruleset?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let snapshot = try ManagedTable(
            name: "redirctl",
            store: store,
            boot: boot,
            namespace: namespace,
            kernel: { NftKernel(holding: $0) }
        ).listed()
        #expect(snapshot.reconciliation == .inStep, sourceLocation: sourceLocation)
        #expect(snapshot.drift == Drift.none, sourceLocation: sourceLocation)
        #expect(snapshot.head.current == number, sourceLocation: sourceLocation)
        #expect(snapshot.head.confirmed == number, sourceLocation: sourceLocation)
        #expect(snapshot.head.intent == nil, sourceLocation: sourceLocation)
        #expect(snapshot.current?.ruleset == ruleset, sourceLocation: sourceLocation)
        #expect(try table()?.rulesByChain == ruleset?.rulesByChain, sourceLocation: sourceLocation)
    }

    /// The history as `1 replaced, 2 refused, 3 current`.
    func history() throws -> String {
        try managed.history().generations.map { past in
            let fate =
                switch past.fate {
                case .current: "current"
                case .replaced: "replaced"
                case .never(.refused): "refused"
                case .never(.abandoned): "abandoned"
                case .never(.reverted): "reverted"
                case .never(.cancelled): "cancelled"
                case .onTrial: "on trial"
                }
            return "\(past.manifest.number) \(fate)"
        }.joined(separator: ", ")
    }
}

/// The outcomes of trials.
final class TrialEnds: Sendable {
    let outcomes = Mutex<[Head.Outcome]>([])
}

extension Change {
    /// What was done, without the details.
    var summary: String {
        switch self {
        case .nothing(let number, let unchanged): "nothing \(number), \(unchanged) redirects"
        case .restored(let number, _): "restored \(number)"
        case .applied(let number, let from, _): "applied \(number) from \(from ?? 0)"
        case .removed(let number, let from, _): "removed \(number) from \(from ?? 0)"
        case .nothingToRemove: "nothing to remove"
        case .onTrial(let pending, let from, _):
            "on trial \(pending.trial.generation) from \(from ?? 0)"
        case .confirmed(let number, let from, _): "confirmed \(number) from \(from ?? 0)"
        case .cancelled(let number, let current, let isDrifted):
            "cancelled \(number), \(current ?? 0) decides" + (isDrifted ? ", drifted" : "")
        case .extended(let number, _): "extended \(number)"
        }
    }
}
