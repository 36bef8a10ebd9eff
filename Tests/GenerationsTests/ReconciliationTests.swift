import GenerationModel
import RulesetModel
import Testing

@testable import Generations

/// Every marker × head × intent.
@Suite struct ReconciliationTests {
    /// What a generation named in the head is.
    enum Named: CaseIterable {
        case none
        case removal
        case rules
    }

    /// What the kernel holds.
    enum Live: CaseIterable {
        case nothing
        case tableWithoutMarker
        case marksCurrent
        case marksIntent
        case marksAnother
        case marksBoth
    }

    static let current = Marker(number: 1, digest: "1111111111111111")
    static let intent = Marker(number: 2, digest: "2222222222222222")
    /// The number of the current one with other rules: that of another store.
    static let another = Marker(number: 1, digest: "3333333333333333")

    struct Case: CustomStringConvertible {
        let current: Named
        let intent: Named
        let live: Live
        let expected: Reconciliation
        var description: String { "current \(current), intent \(intent), live \(live)" }
    }

    static let cases: [Case] = [
        row(.none, .none, nothing: .unused),
        row(.none, .removal, nothing: .intentHappened(2)),
        row(.none, .rules, nothing: .intentDropped(2), marksIntent: .intentHappened(2)),
        row(.removal, .none, nothing: .inStep),
        row(.removal, .removal, nothing: .intentHappened(2)),
        row(.removal, .rules, nothing: .intentDropped(2), marksIntent: .intentHappened(2)),
        row(.rules, .none, nothing: .tableGone, marksCurrent: .inStep),
        row(.rules, .removal, nothing: .intentHappened(2), marksCurrent: .intentDropped(2)),
        row(
            .rules,
            .rules,
            nothing: .tableGone,
            marksCurrent: .intentDropped(2),
            marksIntent: .intentHappened(2)
        ),
    ].flatMap(\.self)

    /// All cases of a head; a table is foreign where nothing else is said.
    static func row(
        _ current: Named,
        _ intent: Named,
        nothing: Reconciliation,
        marksCurrent: Reconciliation? = nil,
        marksIntent: Reconciliation? = nil
    ) -> [Case] {
        Live.allCases.map { live in
            let expected: Reconciliation =
                switch live {
                case .nothing: nothing
                case .marksCurrent: marksCurrent ?? .foreign(found: [Self.current])
                case .marksIntent: marksIntent ?? .foreign(found: [Self.intent])
                case .tableWithoutMarker: .foreign(found: [])
                case .marksAnother: .foreign(found: [another])
                case .marksBoth: .foreign(found: [Self.current, Self.intent])
                }
            return Case(current: current, intent: intent, live: live, expected: expected)
        }
    }

    @Test func `the table of cases is complete`() {
        let count = Named.allCases.count * Named.allCases.count * Live.allCases.count
        #expect(Set(Self.cases.map(\.description)).count == count)
    }

    @Test(arguments: cases)
    func `marker, head and intent tell the reconciliation`(_ test: Case) {
        var head = Head()
        head.current = test.current == .none ? nil : 1
        head.intent = test.intent == .none ? nil : 2
        let reconciliation = Reconciliation(
            head: head,
            expected: test.current == .rules ? Self.current : nil,
            intended: test.intent == .rules ? Self.intent : nil,
            table: Self.table(test.live),
            isOurs: { [Self.current, Self.intent].contains($0) }
        )
        #expect(reconciliation == test.expected)
    }

    @Test(arguments: cases)
    func `markers unknown to the store are ignored beside a known one`(_ test: Case) {
        guard var table = Self.table(test.live), test.live != .tableWithoutMarker,
            test.live != .marksAnother
        else { return }
        var head = Head()
        head.current = test.current == .none ? nil : 1
        head.intent = test.intent == .none ? nil : 2
        for (index, number) in [1, 2, 3, 999_999_999].enumerated() {
            let stray = Marker(number: number, digest: "4444444444444444")
            table.chains.insert(LiveChain(name: stray.chain, handle: 90 + Handle(index)), at: index)
        }
        let reconciliation = Reconciliation(
            head: head,
            expected: test.current == .rules ? Self.current : nil,
            intended: test.intent == .rules ? Self.intent : nil,
            table: table,
            isOurs: { [Self.current, Self.intent].contains($0) }
        )
        #expect(reconciliation == test.expected)
    }

    @Test func `markers of which the store has none are those of another store`() {
        let strays = [3, 7].map { Marker(number: $0, digest: "4444444444444444") }
        let reconciliation = Reconciliation.foreign(found: strays)
            .knowing(Self.current) { $0 == Self.current }
        #expect(reconciliation == .otherLineage(found: strays[0], expected: Self.current))
    }

    @Test func `after a restart, no table does not say that it was removed`() {
        var head = Head()
        head.current = 1
        head.intent = 2
        for isRestarted in [false, true] {
            let reconciliation = Reconciliation(
                head: head,
                expected: Self.current,
                intended: nil,
                table: nil,
                isRestarted: isRestarted
            )
            #expect(reconciliation == (isRestarted ? .tableGone : .intentHappened(2)))
        }
    }

    @Test(arguments: cases)
    func `what a dormant table is marked with is not known`(_ test: Case) {
        guard var table = Self.table(test.live) else { return }
        table.isDormant = true
        var head = Head()
        head.current = test.current == .none ? nil : 1
        head.intent = test.intent == .none ? nil : 2
        let reconciliation = Reconciliation(head: head, expected: nil, intended: nil, table: table)
        #expect(reconciliation == .dormant)
    }

    @Test(arguments: cases)
    func `settling leaves no intent, and numbers the live one right`(_ test: Case) {
        var head = Head()
        head.current = test.current == .none ? nil : 1
        head.intent = test.intent == .none ? nil : 2
        let snapshot = Snapshot(
            head: head,
            current: nil,
            table: Self.table(test.live),
            reconciliation: test.expected,
            restart: nil,
            numbers: [1, 2].filter { $0 == head.current || $0 == head.intent }
        )
        let repaired = snapshot.repairedHead
        #expect(repaired.intent == nil)
        if case .intentHappened = test.expected {
            #expect(repaired.current == 2)
            #expect(repaired.confirmed == 2)
            #expect(repaired.outcomes.isEmpty)
        } else {
            #expect(repaired.current == head.current)
            #expect(repaired.outcomes == (head.intent == nil ? [:] : [2: .abandoned]))
        }
        #expect(snapshot.nextNumber > [head.current, head.intent].compactMap { $0 }.max() ?? 0)
    }

    private static func table(_ live: Live) -> LiveTable? {
        let markers: [Marker]
        switch live {
        case .nothing: return nil
        case .tableWithoutMarker: markers = []
        case .marksCurrent: markers = [current]
        case .marksIntent: markers = [intent]
        case .marksAnother: markers = [another]
        case .marksBoth: markers = [current, intent]
        }
        return LiveTable(
            name: "redirctl",
            chains: markers.enumerated().map { index, marker in
                LiveChain(name: marker.chain, handle: Handle(index + 1))
            }
        )
    }
}
