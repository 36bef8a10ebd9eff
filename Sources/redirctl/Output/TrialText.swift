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
    fileprivate static func sentence(ofCurrent current: Int?) -> String {
        current.map { "generation \($0) is the current one" } ?? "nothing is redirected"
    }
}

extension ApplyError {
    /// What an error about a trial says, where it is one.
    func trialSentence(at place: (String) -> CommandHint?) -> String? {
        switch self {
        case .trialPending(let trial, let table, let deadline):
            """
            generation \(trial.generation) is on trial until \(Timestamp(seconds: deadline).local), \
            started by \(trial.user) with `\(trial.command)`; nothing else changes meanwhile
            keep it with \(place(table)?.line("confirm") ?? "`redirctl confirm`") or end it with \
            \(place(table)?.line("cancel") ?? "`redirctl cancel`"), then try again
            """
        case .noTrial(let last?, .reverted(let at)?):
            "no generation is on trial: that of generation \(last) was over at "
                + "\(Timestamp(seconds: at).local), and nobody had confirmed it; apply it again"
        case .noTrial(let last?, .cancelled?):
            "no generation is on trial: that of generation \(last) was cancelled; apply it again"
        case .trialUnknown(let number, let table):
            "table inet \(table) is dormant and redirects nothing, so it can't be told how the trial of "
                + "generation \(number) stands; "
                + "\(place(table)?.line("apply --restore") ?? "`redirctl apply --restore`") makes "
                + "the table anew"
        case .noTrial:
            "no generation is on trial; `redirctl apply POLICY --confirm-within 60s` starts one"
        case .otherTrial(let number, let meant):
            "generation \(number) is on trial, not \(meant); leave `--generation` out or name "
                + "that one"
        case .trialOver(let number, let end, let current):
            "the trial of generation \(number) was over at \(Timestamp(seconds: end).local); "
                + "\(Console.sentence(ofCurrent: current)); apply it again, with more time"
        case .trialEndedByRestart(let number, let restart, let current):
            "the trial of generation \(number) ended when \(restart.sentence); "
                + "\(Console.sentence(ofCurrent: current)); apply it again"
        case .trialUnchanged(let number, let deadline, let error):
            "nothing was changed, because it can't be recorded; generation \(number) is on trial "
                + "until \(Timestamp(seconds: deadline).local)\n" + error.description
        case .trialUnrecorded(let number, let deadline, let error):
            "generation \(number) is on trial until \(Timestamp(seconds: deadline).local), but that "
                + "could not be noted on disk; the next run will\n" + error.description
        case .trialEndUnrecorded(let number, let current, let error):
            "the trial of generation \(number) is over, and "
                + (current.map { "generation \($0) is in effect again" }
                    ?? "nothing is redirected")
                + ", but that could not be noted on disk; the next run will\n" + error.description
        case .nothingToTry(let number):
            "there is nothing to try out: it is generation \(number) already, but the kernel "
                + "holds something else; `redirctl apply --restore` puts it back"
        case .removalOnTrial(let number):
            "generation \(number) is that there be no table, which can't be tried out; "
                + "`redirctl rollback` without `--confirm-within` goes back to it"
        case .chainMoves(let hook, let from, let to):
            "chain \(hook.rawValue) would move from priority \(from) to \(to), which can't be tried "
                + "out: the kernel can't move a chain; apply it without `--confirm-within`, or "
                + "keep `settings.priority`. Nothing was changed"
        case .trialNotAsSent(let number, _):
            "the kernel took generation \(number), but held something else than was sent; its "
                + "trial was ended, and nothing has changed"
        case .trialStays(let number, let error):
            "the kernel refused to take the trial of generation \(number) away; try again\n"
                + error.sentence
        case .leaseEndless(let number):
            "the kernel did not give the trial of generation \(number) an end, so it was taken "
                + "back and nothing has changed; \(TrialGuardian.alternatives)"
        default: nil
        }
    }
}
