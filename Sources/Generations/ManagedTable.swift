public import GenerationModel
public import Nftables
public import RulesetModel

/// One table in one network namespace, with the store that remembers it.
public struct ManagedTable: Sendable {
    /// The table's name; its family is `inet`.
    public let name: String

    /// The store of its generations.
    public let store: Store

    /// The running boot (`/proc/sys/kernel/random/boot_id`).
    public let boot: String

    /// The inode number of the network namespace.
    public let namespace: UInt64

    /// Reads the clocks.
    public let now: @Sendable () -> ClockReading

    private let openKernel: @Sendable (_ lock: Int32?) -> any Kernel

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - name: The table's name.
    ///   - store: The store of its generations.
    ///   - boot: The running boot's identity.
    ///   - namespace: The inode number of the network namespace.
    ///   - now: Reads the clocks.
    ///   - kernel: Makes the door to the kernel, given the file that bears the lock, if one does.
    public init(
        name: String,
        store: Store,
        boot: String,
        namespace: UInt64,
        now: @escaping @Sendable () -> ClockReading = ClockReading.system,
        kernel: @escaping @Sendable (_ lock: Int32?) -> any Kernel
    ) {
        self.name = name
        self.store = store
        self.boot = boot
        self.namespace = namespace
        self.now = now
        openKernel = kernel
    }

    func kernel(holding lock: Int32? = nil) -> any Kernel { openKernel(lock) }

    /// Looks at store and kernel without changing either.
    ///
    /// Needs no lock: where a command has moved the head meanwhile, what was read of the store and
    /// of the kernel does not belong together, and is read again.
    public func look() throws -> Snapshot {
        try store.checkOwner()
        var snapshot = try look(through: kernel())
        for _ in 0..<Self.furtherLooks where try store.head() != snapshot.head {
            snapshot = try look(through: kernel())
        }
        return snapshot
    }

    private static let furtherLooks = 5

    /// The current generation, where nothing can have changed since the kernel was last seen to hold
    /// it, or nothing where that must be looked at.
    ///
    /// The table is not read.
    public func unchanged() throws -> Manifest? {
        try store.checkOwner()
        return try unchanged(through: kernel())
    }

    /// The same, where the generation is also that the table hold this ruleset.
    public func unchanged(with ruleset: Ruleset) throws -> Manifest? {
        guard let manifest = try unchanged(), try store.digest(of: ruleset) == manifest.digest
        else { return nil }
        return manifest
    }

    /// The current generation as the store has it; `nil` if nothing was ever applied.
    public func recorded() throws -> Manifest? {
        try store.checkOwner()
        return try store.head().current.map { try store.manifest(of: $0) }
    }

    /// The snapshot without a look at the kernel's table, or nothing where something can have
    /// changed since the last one.
    ///
    /// Of the table it has what it was seen to hold, without the kernel's handles and counts: see
    /// ``Planning/Difference/needsSight``.
    public func unseen() throws -> Snapshot? {
        try unchanged().flatMap { try unseen(holding: $0) }
    }

    /// The snapshot in which the kernel holds a generation.
    func unseen(holding manifest: Manifest) throws -> Snapshot? {
        // What is wrong with the store is told by a closer look.
        guard let current = try? store.generation(manifest.number) else { return nil }
        return try Snapshot(holding: current, in: store)
    }

    func unchanged(through kernel: any Kernel) throws -> Manifest? {
        let head = try store.head()
        guard let number = head.current, head.intent == nil, head.trial == nil,
            let verified = head.verified,
            verified.boot == boot, verified.namespace == namespace,
            verified.ruleset == store.fileState(of: number),
            try kernel.generation() == verified.kernelGeneration,
            // What is wrong with the store is told by a closer look.
            let manifest = try? store.manifest(of: number), !manifest.namesControlGroups,
            // A namespace that was made anew can have the number of the one before, and its count
            // of transactions can have come just as far.
            try kernel.table(name, bears: manifest.isRemoval ? nil : manifest.marker)
        else { return nil }
        return manifest
    }

