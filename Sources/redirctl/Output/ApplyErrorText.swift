import GenerationModel
import Generations
import Reporting
import RulesetModel

extension ApplyError: OperatorError {
    var status: ExitStatus {
        switch self {
        case .locked, .trialPending: .tryAgain
        case .foreignTable, .otherLineage, .ownedTable, .noGeneration, .nothingBefore, .noTrial,
            .trialUnknown, .otherTrial, .trialOver, .trialEndedByRestart, .nothingToTry,
            .removalOnTrial, .chainMoves, .trialNotAsSent, .trialStays, .leaseEndless, .refused,
            .uncertain, .unverified, .notAsSent, .unrecordable, .unrecorded, .trialUnchanged,
            .trialUnrecorded, .trialEndUnrecorded:
            .failed
        }
    }

    /// The error in sentences, in one switch over all cases.
    func text(at place: (String?) -> CommandHint) -> String {
        switch self {
        // What is there already.
        case .locked(let holder):
            "another redirctl command is changing this table (\(holder)); try again when it has finished"
        case .foreignTable(let name):
            """
            table inet \(name) exists, but redirctl did not make it, so it is left alone
            look at it with `nft list table inet \(name)`; then either give the policy another \
            name (`settings: {table: …}`) or take this table over with \
            \(place(name).adoptLine)
            """
        case .otherLineage(let table, let found, let expected):
            """
            table inet \(table) is marked \(found.chain), a generation that this state directory \
            does not have; \(expected.map { "\($0.chain) is current here" } ?? "nothing is current here")
            use the state directory that has it (`--state-dir`), or take the table over: \
            \(place(table).adoptLine)\
            \(expected == nil ? "" : " or \(place(table).line("apply --restore --adopt"))")
            """
        case .ownedTable(let name):
            OwnerText.sentence(of: name)
        case .noGeneration(let table, let others):
            Self.sentence(ofTables: others, at: place).map {
                "no generation of table inet \(table) is recorded here, but \($0)"
            }
                ?? "no generation is recorded here, so there is nothing to compare with or to go back "
                + "to; \(place(nil).policyLine("apply POLICY")) creates the first one"
        case .nothingBefore(let number, let table):
            "there is nothing before generation \(number) to go back to; "
                + "\(place(table).line("history")) lists the generations that "
                + "`rollback --to` can return to, and "
                + "\(place(table).line("remove")) removes the table"

        // What became of the transaction.
        case .refused(let number, let error, let cause):
            (error.namesCommand
                ? "the kernel refused generation \(number), so nothing has changed"
                : "generation \(number) could not be sent to the kernel, so nothing has changed")
                + cause.ofRedirects + "\n" + cause.ofMissing + error.sentence
        case .uncertain(let number, let table, let error):
            "it is not known whether the kernel has generation \(number), because the kernel does not "
                + "answer; \(place(table).line("status")) shows it once it does\n" + error.sentence
        case .unverified(let number, let error):
            "generation \(number) was sent and taken, but the table could not be read to verify it\n"
                + error.sentence
        case .notAsSent(let number, let table, _):
            "the kernel took generation \(number), but its table differs from what was sent; "
                + "\(place(table).line("diff")) shows how, \(place(table).line("rollback")) goes back"
        case .unrecordable(let number, let error):
            "generation \(number) was not sent to the kernel, because it can't be recorded\n"
                + error.description
        case .unrecorded(let number, let isRemoval, let error):
            (isRemoval ? "the table is gone" : "the kernel has generation \(number)")
                + ", but that could not be noted on disk; the next run will\n"
                + error.description

        // Trials.
        case .trialPending(let trial, let table, let deadline):
            """
            generation \(trial.generation) is on trial until \(Timestamp(seconds: deadline).local), \
            started by \(trial.user) with `\(trial.command)`; nothing else can be changed until then
            keep it with \(place(table).line("confirm")) or end it with \
            \(place(table).line("cancel")), then try again
            """
        case .noTrial(let last, let outcome, let others):
            Self.noTrial(last: last, outcome, others, at: place)
        case .trialUnknown(let number, let table):
            "table inet \(table) is dormant and redirects nothing, so the state of the trial of "
                + "generation \(number) is unknown; "
                + "\(place(table).line("apply --restore")) creates the table again"
        case .otherTrial(let number, let meant):
            "generation \(number) is on trial, not \(meant); leave out `--generation`, or give it "
                + "that number"
        case .trialOver(let number, let end, let current):
            "the trial of generation \(number) was over at \(Timestamp(seconds: end).local); "
                + "\(TrialState.sentence(ofCurrent: current)); \(Self.nextTrial(at: place(nil)))"
        case .trialEndedByRestart(let number, let restart, let current):
            "the trial of generation \(number) ended when \(restart.sentence); "
                + "\(TrialState.sentence(ofCurrent: current)); \(Self.nextTrial(at: place(nil)))"
        case .nothingToTry(let number, let table):
            "nothing to try out: generation \(number) is current already, but the kernel's "
                + "table differs from it; \(place(table).line("apply --restore")) restores it"
        case .removalOnTrial(let number, let table):
            "generation \(number) removes the table, which can't be tried out; "
                + "\(place(table).line("rollback")) without `--confirm-within` goes back to it"
        case .chainMoves(let hook, let from, let to):
            "chain \(hook.rawValue) would move from priority \(from) to \(to), which can't be tried "
                + "out: the kernel can't move a chain; apply it without `--confirm-within`, or "
                + "keep `settings.priority`. Nothing was changed"
        case .trialNotAsSent(let number, _):
            "the kernel took generation \(number), but its table differed from what was sent, so the "
                + "trial was ended and nothing has changed"
        case .trialStays(let number, let error):
            "the kernel refused to remove the trial of generation \(number); try again\n"
                + error.sentence
        case .leaseEndless(let number):
            "the kernel did not give the trial of generation \(number) an end, so the trial was "
                + "removed and nothing has changed; \(TrialGuardian.alternatives)"
        case .trialUnchanged(let number, let deadline, let error):
            "nothing was changed, because it can't be recorded; generation \(number) is on trial "
                + "until \(Timestamp(seconds: deadline).local)\n" + error.description
        case .trialUnrecorded(let number, let deadline, let error):
            "generation \(number) is on trial until \(Timestamp(seconds: deadline).local), but that "
                + "could not be noted on disk; the next run will\n" + error.description
        case .trialEndUnrecorded(let number, let current, let error):
            "the trial of generation \(number) is over, and "
                + TrialState.sentence(ofRestored: current)
                + ", but that could not be noted on disk; the next run will\n" + error.description
        }
    }

