import GenerationModel
import Generations
import Nftables
import Reporting
import RulesetModel

// Notes and warnings that commands print beside their results.
extension Console {
    /// Notes what a command found and repaired when it began.
    func tell(of reconciliation: Reconciliation, after restart: Restart?) {
        if let sentence = reconciliation.sentence(after: restart) { note(sentence) }
    }

    /// Notes what another command would be refused for.
    func note(_ error: ApplyError, at place: CommandHint) {
        note(Failure(error) { _ in place }.message)
    }

    /// Notes the tables that have records, if this one has none.
    func tellOfOtherTables(than managed: ManagedTable, at place: (String?) -> CommandHint) {
        let sentence = ApplyError.sentence(ofTables: managed.store.otherTables(), at: place)
        if let sentence { note(sentence) }
    }

    /// Notes how a trial ended.
    func tellTheEnd(
        of state: TrialState?,
        after restart: Restart?,
        wasOverdue: Bool = false,
        current: Int?
    ) {
        let sentence = state?.sentenceOfEnd(
            after: restart,
            wasOverdue: wasOverdue,
            current: current
        )
        if let sentence { note(sentence) }
    }

    /// Notes a trial that goes on or has ended since the last command.
    func tellOfTrial(in reading: TableCheck, at place: CommandHint) {
        if let trial = reading.trial {
            note(trial.sentence(at: place))
        } else if reading.overdueTrial == nil {
            tellTheEnd(
                of: reading.snapshot?.trial,
                after: reading.snapshot?.trialRestart,
                current: reading.generation?.number
            )
        }
    }

    /// Warns of tables to which the same policy was applied before it named this one.
    ///
    /// A policy from standard input has no name, so it can't be recognized.
    func warn(ofOtherTablesOf policy: String?, at managed: ManagedTable, _ options: LocationOptions)
    {
        guard let policy, policy != "-" else { return }
        for table in managed.store.otherTables(of: policy) where TableName(table) != nil {
            guard (try? NftKernel().hasTable(table)) == true else { continue }
            warn(
                "this policy was applied to table inet \(table) before, which still redirects; "
                    + "\(CommandHint(options, named: table).line("remove")) removes it"
            )
        }
    }
}
