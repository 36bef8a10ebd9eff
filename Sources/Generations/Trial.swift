/// What is noted of a generation that was put beside the confirmed one, to be confirmed in time.
public struct Trial: Sendable, Hashable, Codable {
    /// What ends a trial that nobody confirms.
    public enum Guardian: String, Sendable, Hashable, Codable {
        /// The kernel itself: the time of the lease's elements.
        case kernel
        /// A process that was left behind, and cancels.
        case process
        /// A timer of systemd's that starts such a process.
        case systemd
    }

    /// The generation on trial.
    public let generation: Int

    /// The boot in which it was started; the kernel's table does not outlive it.
    public let boot: String

    /// The inode number of the network namespace.
    public let namespace: UInt64

    /// When it was started: seconds since 1970, UTC.
    public let started: Int

    /// Who started it, by login where one is known.
    public let user: String

    /// The command that it was started by.
    public let command: String

    /// What ends it.
    public let guardian: Guardian

    /// When it ends, by the clock on the wall; the kernel has a clock of its own.
    public internal(set) var deadline: Int

    /// Whether the kernel was seen to hold it.
    var isNoted = false

    /// What a command was about to make of it, or was when it ended.
    var ending: Head.Outcome?
}

extension Trial {
    /// What is asked for when a trial starts.
    public struct Terms: Sendable, Hashable {
        let seconds: Int
        let guardian: Guardian
        let command: String

        /// Creates terms.
        public init(seconds: Int, guardian: Guardian = .kernel, command: String) {
            self.seconds = seconds
            self.guardian = guardian
            self.command = command
        }

        /// The time of the lease's elements; none where something else ends the trial.
        var lease: UInt64? { guardian == .kernel ? UInt64(seconds) * 1000 : nil }
    }
}
