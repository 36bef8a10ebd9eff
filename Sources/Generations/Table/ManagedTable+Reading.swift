public import GenerationModel
import Nftables
import RulesetModel

/// Reading store and kernel; nothing here changes either.
extension ManagedTable {
    /// Reads as little of the table as a depth needs.
    ///
    /// This needs no lock: if a command writes the head meanwhile, store and kernel do not match, and
    /// both are read again.
    public func read(_ depth: TableReading.Depth) throws -> TableReading {
        try store.checkOwner()
        return try read(depth, through: kernel())
    }

    /// Lists the table.
    public func listed() throws -> Snapshot {
        try store.checkOwner()
        return try consistentListing(through: kernel())
    }

    /// The current generation; `nil` if something can have changed since the last verification.
    func cached() throws -> Manifest? {
        try store.checkOwner()
        return try cached(through: kernel())
    }

    /// The current generation as the store has it; `nil` if nothing was ever applied.
    public func recorded() throws -> Manifest? {
        try store.checkOwner()
        return try store.head().current.map { try store.manifest(of: $0) }
    }

    func read(_ depth: TableReading.Depth, through kernel: any Kernel) throws -> TableReading {
        if depth != .listed, let manifest = try cached(through: kernel) {
            if depth == .cached { return .cached(manifest) }
            if let snapshot = try assumed(manifest) { return .assumed(snapshot) }
        }
        return .listed(try consistentListing(through: kernel))
    }

    private func consistentListing(through kernel: any Kernel) throws -> Snapshot {
        var snapshot = try list(through: kernel)
        for _ in 0..<Self.furtherListings where try store.head() != snapshot.head {
            snapshot = try list(through: kernel)
        }
        return snapshot
    }

    private static let furtherListings = 5

    /// The snapshot in which the kernel has a generation, as it was verified.
    ///
    /// `nil` if the store can't be read; then a listing finds out what is wrong.
    func assumed(_ manifest: Manifest) throws -> Snapshot? {
        guard let current = try? store.generation(manifest.number) else { return nil }
        let head = try store.head()
        return Snapshot(
            head: head,
            current: current,
            table: current.ruleset.map { LiveTable(holding: $0, marker: current.marker) },
            reconciliation: .inStep,
            numbers: try store.numbers(),
            verification: head.verified
        )
    }

    /// Lists the table once.
    func list(through kernel: any Kernel) throws -> Snapshot {
        let head = try store.head()
        let before = try kernel.generationID()
        let start = now()
        let whole = try kernel.table(name)
        let time = ReadingTime(start: start, end: now())
        let after = try kernel.generationID()
        if let whole, whole.isOwned { throw ApplyError.ownedTable(whole.name) }
        let current = try store.generation(namedByHead: head.current)
        let intended = try store.generation(namedByHead: head.intent)
        let parts = head.trial == nil ? nil : whole?.split(besides: current?.ruleset)
        let table = parts.map { $0.confirmed.unlessVoid(besides: current?.ruleset) } ?? whole
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
            trialObjects: parts?.trial,
            restart: restart,
            numbers: numbers
        )
        if case .intentHappened = reconciliation {
            snapshot.current = intended
            snapshot.trial = nil
        } else if let trial = snapshot.trial?.trial,
            reconciliation == .intentDropped(trial.generation)
        {
            // The state of its trial says more.
            snapshot.reconciliation = head.current == nil ? .unused : .inStep
        }
        if before == after {
            snapshot.verification = verification(at: before, of: snapshot.current?.manifest.number)
        }
        return snapshot
    }

    private func trial(
        notedIn head: Head,
        besides confirmed: Ruleset?,
        _ table: LiveTable?,
        _ live: LiveTrial?,
        read time: ReadingTime
    ) throws -> TrialState? {
        // The content of a dormant table is unknown.
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

    /// The record that the table was compared with a generation at a count of transactions.
    func verification(at count: UInt32, of number: Int?) -> Head.Verification {
        Head.Verification(
            kernelGeneration: count,
            boot: boot,
            namespace: namespace,
            cookie: cookie,
            ruleset: number.flatMap { store.fileState(of: $0) }
        )
    }

    private func restart(since verification: Head.Verification) -> Restart? {
        restart(since: verification.boot, verification.namespace, verification.cookie)
    }

    func restart(since trial: Trial) -> Restart? {
        restart(since: trial.boot, trial.namespace, trial.cookie)
    }

    private func restart(
        since boot: String,
        _ namespace: UInt64,
        _ cookie: UInt64?
    ) -> Restart? {
        if boot != self.boot { return .machine }
        let isOther = cookie != nil && self.cookie != nil && cookie != self.cookie
        return namespace == self.namespace && !isOther ? nil : .namespace
    }
}

// MARK: - Nothing has changed

extension ManagedTable {
    /// The current generation, if the kernel has made no transaction since it was verified.
    func cached(through kernel: any Kernel) throws -> Manifest? {
        let head = try store.head()
        guard let number = head.current, head.intent == nil, head.trial == nil,
            let verified = head.verified,
            restart(since: verified) == nil,
            verified.ruleset == store.fileState(of: number),
            try kernel.generationID() == verified.kernelGeneration,
            // A listing finds out what is wrong with the store.
            let manifest = try? store.manifest(of: number), !manifest.namesControlGroups,
            // A namespace that was created again can have the former one's inode number and the
            // same count of transactions; older kernels have no cookie.
            try kernel.table(name, has: manifest.isRemoval ? nil : manifest.marker)
        else { return nil }
        return manifest
    }

    /// Whether nothing can have changed since the table was last verified; `false` if a listing has to
    /// find out.
    ///
    /// Records that it was found so, and what was true then: while that is still true, the next call
    /// need not decode head and manifest, which takes longer than all the rest.
    public func verifyUnchanged() throws -> Bool {
        try store.checkOwner()
        let kernel = kernel()
        let known = store.verifiedFacts()
        let marker = known.split(separator: "\n").first.flatMap { Marker(chain: String($0)) }
        if let marker,
            known == facts(marker, kernelGeneration: try kernel.generationID(), store.headState()),
            try kernel.table(name, has: marker)
        {
            store.touchVerified()
            return true
        }
        let headState = store.headState()
        guard let manifest = try cached(through: kernel) else { return false }
        if !manifest.isRemoval, let verified = try store.head().verified {
            let count = verified.kernelGeneration
            store.writeVerified(facts(manifest.marker, kernelGeneration: count, headState))
        } else {
            store.noteVerified()
        }
        return true
    }

    /// All that ``cached(through:)`` looks at, in a form that says whether any of it has changed.
    private func facts(
        _ marker: Marker,
        kernelGeneration: UInt32,
        _ headState: String?
    ) -> String {
        [
            marker.chain, boot, "\(namespace)", "\(cookie ?? 0)", "\(kernelGeneration)",
            headState ?? "",
            store.fileState(of: marker.number) ?? "", store.manifestState(of: marker.number) ?? "",
        ].joined(separator: "\n")
    }
}
