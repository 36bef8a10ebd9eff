import Glibc
import Nftables
public import Planning
public import RulesetModel

/// How the trial that the head notes stands in the kernel.
public enum TrialState: Sendable {
    /// It decides what becomes of connections.
    case pending(PendingTrial)
    /// It does not decide any more, or never did.
    case over(Trial, Head.Outcome)

    /// What is noted of it.
    public var trial: Trial {
        switch self {
        case .pending(let pending): pending.trial
        case .over(let trial, _): trial
        }
    }

    /// The trial, as long as it decides.
    public var pending: PendingTrial? {
        if case .pending(let pending) = self { pending } else { nil }
    }
}

/// A trial that goes on.
public struct PendingTrial: Sendable {
    /// What is noted of it.
    public let trial: Trial

    /// The generation on trial.
    public let candidate: Generation

    /// What the kernel holds of it.
    public let live: LiveTrial

    /// How what the kernel holds differs from the candidate; nothing where it does not.
    public let drift: Difference?

    /// After how many seconds it ends: by the kernel's clock where that ends it.
    public let secondsLeft: Int

    init(_ trial: Trial, of candidate: Generation, besides confirmed: Ruleset?, live: LiveTrial) {
        self.trial = trial
        self.candidate = candidate
        self.live = live
        let wanted = (candidate.ruleset ?? Ruleset(table: live.table.name))
            .withChains(of: confirmed)
        let difference = Difference(live: live.table, wanted: wanted, marker: candidate.marker)
        drift = difference.isEmpty ? nil : difference
        secondsLeft =
            live.lease?.expires.map { Int(($0 + 999) / 1000) }
            ?? max(0, trial.deadline - time(nil))
    }

    /// When it ends, by the clock on the wall, as it was noted: the same at each look.
    public var deadline: Int { trial.deadline }
}

extension TrialState {
    /// Judges.
    init(
        _ trial: Trial,
        of candidate: Generation,
        besides confirmed: Ruleset?,
        live: LiveTrial
    ) {
        let isOverdue = trial.guardian != .kernel && time(nil) >= trial.deadline
        let hasStarted = live.table.markers.contains(candidate.marker) || live.isDeciding
        if live.isDeciding, !isOverdue {
            self = .pending(
                PendingTrial(trial, of: candidate, besides: confirmed, live: live)
            )
        } else if hasStarted || trial.isNoted {
            let end = min(trial.deadline, time(nil))
            // While its objects are there, what was about to be made of it did not happen.
            self = .over(trial, (hasStarted ? nil : trial.ending) ?? .reverted(at: end))
        } else {
            self = .over(trial, .abandoned)
        }
    }
}
