import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting

/// What ends a trial where the kernel can't: a process of its own, or a timer of systemd's.
///
/// It is there before the trial is, so that nothing can come between the two. Both count on
/// CLOCK_MONOTONIC, as the kernel does: setting the clock changes nothing.
struct TrialGuardian {
    private static let systemdDirectory = "/run/systemd/system"

    private let guardian: Trial.Guardian
    private let generation: Int
    /// After how many seconds the trial's time is over, unless the store says another time by then.
    private let seconds: Int
    private let logging: LogOptions
    private let place: CommandHint

    init(
        _ guardian: Trial.Guardian,
        generation: Int,
        seconds: Int,
        _ logging: LogOptions,
        _ place: CommandHint
    ) {
        self.logging = logging
        self.guardian = guardian
        self.generation = generation
        self.seconds = seconds
        self.place = place
    }

    private static var hasSystemd: Bool { access(systemdDirectory, F_OK) == 0 }

    /// The options that ask for a guardian.
    static var alternatives: String {
        "`--revert-by process` leaves a process behind that cancels in time"
            + (hasSystemd ? ", `--revert-by systemd` a timer of systemd's" : "")
    }

    /// Refuses where systemd does not run, or would start the command somewhere else.
    static func checkSystemd() throws {
        guard hasSystemd else {
            throw Failure(
                "systemd is not running here; `--revert-by process` leaves a process behind instead"
            )
        }
    }

    func start() throws {
        let words = try cancellation
        switch guardian {
        case .kernel: break
        case .process:
            _ = try ChildProcess(words, inSessionOfItsOwn: true)
        case .systemd:
            guard try place.isNamed || NetworkNamespace.isHost() else {
                throw Failure(
                    "systemd can't find this network namespace again: give it a name "
                        + "(`--netns`), or use `--revert-by process`"
                )
            }
            let timer = [
                "systemd-run", "--quiet", "--collect", "--on-active=\(seconds)",
                "--timer-property=AccuracySec=100ms", "--",
            ]
            let status = try ChildProcess(timer + words).wait()
            guard status == 0 else { throw Failure("systemd-run ended with status \(status)") }
        }
    }

    private var cancellation: [String] {
        get throws {
            guard let program = realpath("/proc/self/exe", nil) else {
                throw Failure("this program's own file can't be found: errno \(errno)")
            }
            defer { free(program) }
            return [
                String(cString: program), "cancel", "--generation", "\(generation)",
                "--at-end", "\(guardian == .systemd ? 0 : seconds)", "--lock-timeout", "86400",
            ] + logging.words + place.words
                + (guardian == .systemd && !place.isNamed ? ["--netns", "host"] : [])
        }
    }
}
