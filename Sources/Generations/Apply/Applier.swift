public import GenerationModel
import Glibc
import Nftables
public import RulesetModel
import TableDiff

/// Changes a table: under its lock, with a generation for each change, in one transaction.
///
/// The order of the steps makes a change safe: the generation is durable, then the intent, then the
/// kernel switches, then the head is durable. ``GenerationModel/Reconciliation`` lists the
/// states in which a killed command can leave store and kernel.
public struct Applier {
    let managed: ManagedTable
    let kernel: any Kernel

    /// What was found and repaired before anything else.
    public let repairs: Repairs

    /// Store and table as far as they are known; without table and generation if only ``cached`` is
    /// known.
    var snapshot: Snapshot

    /// How much of the table is known; `nil` after something was sent.
    private var depth: TableReading.Depth?

    /// The current generation, if the kernel was verified to have it and nothing was read since.
    private var cached: Manifest?

    /// Whether a repair could not be written to disk.
    var isRepairUnwritten = false

    /// Why a restoration could not be recorded for the history.
    public internal(set) var unrecordedRestoration: StoreError?

    private let lock: StoreLock

    init(
        _ managed: ManagedTable,
        lock: StoreLock,
        kernel: any Kernel,
        live: TableReading,
        repairs: Repairs
    ) throws(StoreError) {
        self.managed = managed
        self.lock = lock
        self.kernel = kernel
        self.repairs = repairs
        switch live {
        case .cached(let manifest):
            (cached, depth) = (manifest, .cached)
            snapshot = Snapshot(
                head: try managed.store.head(),
                current: nil,
                table: nil,
                reconciliation: .inStep,
                numbers: try managed.store.numbers()
            )
        case .assumed(let known): (snapshot, depth) = (known, .assumed)
        case .listed(let known): (snapshot, depth) = (known, .listed)
        }
    }

    /// The number of the current generation; `nil` if nothing was ever applied.
    public var currentNumber: Int? { snapshot.head.current }

    /// Whether the kernel's table may only be changed if it is adopted.
    public var needsAdoption: Bool { snapshot.needsAdoption }

    /// The generation that is live, or should be.
    var current: Generation? { snapshot.current }

    /// The number of the generation that the next change makes.
    public mutating func nextNumber() throws -> Int {
        try read(.listed)
        return snapshot.nextNumber
    }
}

// MARK: - What is live

extension Applier {
    /// Reads the table, unless that much of it is known.
    @discardableResult
    mutating func read(_ wanted: TableReading.Depth) throws -> TableReading {
        if let live, live.reaches(wanted) { return live }
        if wanted == .assumed, let cached, let assumed = try managed.assumed(cached) {
            know(assumed, .assumed)
            return .assumed(assumed)
        }
        know(try managed.list(through: kernel), .listed)
        try settle()
        return .listed(snapshot)
    }

    private var live: TableReading? {
        switch depth {
        case .cached?: cached.map { .cached($0) }
        case .assumed?: .assumed(snapshot)
        case .listed?: .listed(snapshot)
        case nil: nil
        }
    }

    /// Takes over what was read.
    mutating func know(_ snapshot: Snapshot, _ depth: TableReading.Depth) {
        self.snapshot = snapshot
        self.depth = depth
        cached = nil
    }

    /// Forgets the table, because a transaction is sent.
    mutating func forgetTable() {
        depth = nil
        cached = nil
    }

    /// Writes the result of a command that was killed, as the kernel's marker shows it.
    mutating func settle() throws {
        if case .over = snapshot.trial { return try settleTrial() }
        let head = snapshot.repairedHead
        if head != snapshot.head {
            // The next run repairs what can't be written now. A full disk must keep neither a table from
            // being restored nor a trial from being cancelled.
            do throws(StoreError) {
                try managed.store.write(head)
            } catch {
                isRepairUnwritten = true
            }
        }
        snapshot.head = head
    }
}

// MARK: - Changes

extension Applier {
    /// Inspects a plan before it is carried out; an error stops the change.
    public typealias Inspection = (Plan) throws -> Void

    /// Brings the table to a goal.
    ///
    /// If the goal is the current generation, no new one is made: what differs is restored.
    ///
    /// - Parameters:
    ///   - goal: What the table is to become.
    ///   - request: Who asks, and what to keep with the generation.
    ///   - adopting: Whether a table may be taken over that redirctl did not make.
    ///   - inspect: Inspects the plan first. It is not called if nothing was read and nothing is to do.
    /// - Returns: What was done.
    /// - Throws: Above all ``ApplyError``; then nothing has changed unless it says so.
    public mutating func change(
        to goal: Goal,
        for request: ChangeRequest,
        adopting: Bool = false,
        inspect: Inspection = { _ in }
    ) throws -> Change {
        try observed {
            try $0.carryOut(goal, for: request, adopting: adopting, inspect: inspect)
        }
    }

    private mutating func carryOut(
        _ goal: Goal,
        for request: ChangeRequest,
        adopting: Bool,
        inspect: Inspection
    ) throws -> Change {
        let plan = try plan(for: goal)
        if case .cached(let manifest) = plan.live {
            return plan.wanted.ruleset.map {
                .nothing(generation: manifest.number, unchanged: $0.redirectCount)
            } ?? .nothingToRemove
        }
        if !adopting { try refuseForeignTable() }
        try inspect(plan)
        return switch plan.step {
        case .none: .nothingToRemove
        case .restore: try restore(plan, for: request)
        case .advance: try advance(plan, for: request)
        }
    }

    /// Plans a change; the kernel is not changed.
    mutating func plan(for goal: Goal, reading depth: TableReading.Depth = .cached) throws -> Plan {
        try read(depth)
        try refusePendingTrial()
        return try managed.plan(for: goal, reading: depth, through: kernel) { try read($0) }
    }

    /// Refuses a change if anything is not as it was when the saved plan was made.
    ///
    /// - Throws: ``StalePlan``; nothing has changed then.
    public mutating func require(
        _ plan: SavedPlan,
        for ruleset: Ruleset,
        _ request: ChangeRequest
    ) throws {
        try plan.check(ruleset, for: request, in: managed.store)
        try read(.listed)
        try refusePendingTrial()
        try plan.check(snapshot)
    }

    /// Refuses any other change while a generation is on trial.
    public func refusePendingTrial() throws {
        guard let pending = snapshot.trial?.pending else { return }
        throw ApplyError.trialPending(
            pending.trial,
            table: managed.name,
            deadline: pending.deadline
        )
    }

    func refuseForeignTable() throws { try snapshot.refuseForeignTable(managed.name) }
}