    func look(through kernel: any Kernel) throws -> Snapshot {
        let head = try store.head()
        let before = try kernel.generation()
        let start = now()
        let whole = try kernel.table(name)
        let time = ReadingTime(start: start, end: now())
        let after = try kernel.generation()
        if let whole, whole.isOwned { throw ApplyError.ownedTable(whole.name) }
        let current = try store.generation(namedByHead: head.current)
        let intended = try store.generation(namedByHead: head.intent)
        let parts = head.trial == nil ? nil : whole?.split(besides: current?.ruleset)
        let table = parts.map { $0.confirmed.unlessVoid(current?.ruleset) } ?? whole
        let restart = head.verified.flatMap(restart(since:))
        let numbers = try store.numbers()
        let ours = store.markers(of: numbers, among: table?.markers ?? [])
        let reconciliation = Reconciliation(
            head: head,
            expected: current?.expectedMarker,
            intended: intended?.expectedMarker,
            table: table,
            isRestarted: restart != nil,
            isOurs: ours.contains
        ).knowing(current?.expectedMarker, isOurs: ours.contains)
        var snapshot = Snapshot(
            head: head,
            current: current,
            table: table,
            reconciliation: reconciliation,
            trial: try trial(
                notedIn: head,
                besides: current?.ruleset,
                whole,
                parts?.trial,
                read: time
            ),
            trialRestart: head.trial.flatMap(restart(since:)),
            remains: parts?.trial,
            restart: restart,
            numbers: numbers
        )
        if case .intentHappened = reconciliation {
            snapshot.current = intended
            snapshot.trial = nil
        } else if let trial = snapshot.trial?.trial,
            reconciliation == .intentDropped(trial.generation)
        {
            // How its trial stands says more.
            snapshot.reconciliation = head.current == nil ? .unused : .inStep
        }
        if before == after {
            snapshot.seen = verification(at: before, of: snapshot.current?.manifest.number)
        }
        return snapshot
    }

    /// Makes a head anew that can't be read, or names a generation that is gone, from the one generation
    /// that the kernel says it holds.
    ///
    /// - Returns: That generation's number; nothing where the head can be read.
    /// - Throws: What is wrong with the head, where the kernel doesn't tell.
    func rebuildHead(through kernel: any Kernel) throws -> Int? {
        do throws(StoreError) {
            try store.checkGenerations(namedBy: store.head())
            return nil
        } catch let damage {
            guard case .corrupt(let path, let reason) = damage else { throw damage }
            // Markers of no generation here say nothing.
            let markers = try kernel.table(name).flatMap { $0.isDormant ? nil : $0.markers } ?? []
            let own = markers.filter(store.has)
            guard own.count == 1, let marker = own.first,
                // Every part of it must be what was once written.
                let generation = try? store.generation(marker.number), generation.ruleset != nil
            else { throw StoreError.headLost(path: path, reason: reason) }
            var head = Head()
            head.format = generation.manifest.format
            head.current = marker.number
            head.confirmed = marker.number
            try store.write(head)
            return marker.number
        }
    }

    /// Notes that the table was seen to be as the store says, so that the next command need not
    /// look.
    ///
    /// Takes the lock if nobody has it. A note that can't be made harms nobody.
    public func note(_ snapshot: Snapshot) {
        guard snapshot.reconciliation == .inStep, snapshot.head.trial == nil,
            let seen = snapshot.seen,
            seen != snapshot.head.verified, snapshot.drift == Drift.none,
            let lock = try? StoreLock.take(in: store.directory, waitingUpTo: 0, note: "a check")
        else { return }
        withExtendedLifetime(lock) {
            guard let head = try? store.head(), head == snapshot.head else { return }
            var verified = head
            verified.verified = seen
            try? store.write(verified)
        }
    }

    private func trial(
        notedIn head: Head,
        besides confirmed: Ruleset?,
        _ table: LiveTable?,
        _ live: LiveTrial?,
        read time: ReadingTime
    ) throws -> TrialState? {
        // What a dormant table holds is not known.
        guard let trial = head.trial, table?.isDormant != true,
            let candidate = try store.generation(namedByHead: trial.generation)
        else { return nil }
        return TrialState(
            trial,
            of: candidate,
            besides: confirmed,
            live: live ?? LiveTrial(noneIn: name),
            hasRestarted: restart(since: trial) != nil,
            read: time
        )
    }

    /// What is noted after the table was compared with a generation, at a count of transactions.
    func verification(at count: UInt32, of number: Int?) -> Head.Verification {
        Head.Verification(
            kernelGeneration: count,
            boot: boot,
            namespace: namespace,
            ruleset: number.flatMap { store.fileState(of: $0) }
        )
    }

    private func restart(since look: Head.Verification) -> Restart? {
        restart(since: look.boot, look.namespace)
    }

    private func restart(since trial: Trial) -> Restart? {
        restart(since: trial.boot, trial.namespace)
    }

    private func restart(since boot: String, _ namespace: UInt64) -> Restart? {
        if boot != self.boot { return .machine }
        return namespace == self.namespace ? nil : .namespace
    }
}
