import GenerationModel
import Reporting
import RulesetModel
import TableDiff

/// What a watch remembers of a comparison, to find out what has changed at the next one.
///
/// The table itself is kept as a hash: a large one takes much memory.
struct WatchedState: Equatable {
    private let generation: Int?
    private(set) var isDrifted: Bool
    private var trial: Int?
    private var deadline: Int?
    private var content: Int

    init(_ check: TableCheck) {
        generation = check.generation?.number
        isDrifted = check.isDrifted
        trial = check.trial?.trial.generation
        deadline = check.trial?.deadline
        content = Self.content(of: check)
    }

    /// What of a table is not as it should be.
    private static func content(of check: TableCheck) -> Int {
        guard check.isDrifted else { return 0 }
        var hasher = Hasher()
        switch check.drift {
        case nil, Drift.none?: break
        case .tableIsBack?: hasher.combine(check.snapshot?.table?.withoutCounts)
        case .differs(let difference)?: hasher.combine(difference)
        }
        if let difference = check.trialDrift { hasher.combine(difference) }
        hasher.combine(check.trial?.lateEnd)
        hasher.combine(check.overdueTrial)
        hasher.combine(check.owner)
        hasher.combine(check.unknownMarker)
        return hasher.finalize()
    }

    /// What has happened since an earlier state; `nil` for nothing.
    ///
    /// `isTouched` says whether somebody else made a transaction with the table.
    func event(since former: WatchedState, isTouched: Bool) -> WatchReport.Event? {
        if equals(former) { return isTouched ? .unchanged : nil }
        if isDrifted { return .drift }
        if generation != former.generation { return .generation }
        if former.isDrifted { return .restored }
        if trial != nil { return .trial }
        return former.trial == nil ? nil : .trialEnded
    }

    private func equals(_ former: WatchedState) -> Bool {
        var former = former
        // Until an extension is recorded, its end is computed, and can be a second off.
        if let deadline, let other = former.deadline, abs(deadline - other) <= 2 {
            former.deadline = deadline
        }
        return self == former
    }

    /// The state after what differs was put back.
    var healed: WatchedState {
        var state = self
        (state.isDrifted, state.trial, state.deadline, state.content) = (false, nil, nil, 0)
        return state
    }
}

extension Hasher {
    /// Adds what differs, without what changes by itself, such as counts.
    fileprivate mutating func combine(_ difference: Difference) {
        combine(difference.structure)
        var live = difference.live.withoutCounts
        // Elements of these end by themselves.
        for index in live.maps.indices where Holdback.isSet(live.maps[index]) {
            live.maps[index].elements = []
        }
        combine(live)
    }
}
