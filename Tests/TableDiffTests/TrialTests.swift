import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Candidates beside confirmed rulesets, on a model of the kernel's table.
@Suite struct TrialTests {
    static let next = Marker(number: 2, digest: Sample.digest)

    /// A confirmed ruleset and a candidate whose chains run at the same time.
    struct Pair {
        let confirmed: Ruleset
        let candidate: Ruleset

        init(seed: UInt64) {
            var generator = RulesetGenerator(seed: seed)
            let confirmed = generator.ruleset(table: "t")
            var candidate = generator.ruleset(table: "t")
            candidate.chains = candidate.chains.map { chain in
                let other = confirmed.chains.first { $0.head.hook == chain.head.hook }
                return BaseChain(head: other?.head ?? chain.head, rules: chain.rules)
            }
            (self.confirmed, self.candidate) = (confirmed, candidate)
        }

        func started(_ live: LiveTable, milliseconds: UInt64? = 1000) throws -> LiveTable {
            var interpreter = OperationInterpreter(live)
            try interpreter.carryOut(
                TrialCommands.start(
                    candidate,
                    marker: TrialTests.next,
                    besides: confirmed,
                    milliseconds: milliseconds
                ),
                on: "t"
            )
            return try #require(interpreter.table)
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a trial touches nothing, is what was sent, and goes without a trace`(
        seed: UInt64
    ) throws {
        let pair = Pair(seed: seed)
        let live = try Sample.live(pair.confirmed)
        let both = try pair.started(live)
        let (confirmed, trial) = both.split(besides: pair.confirmed)
        #expect(confirmed == live)
        #expect(trial.isDeciding)
        #expect(trial.lease?.expires == 1000)
        let wanted = pair.candidate.withChains(of: pair.confirmed)
        let difference = Difference(live: trial.table, wanted: wanted, marker: Self.next)
        #expect(difference.isEmpty, "\(difference.commands)")
        for chain in both.chains where chain.attachment != .none {
            #expect(chain.rules.first?.known == .trial(chain: chain.name))
        }
        var interpreter = OperationInterpreter(both)
        try interpreter.carryOut(try #require(TrialCommands.end(trial)), on: "t")
        #expect(interpreter.table == live)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a confirmation leaves what an apply would have left`(seed: UInt64) throws {
        let pair = Pair(seed: seed)
        let live = try Sample.live(pair.confirmed)
        let both = try pair.started(live)
        let (confirmed, trial) = both.split(besides: pair.confirmed)
        let commands = TrialCommands.confirm(
            trial,
            besides: confirmed,
            as: pair.candidate,
            marker: Self.next
        )
        #expect(commands.first == .revokeLease)
        var interpreter = OperationInterpreter(both)
        try interpreter.carryOut(commands, on: "t")
        let after = try #require(interpreter.table)
        let rest = Difference(live: after, wanted: pair.candidate, marker: Self.next)
        #expect(rest.isEmpty, "\(rest.commands)")
        #expect(after.lease == nil)
        // What both have stays, with its handle and so with what it has counted.
        let before = Dictionary(live.counters.map { ($0.name, $0.handle) }) { first, _ in first }
        for counter in after.counters {
            #expect(before[counter.name].map { $0 == counter.handle } ?? true)
        }
        for chain in after.chains where chain.attachment != .none {
            let old = both.chains.first { $0.name == chain.name }
            #expect(old?.handle == chain.handle)
        }
    }

    @Test func `a trial that is over can't be confirmed, nor extended`() throws {
        let pair = Pair(seed: 1)
        var both = try pair.started(try Sample.live(pair.confirmed))
        let (confirmed, trial) = both.split(besides: pair.confirmed)
        both.lease?.terms = [:]
        for commands in [
            TrialCommands.extend(milliseconds: 1000),
            TrialCommands.confirm(
                trial,
                besides: confirmed,
                as: pair.candidate,
                marker: Self.next
            ),
        ] {
            var interpreter = OperationInterpreter(both)
            #expect(throws: OperationInterpreter.Refusal.self) {
                try interpreter.carryOut(commands, on: "t")
            }
        }
    }

    @Test func `the lease is granted last, and without an end where something else ends it`() {
        let pair = Pair(seed: 2)
        for milliseconds in [5000, nil] as [UInt64?] {
            let commands = TrialCommands.start(
                pair.candidate,
                marker: Self.next,
                besides: pair.confirmed,
                milliseconds: milliseconds
            )
            #expect(commands.last == .grantLease(milliseconds: milliseconds))
            #expect(commands.contains(.addLease(isTimed: milliseconds != nil)))
        }
    }

    @Test func `a chain that only the confirmed ruleset has leads to nothing on trial`() throws {
        let confirmed = Sample.ruleset(["a": 80])
        var candidate = Sample.ruleset(["b": 81])
        candidate.chains.removeFirst()
        #expect(
            candidate.withChains(of: confirmed).chains.map(\.head.hook) == [.prerouting, .output]
        )
        #expect(candidate.withChains(of: nil) == candidate)
        let moved = Sample.ruleset(["a": 80], priority: -110)
        #expect(candidate.chainThatMoves(from: confirmed) == nil)
        #expect(moved.chainThatMoves(from: confirmed)?.to == -110)
        #expect(moved.chainThatMoves(from: nil) == nil)
    }

    @Test func `drift inside a trial is seen`() throws {
        let pair = Pair(seed: 3)
        let both = try pair.started(try Sample.live(pair.confirmed))
        let wanted = pair.candidate.withChains(of: pair.confirmed)
        func difference(_ change: (inout LiveTable) throws -> Void) rethrows -> Difference {
            var table = both
            try change(&table)
            let trial = table.split(besides: pair.confirmed).trial
            return Difference(live: trial.table, wanted: wanted, marker: Self.next)
        }
        let foreign = LiveRule(handle: 9999, content: .foreign("tcp dport 22 accept"))
        let chain = try #require(both.chains.firstIndex { $0.name == "trial_output" })
        let base = try #require(both.chains.firstIndex { $0.name == "output" })
        #expect(!difference { $0.chains[chain].rules.insert(foreign, at: 0) }.isEmpty)
        #expect(!difference { $0.chains[base].rules.removeFirst() }.isEmpty)
        #expect(!difference { $0.chains[base].rules.insert(foreign, at: 0) }.isEmpty)
        #expect(
            !difference { $0.chains.removeAll { $0.name == TrialName.of(Self.next.chain) } }.isEmpty
        )
        #expect(difference { _ in }.isEmpty)
        // A rule of the trial that counts by a confirmed counter says something else.
        let counting = Rule(selector: Selector(), counter: "rc_a", statement: .accept)
        let stray = LiveRule(handle: 9998, content: .known(counting))
        let words = difference { $0.chains[chain].rules.append(stray) }.foreign.map(\.text)
        #expect(words == [#"counter name "rc_a (not on trial)" accept"#])
    }

    @Test func `a lease that no trial is noted for is foreign and goes`() throws {
        let pair = Pair(seed: 4)
        let both = try pair.started(try Sample.live(pair.confirmed))
        let difference = Difference(live: both, wanted: pair.confirmed, marker: Sample.marker)
        #expect(difference.foreign.contains { $0.kind == "set" && $0.text == "lease" })
        let after = try Sample.carryOut(difference, on: both)
        #expect(
            Difference(live: after, wanted: pair.confirmed, marker: Sample.marker).isEmpty
        )
        #expect(after.chains.allSatisfy { TrialName.original($0.name) == nil })
    }
}