    private static func nextTrial(at place: CommandHint) -> String {
        "to try the policy again: \(place.policyLine("apply POLICY --confirm-within 5m"))"
    }

    /// Where the records are that a command did not find; `nil` if there are none.
    static func sentence(
        ofTables others: [String],
        at place: (String?) -> CommandHint
    ) -> String? {
        let others = others.filter { TableName($0) != nil }
        guard let first = others.first else { return nil }
        guard others.count > 1 else {
            return "table inet \(first) has records here: \(place(first).line("status")) shows it"
        }
        let names = others.prefix(mostNamed).joined(separator: ", ")
        let more = others.count > mostNamed ? " and \(others.count - mostNamed) more" : ""
        return "the tables \(names)\(more) have records here: \(place(first).line("status")) shows "
            + "the first"
    }

    private static let mostNamed = 5

    private static func noTrial(
        last: Int?,
        _ outcome: Head.Outcome?,
        _ others: [String],
        at place: (String?) -> CommandHint
    ) -> String {
        let start = "no generation is on trial"
        let others = others.filter { TableName($0) != nil }
        // Whoever asks about this table's trial must not be led to confirm another table's.
        let more = others.first.map {
            "\na trial of table inet \($0) goes on; \(place($0).line("status")) shows it"
        }
        switch (last, outcome) {
        case (let last?, .reverted(let end)?):
            return
                "\(start): that of generation \(last) was over at \(Timestamp(seconds: end).local), "
                + "and nobody had confirmed it; \(nextTrial(at: place(nil)))" + (more ?? "")
        case (let last?, .cancelled?):
            return
                "\(start): that of generation \(last) was cancelled; \(nextTrial(at: place(nil)))"
                + (more ?? "")
        default: break
        }
        guard let other = others.first else {
            let command = "apply POLICY --confirm-within 60s"
            return "\(start); \(place(nil).policyLine(command)) starts one"
        }
        return
            "\(start) here, but one of table inet \(other) is: "
            + "\(place(other).line("confirm")) keeps it, \(place(other).line("cancel")) ends it"
    }
}
