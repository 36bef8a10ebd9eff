import GenerationModel
import Generations
import Planning

/// The JSON shape of a trial that goes on.
struct TrialReport: Encodable {
    let generation: Int
    let user: String
    let command: String
    let started: String
    let deadline: String
    let secondsLeft: Int
    let revertBy: Trial.Guardian
    let drift: Bool
    let leaseEnds: String?
    let difference: DifferenceReport?

    init(_ pending: PendingTrial, _ difference: DifferenceReport?) {
        generation = pending.trial.generation
        user = pending.trial.user
        command = pending.trial.command
        started = Timestamp(seconds: pending.trial.started).iso
        deadline = Timestamp(seconds: pending.deadline).iso
        secondsLeft = pending.secondsLeft
        revertBy = pending.trial.guardian
        drift = pending.isDrifted
        leaseEnds = pending.lateEnd.map {
            switch $0 {
            case .never: "never"
            case .at(let end): Timestamp(seconds: end).iso
            }
        }
        self.difference = difference
    }
}
