public import RulesetModel

/// The record of a generation that is on trial beside the confirmed one.
public struct Trial: Sendable, Hashable, Codable {
    /// What ends a trial that is not confirmed.
    public enum Guardian: String, Sendable, Hashable, Codable {
        /// The kernel: the elements of the lease time out.
        case kernel
        /// A background process that cancels the trial.
        case process
        /// A systemd timer that starts such a process.
        case systemd
    }

    /// The generation on trial.
    public let generation: Int

    /// The boot in which it was started; the kernel's table does not outlive it.
    public let boot: String

    /// The inode number of the network namespace.
    public let namespace: UInt64

    /// The number of the network namespace in that boot; `nil` if the kernel or an earlier version does
    /// not tell.
    public var cookie: UInt64?

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

    /// Seconds requested for the lease in a transaction whose result is not recorded yet.
    public var grant: Int?

    /// The latest end of a lease with these seconds, in milliseconds of CLOCK_MONOTONIC.
    public var latestEnd: Int?

    /// Whether the trial was found in the kernel.
    public var isNoted = false

    /// The outcome that a command recorded before it removed the trial; it counts once the trial's
    /// objects are gone.
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
    /// How much later than recorded a lease may end, in milliseconds: it covers the kernel's rounding.
    public static let tolerance = 1000

    /// The same for this trial.
    ///
    /// An earlier version recorded whole seconds, from before the transaction, by a clock that the
    /// operator can set.
    private var tolerance: Int { monotonicDeadline == nil ? 60_000 : Self.tolerance }

    /// The milliseconds until the trial ends; negative after that.
    public func millisecondsLeft(at now: ClockReading) -> Int {
        // A damaged record must not end the program, so nothing here may overflow.
        monotonicDeadline.map { $0 &- now.monotonic } ?? (deadline &- now.wall) &* 1000
    }

    /// Sets when the trial ends, counted from a moment.
    public mutating func end(inSeconds seconds: Int, from now: ClockReading) {
        deadline = now.wall + seconds
        monotonicDeadline = now.monotonic + seconds * 1000
        (grant, latestEnd) = (nil, nil)
    }

    /// Records the seconds that the next transaction requests for the lease.
    public mutating func give(seconds: Int, at now: ClockReading) {
        grant = seconds
        latestEnd = now.monotonic &+ seconds &* 1000 &+ Self.longestSending
    }

    /// The longest time from this record to the end of the transaction, in milliseconds.
    private static let longestSending = 300_000

    /// Whether the time of an element of the lease is no longer than requested.
    public func allows(_ term: LiveLease.Term, at now: ClockReading) -> Bool {
        guard let timeout = term.timeout, let expires = term.expires else { return false }
        if Int(clamping: expires) <= millisecondsLeft(at: now) &+ tolerance { return true }
        // While the result of a request is not recorded, the length of the timeout decides.
        guard let grant, let latestEnd else { return false }
        return Int(clamping: timeout) <= grant &* 1000 &+ Self.tolerance
            && now.monotonic &+ Int(clamping: expires) <= latestEnd
    }
}

extension Trial {
    /// The settings of a new trial.
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

        /// The timeout of the lease's elements, in milliseconds; `nil` if the kernel does not end the
        /// trial.
        public var lease: UInt64? { guardian == .kernel ? UInt64(seconds) * 1000 : nil }
    }
}
