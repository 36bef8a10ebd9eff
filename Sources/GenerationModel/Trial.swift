public import RulesetModel

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

    /// When it ends, as people read it: seconds since 1970, UTC, by the clock as it was set then.
    public var deadline: Int

    /// When it ends, in milliseconds of CLOCK_MONOTONIC in the boot of ``boot``.
    ///
    /// `nil` if an earlier version wrote the record: then ``deadline`` counts.
    public var monotonicDeadline: Int?

    /// The seconds that a command was about to give the lease, until it is noted when that time ends.
    public var grant: Int?

    /// When that time ends at the latest, in milliseconds of CLOCK_MONOTONIC.
    public var latestEnd: Int?

    /// Whether the kernel was seen to hold it.
    public var isNoted = false

    /// What a command was about to make of it, or was when it ended.
    public var ending: Head.Outcome?

    /// Creates the record of a trial.
    public init(
        generation: Int,
        boot: String,
        namespace: UInt64,
        started: Int,
        user: String,
        command: String,
        guardian: Guardian,
        deadline: Int
    ) {
        self.generation = generation
        self.boot = boot
        self.namespace = namespace
        self.started = started
        self.user = user
        self.command = command
        self.guardian = guardian
        self.deadline = deadline
    }
}

extension Trial {
    /// How much later than noted a lease may end, in milliseconds: it covers how the kernel rounds.
    public static let tolerance = 1000

    /// The same for this trial: what an earlier version noted is in whole seconds, from before the
    /// transaction, and by a clock that somebody can set.
    private var tolerance: Int { monotonicDeadline == nil ? 60_000 : Self.tolerance }

    /// The milliseconds that it has left; negative once its time is over.
    public func millisecondsLeft(at now: ClockReading) -> Int {
        // A damaged record must not end the program, so nothing here may overflow.
        monotonicDeadline.map { $0 &- now.monotonic } ?? (deadline &- now.wall) &* 1000
    }

    /// Sets when it ends, counted from a moment.
    public mutating func end(inSeconds seconds: Int, from now: ClockReading) {
        deadline = now.wall + seconds
        monotonicDeadline = now.monotonic + seconds * 1000
        (grant, latestEnd) = (nil, nil)
    }

    /// Notes that the lease is about to be given so many seconds.
    public mutating func give(seconds: Int, at now: ClockReading) {
        grant = seconds
        latestEnd = now.monotonic &+ seconds &* 1000 &+ Self.longestSending
    }

    /// How long it can take until the kernel has what was noted before it was sent, in milliseconds.
    private static let longestSending = 300_000

    /// Whether the time of an element of the lease is no longer than what was asked for.
    public func allows(_ term: LiveLease.Term, at now: ClockReading) -> Bool {
        guard let timeout = term.timeout, let expires = term.expires else { return false }
        if Int(clamping: expires) <= millisecondsLeft(at: now) &+ tolerance { return true }
        // Until it is noted when a new time ends, its length tells.
        guard let grant, let latestEnd else { return false }
        return Int(clamping: timeout) <= grant &* 1000 &+ Self.tolerance
            && now.monotonic &+ Int(clamping: expires) <= latestEnd
    }
}

extension Trial {
    /// What is asked for when a trial starts.
    public struct Terms: Sendable, Hashable {
        /// How long it lasts.
        public let seconds: Int

        /// What ends it.
        public let guardian: Guardian

        /// The command that starts it.
        public let command: String

        /// Creates terms.
        public init(seconds: Int, guardian: Guardian = .kernel, command: String) {
            self.seconds = seconds
            self.guardian = guardian
            self.command = command
        }

        /// The time of the lease's elements; none where something else ends the trial.
        public var lease: UInt64? { guardian == .kernel ? UInt64(seconds) * 1000 : nil }
    }
}
