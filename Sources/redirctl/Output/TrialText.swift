import GenerationModel
import Generations
import Planning
import RulesetModel

extension PendingTrial {
    /// What has begun, and how it ends.
    func lines(table: String, current: Int?, at place: CommandHint) -> [ReportLine] {
        let number = trial.generation
        let otherwise = current.map { "generation \($0) decides again" } ?? "nothing is redirected"
        let end =
            switch trial.guardian {
            case .kernel: "whatever becomes of this session"
            case .process: "by a process left behind for that"
            case .systemd: "by a timer of systemd's"
            }
        return [
            ReportLine(
                .heading,
                "Generation \(number) is on trial in table inet \(table) until "
                    + "\(Timestamp(seconds: deadline).local) (\(secondsLeft) s)."
            ),
            ReportLine(.plain, "From a new session, \(place.line("confirm")) keeps it."),
            ReportLine(
                .plain,
                "\(place.line("cancel")) ends it; at the latest then, \(otherwise), \(end)."
            ),
        ]
    }

    /// Where it stands, in one sentence.
    func sentence(at place: CommandHint) -> String {
        "generation \(trial.generation) is on trial until \(Timestamp(seconds: deadline).local) "
            + "(\(secondsLeft) s left), started by \(trial.user); "
            + (lateEnd.map { "\($0.sentence); " } ?? "")
            + "\(place.line("confirm")) keeps it, \(place.line("cancel")) ends it"
    }
}

extension LateEnd {
    /// What somebody has done, and when the trial would end by that.
    var sentence: String {
        switch self {
        case .never: "its lease was changed, and it would decide without end"
        case .at(let end):
            "its lease was changed, and it would decide until \(Timestamp(seconds: end).local)"
        }
    }
}

extension OverdueTrial {
    /// What is the case, as a sentence without its full stop.
    var sentence: String {
        let number = trial.generation
        return switch reason {
        case .time:
            "generation \(number), on trial until \(Timestamp(seconds: trial.deadline).local), still "
                + "decides"
        case .restart(let restart):
            "generation \(number) still decides, though its trial ended when \(restart.sentence)"
        case .halfEnded(let families):
            "the trial of generation \(number) was ended, but it still decides for "
                + "\(families.joined(separator: " and ")) connections"
        }
    }
}

extension Restart {
    /// What has happened.
    var sentence: String {
        switch self {
        case .machine: "the machine was restarted"
        case .namespace: "the network namespace was made anew"
        }
    }
}

extension Console {
    /// Tells of a trial that was found to be over.
    func tellTheEnd(
        of state: TrialState?,
        after restart: Restart?,
        wasOverdue: Bool = false,
        current: Int?
    ) {
        guard case .over(let trial, let outcome)? = state else { return }
        let end = wasOverdue ? "; its rules still decided, and were removed now" : ""
        let decides = Self.sentence(ofCurrent: current)
        switch outcome {
        case .reverted(let time):
            if let restart {
                note(
                    "the trial of generation \(trial.generation) ended when \(restart.sentence)\(end)"
                )
                return
            }
            note(
                "generation \(trial.generation) was on trial until "
                    + "\(Timestamp(seconds: time).local), and nobody confirmed it; \(decides)\(end)"
            )
        case .abandoned:
            note(
                "an earlier run ended before the kernel had generation \(trial.generation) on "
                    + "trial; it was never live"
            )
        case .cancelled, .refused:
            note("the trial of generation \(trial.generation) was ended; \(decides)")
        }
    }
}

extension Console {
    /// Which generation counts, whether the kernel has it or not.
    static func sentence(ofCurrent current: Int?) -> String {
        current.map { "generation \($0) is the current one" } ?? "nothing is redirected"
    }
}
