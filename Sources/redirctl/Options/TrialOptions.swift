import ArgumentParser
import GenerationModel
import Generations
import Glibc

/// Whether a change is a trial first, and what ends the trial.
struct TrialOptions: ParsableArguments {
    enum Guardian: String, ExpressibleByArgument, CaseIterable {
        case kernel, process, systemd
    }

    @Option(
        help: ArgumentHelp(
            "Undo it after this time (90 means seconds; 60s, 5m, 1h) unless `redirctl confirm` keeps it.",
            valueName: "time"
        ),
        completion: .trialTime,
        transform: TrialTime.parse
    )
    var confirmWithin: TrialTime?

    @Option(
        help: ArgumentHelp(
            "Run this shell command during the trial; if it fails, cancel the trial.",
            valueName: "command"
        ),
        completion: .nothing
    )
    var probe: String?

    @Flag(
        help: """
            During the trial, connect to each target on this machine; if one refuses, cancel the trial. \
            `--probe` without a command does the same.
            """
    )
    var probeTargets = false

    @Option(
        help: ArgumentHelp(
            "What ends a trial that nobody confirms; by default the kernel.",
            valueName: "kernel|process|systemd"
        )
    )
    var revertBy: Guardian?

    func validate() throws {
        guard confirmWithin != nil || (probe == nil && !probeTargets && revertBy == nil) else {
            throw ValidationError("`--probe` and `--revert-by` are for `--confirm-within` only.")
        }
        guard probe == nil || !probeTargets else {
            throw ValidationError("`--probe` and `--probe-targets` can't be combined.")
        }
    }

    /// Refuses changes that can't be tried out.
    func validate(besides restore: Bool, _ adopt: Bool) throws {
        guard confirmWithin == nil || !(restore || adopt) else {
            throw ValidationError(
                "`--confirm-within` can't be combined with `--restore` or `--adopt`: "
                    + "what was there before could not come back."
            )
        }
    }

    /// Refuses to move flows during a trial: the new target may not stay.
    func validate(flushing: Bool) throws {
        guard confirmWithin == nil || !flushing else {
            throw ValidationError(
                "`--flush-flows` can't be combined with `--confirm-within`: once the trial is confirmed, "
                    + "`redirctl apply --restore --flush-flows` moves what it left behind."
            )
        }
    }

    private var wantedProbe: TrialRun.Probe? {
        probe.map { .command($0) } ?? (probeTargets ? .targets : nil)
    }

    /// The trial that the options ask for; `nil` if they ask for none.
    var trial: TrialRun? {
        confirmWithin.map {
            TrialRun(
                seconds: $0.seconds,
                guardian: revertBy?.guardian ?? .kernel,
                probe: wantedProbe
            )
        }
    }
}

extension TrialOptions.Guardian {
    fileprivate var guardian: Trial.Guardian {
        switch self {
        case .kernel: .kernel
        case .process: .process
        case .systemd: .systemd
        }
    }
}
