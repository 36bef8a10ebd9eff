import GenerationModel
import Generations
import Glibc
import Reporting

/// Whoever waits for the end of a trial, and tells of it.
struct TrialWatch {
    let managed: ManagedTable
    let generation: Int
    let current: Int?
    let lock: LockOptions
    let place: CommandHint
    let console: Console

    var progress: TrialProgress {
        get throws { try managed.progress(ofTrial: generation) }
    }

    /// Shows how long it goes on, until it ends or nobody wants to see it any more.
    func countDown() throws -> ExitStatus {
        var interruption = Interruption()
        // Where the result goes somewhere else, nobody has seen yet what to type.
        if isatty(STDOUT_FILENO) == 0 { tellThatItGoesOn() }
        var shown = 0
        while case .goesOn(let seconds) = try progress {
            if seconds != shown {
                shown = seconds
                Stream.write(
                    "\rgeneration \(generation) is on trial: \(seconds) s left\u{1B}[K",
                    to: STDERR_FILENO
                )
            }
            if interruption.came(within: 200) {
                Stream.write("\n", to: STDERR_FILENO)
                tellThatItGoesOn()
                return .done
            }
        }
        Stream.write("\r\u{1B}[K", to: STDERR_FILENO)
        return try tellTheEnd()
    }

    func tellThatItGoesOn() {
        console.note(
            "the trial of generation \(generation) goes on: \(place.line("confirm")) keeps it, "
                + "\(place.line("cancel")) ends it"
        )
    }

    /// Cancels, and says why.
    func cancel(because reason: String) throws -> ExitStatus {
        var applier = try managed.lockedApplier(lock, at: place, console, tellsEndOfTrial: false)
        if applier.repairs.trial?.pending?.trial.generation == generation {
            _ = try applier.cancel(generation)
        }
        if try progress == .confirmed {
            console.warn("\(reason), but generation \(generation) was confirmed meanwhile")
            return .done
        }
        throw Failure(
            "\(reason), so the trial of generation \(generation) was cancelled; \(restored)"
        )
    }

    /// Tells what became of the trial, and tidies up where nobody did.
    func tellTheEnd(because reason: String? = nil) throws -> ExitStatus {
        // Whoever ends a trial has the lock until it is noted; taking it means to settle what is not.
        if try progress == .over {
            _ = try managed.lockedApplier(lock, at: place, console, tellsEndOfTrial: false)
        }
        switch try progress {
        case .confirmed:
            console.note("generation \(generation) is confirmed")
            return .done
        case .ended(.cancelled):
            throw Failure("the trial of generation \(generation) was cancelled; \(restored)")
        case .goesOn, .over, .ended:
            throw Failure(
                "the trial of generation \(generation) is over, and nobody has confirmed it"
                    + (reason.map { " (\($0))" } ?? "") + "; \(restored)"
            )
        }
    }

    private var restored: String { TrialState.sentence(ofRestored: current) }
}
