public import GenerationModel
import TableDiff

extension PendingTrial {
    /// Which trial began, and what it changes, in one sentence.
    func headline(table: String, _ counts: ChangeCounts) -> String {
        "Generation \(trial.generation) is on trial in table inet \(table) until "
            + "\(Timestamp(seconds: deadline).local) (\(secondsLeft) s): \(counts.words)."
    }

    /// How the trial ends.
    func notes(current: Int?, at place: CommandHint) -> [ReportLine] {
        let otherwise = TrialState.sentence(ofRestored: current)
        let guardian =
            switch trial.guardian {
            case .kernel: ", whatever happens to this session."
            case .process: ": a process that keeps running cancels the trial."
            case .systemd: ": a timer of systemd cancels the trial."
            }
        return [
            ReportLine(.plain, "From a new session, \(place.line("confirm")) keeps it."),
            ReportLine(
                .plain,
                "\(place.line("cancel")) ends it. If nobody confirms it in time, \(otherwise)\(guardian)"
            ),
        ]
    }

    /// The state of the trial, in one sentence.
    public func sentence(at place: CommandHint) -> String {
        "generation \(trial.generation) is on trial until \(Timestamp(seconds: deadline).local) "
            + "(\(secondsLeft) s left), started by \(trial.user); "
            + (lateEnd.map { "\($0.sentence); " } ?? "")
            + "\(place.line("confirm")) keeps it, \(place.line("cancel")) ends it"
    }
}

extension LateEnd {
    /// What somebody changed, and when the trial would end because of it.
    var sentence: String {
        switch self {
        case .never: "its lease was changed, and it would never end"
        case .at(let end):
            "its lease was changed, and it would end at \(Timestamp(seconds: end).local)"
        }
    }
}

extension OverdueTrial {
    /// What is wrong, as a sentence without its full stop.
    var sentence: String {
        let number = trial.generation
        return switch reason {
        case .time:
            "generation \(number), on trial until \(Timestamp(seconds: trial.deadline).local), is "
                + "still in effect"
        case .restart(let restart):
            "generation \(number) is still in effect, though its trial ended when "
                + restart.sentence
        case .halfEnded(let families):
            "the trial of generation \(number) was ended, but it is still in effect for "
                + "\(families.joined(separator: " and ")) connections"
        }
    }
}

extension Restart {
    /// What has happened.
    public var sentence: String {
        switch self {
        case .machine: "the machine was restarted"
        case .namespace: "the network namespace was created again"
        }
    }
}

extension TrialState {
    /// How a trial ended, in a sentence.
    ///
    /// - Parameters:
    ///   - restart: What was restarted since the trial began.
    ///   - wasOverdue: Whether the command has ended it, because its rules were still in effect.
    ///   - current: The number of the current generation.
    /// - Returns: The sentence, without its full stop; `nil` if the trial goes on.
    public func sentenceOfEnd(
        after restart: Restart?,
        wasOverdue: Bool,
        current: Int?
    ) -> String? {
        guard case .over(let trial, let outcome) = self else { return nil }
        let end = wasOverdue ? "; its rules were still in effect and are removed now" : ""
        let decides = Self.sentence(ofCurrent: current)
        let number = trial.generation
        switch outcome {
        case .reverted(let time):
            if let restart {
                return "the trial of generation \(number) ended when \(restart.sentence)\(end)"
            }
            return "generation \(number) was on trial until \(Timestamp(seconds: time).local), and "
                + "nobody confirmed it; \(decides)\(end)"
        case .abandoned:
            return "an earlier command ended before the kernel had generation \(number) on trial; "
                + "it was never live"
        case .cancelled, .refused:
            return "the trial of generation \(number) was ended; \(decides)"
        }
    }

    /// What is in effect again after a trial; the current generation can also be a removal.
    public static func sentence(ofRestored current: Int?) -> String {
        current.map { "the state of generation \($0) is restored" } ?? "nothing is redirected"
    }

    /// Which generation is the current one, whether the kernel has it or not.
    public static func sentence(ofCurrent current: Int?) -> String {
        current.map { "generation \($0) is the current one" } ?? "nothing is redirected"
    }
}
