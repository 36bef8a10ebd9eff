/// A trial's objects in a table, apart from the confirmed ones.
public struct LiveTrial: Sendable, Hashable {
    /// A rule by which a base chain leads to the trial.
    public struct Gate: Sendable, Hashable {
        /// The base chain.
        public let chain: String

        /// The rule.
        public let rule: LiveRule
    }

    /// The trial's objects under the names that they will have once it is confirmed.
    ///
    /// A chain counts as attached to a hook if the first rule of that base chain leads to it.
    public let table: LiveTable

    /// The rules that lead to the trial.
    public let gates: [Gate]

    /// Base chains that exist only for the trial, without those rules.
    public let addedChains: [LiveChain]

    /// The set that the trial lives by.
    public let lease: LiveLease?

    /// Creates the objects of a trial.
    public init(
        table: LiveTable,
        gates: [Gate],
        addedChains: [LiveChain],
        lease: LiveLease?
    ) {
        self.table = table
        self.gates = gates
        self.addedChains = addedChains
        self.lease = lease
    }

    /// Whether one of the objects has a name that can't be in a command.
    public var hasInexpressibleName: Bool {
        table.hasInexpressibleName
            || !addedChains.map(\.name).allSatisfy(ObjectName.canBeInCommands)
    }

    /// A trial without objects.
    public init(noneIn table: String) {
        self.init(table: LiveTable(name: table), gates: [], addedChains: [], lease: nil)
    }

    /// Whether there are no objects.
    public var isEmpty: Bool {
        gates.isEmpty && lease == nil && table.chains.isEmpty && table.maps.isEmpty
            && table.counters.isEmpty && table.others.isEmpty
    }

    /// Whether the trial is in effect, and can be confirmed.
    public var isDeciding: Bool { lease?.isLive == true && !gates.isEmpty }

    /// Whether the trial is in effect for at least one address family.
    public var decidesForSome: Bool { lease?.terms.isEmpty == false && !gates.isEmpty }
}

extension LiveTable {
    /// Separates the objects of a trial from those of the confirmed ruleset.
    public func split(besides confirmed: Ruleset?) -> (confirmed: LiveTable, trial: LiveTrial) {
        let gates = chains.filter { $0.attachment != .none }.flatMap { chain in
            chain.rules.filter { $0.known == .trial(chain: chain.name) }
                .map { LiveTrial.Gate(chain: chain.name, rule: $0) }
        }
        let gated = Set(gates.map(\.chain))
        let first = Set(gates.map(\.rule)).intersection(chains.compactMap(\.rules.first))
        let led = Set(gates.lazy.filter { first.contains($0.rule) }.map(\.chain))
        let confirmedChains = Set(confirmed?.chains.map(\.name) ?? [])
        var (rest, trial) = (self, self)
        rest.lease = nil
        trial.lease = nil
        // No chain of a trial has a hook of its own, whatever its name.
        let ofTrial = chains.filter {
            TrialName.original($0.name) != nil && $0.attachment == .none
        }
        let trialNames = Set(ofTrial.map(\.name))
        rest.chains = chains.filter { !trialNames.contains($0.name) }.map { chain in
            var chain = chain
            if gated.contains(chain.name) {
                chain.rules.removeAll { $0.known == .trial(chain: chain.name) }
            }
            return chain
        }
        // A chain with another program's rule is not only the trial's.
        let names = Set(ofTrial.compactMap { TrialName.original($0.name) })
        let added = rest.chains.filter {
            names.contains($0.name) && !confirmedChains.contains($0.name)
                && $0.attachment.head != nil && $0.rules.isEmpty
        }
        rest.chains.removeAll { added.contains($0) }
        let attachments = Dictionary(chains.map { ($0.name, $0.attachment) }) { first, _ in first }
        trial.chains = ofTrial.compactMap { chain in
            TrialName.original(chain.name).map { name in
                chain.offTrial(as: name, led.contains(name) ? attachments[name] : nil)
            }
        }
        rest.counters = counters.filter { TrialName.original($0.name) == nil }
        trial.counters = counters.compactMap { $0.offTrial }
        rest.maps = maps.filter { TrialName.original($0.name) == nil }
        trial.maps = maps.compactMap { $0.offTrial }
        rest.others = others.filter { TrialName.original($0.name) == nil }
        trial.others = others.filter { TrialName.original($0.name) != nil }
        return (
            rest, LiveTrial(table: trial, gates: gates, addedChains: added, lease: lease)
        )
    }

    /// The table with base chains that existed only for a trial.
    public func with(_ chains: [LiveChain]) -> LiveTable {
        var table = self
        table.chains += chains
        return table
    }
}

extension LiveChain {
    fileprivate func offTrial(as name: String, _ gate: Attachment?) -> LiveChain {
        var chain = self
        chain.name = name
        if attachment == .none, let gate { chain.attachment = gate }
        for index in rules.indices {
            guard case .known(let rule) = rules[index].content else { continue }
            chain.rules[index].content = .known(rule.renamed(TrialName.referred))
        }
        return chain
    }
}

extension LiveCounter {
    fileprivate var offTrial: LiveCounter? {
        guard let original = TrialName.original(name) else { return nil }
        return LiveCounter(name: original, handle: handle, packets: packets, bytes: bytes)
    }
}

extension LiveMap {
    fileprivate var offTrial: LiveMap? {
        guard let original = TrialName.original(name) else { return nil }
        let elements = elements.map {
            LiveElement($0.element.renamed(TrialName.referred), count: $0.count)
        }
        return LiveMap(handle: handle, name: original, type: type, elements: elements)
    }
}
