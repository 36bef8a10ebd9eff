import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting
import RulesetModel

/// Follows a table, and prints what happens to it, until a signal ends that.
///
/// The kernel's messages say only that the table may have changed, and by whom. What it is like is always
/// read, as `check` reads it. The table's lock is never taken.
struct TableWatch: ~Copyable {
    /// How often the table is read without a message, in milliseconds: some drift makes none, such as a
    /// control group that was created again.
    private static let longestPause = 60_000

    private static let ownName = "redirctl"

    private static let endingSignals = [SIGINT, SIGTERM, SIGHUP]

    /// How often the table is read again because somebody wrote to it meanwhile.
    private static let furtherReadings = 3

    private let output: WatchOutput
    private let managed: ManagedTable
    private let signals: SignalFile
    private var events: TableEvents
    private var healing: WatchHealing?
    private var command: EventCommand?

    /// The state that was printed last.
    private var state: WatchedState
    /// When the table was last as applied; the store can't always be written.
    private var lastVerified: Int?
    /// Why the table can't be compared at present.
    private var problem: String?

    /// What the kernel's messages said since the last reading.
    private var authors = WatchReport.Authors()
    private var hasNewAuthors = false
    /// Whether a transaction of this program itself is among the next messages.
    private var isHealed = false

    private var pause = ReadingPause()
    /// When the table may be read again: reading a large one must not take all the time.
    private var rest = 0

    /// When the table is read though there is no message.
    private var nextReading: Int

    /// Begins to watch, and prints the state of the table.
    init(_ output: WatchOutput, healing: WatchHealing?, running command: EventCommand?) throws {
        self.output = output
        managed = output.managed
        signal(SIGCHLD, SIG_DFL)
        let signals = try SignalFile(Self.endingSignals + [SIGCHLD])
        // What happens from now on is not missed.
        let events = try TableEvents(of: managed.name)
        let check = try managed.comparison()
        try output.print(.watching, check)
        self.healing = healing
        self.command = command
        state = WatchedState(check)
        lastVerified = check.lastVerified
        let isToBeHealed = healing != nil && check.isDrifted
        nextReading =
            managed.now().monotonic
            + (isToBeHealed ? 0 : check.pause(atMost: Self.longestPause))
        self.signals = signals
        self.events = events
    }

    /// Watches until a signal comes that ends programs, or healing has become a fight.
    mutating func run() throws -> ExitStatus {
        defer { command?.stop() }
        while true {
            wait()
            for number in signals.read()
            where number != SIGCHLD && !SignalWatch.isIgnored(number) {
                return .done
            }
            let time = now
            output.warn(command?.proceed(at: time))
            _ = try gather()
            isHealed = false
            if now >= readingTime, try !read() {
                command?.finish(output.warn) { [managed] in managed.now().monotonic }
                return .different
            }
        }
    }

    private var now: Int { managed.now().monotonic }

    /// When the table is to be read.
    private var readingTime: Int { min(max(pause.end ?? .max, rest), nextReading) }

    private func wait() {
        let end = min(readingTime, command?.end ?? .max)
        var files = [signals.file, events.file].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        poll(&files, 2, Int32(max(0, end - now)))
    }

    /// Reads the kernel's messages; returns whether the table may have changed.
    private mutating func gather() throws -> Bool {
        let arrivals = try events.read()
        for author in arrivals.authors {
            if isHealed, author?.name == Self.ownName {
                isHealed = false
                continue
            }
            // A process that has changed the table is often gone in a moment.
            authors.add(author) { $0.withCommand }
            if author?.name != Self.ownName { hasNewAuthors = true }
        }
        if arrivals.areIncomplete { authors.areIncomplete = true }
        if arrivals.concernTable { pause.extend(at: now) }
        return arrivals.concernTable
    }

    // MARK: - Reading

    /// Reads the table, and tells what is new; returns whether the watch goes on.
    private mutating func read() throws -> Bool {
        let start = now
        pause = ReadingPause()
        var reading = Result { try managed.comparison() }
        var furtherReadings = Self.furtherReadings
        while try gather(), furtherReadings > 0 {
            furtherReadings -= 1
            pause = ReadingPause()
            reading = Result { try managed.comparison() }
        }
        rest = now + (now - start)
        defer { Progress.end() }
        switch reading {
        case .success(let check):
            let (authors, hasNewAuthors) = (authors, hasNewAuthors)
            // A transaction after the last reading is named now, but what it did is told by the next one.
            if pause.end == nil { self.authors = WatchReport.Authors() }
            self.hasNewAuthors = false
            return try tell(check, authors, isTouched: hasNewAuthors)
        case .failure(let error):
            try tell(error)
            return true
        }
    }

    private mutating func tell(
        _ check: TableCheck,
        _ authors: WatchReport.Authors,
        isTouched: Bool
    ) throws -> Bool {
        nextReading = now + check.pause(atMost: Self.longestPause)
        let former = state
        state = WatchedState(check)
        var event = state.event(since: former, isTouched: isTouched)
        if event == nil, problem != nil { event = .readable }
        problem = nil
        if !check.isDrifted, check.live != nil { managed.store.noteVerified() }
        var check = check.verified(noEarlierThan: lastVerified, now: managed.now().wall)
        lastVerified = check.lastVerified
        if event != nil || healing != nil { check = output.worded(check) }
        if check.isDrifted, let healing, healing.isFight(at: now) {
            var all = healing.authors
            all.add(authors)
            run(for: try output.print(.healingStopped, check, by: all))
            return false
        }
        let healed = try heal(check, changedBy: authors)
        guard let event = event ?? (healed?.isDone == true ? .drift : nil) else { return true }
        let report = try output.print(event, check, by: authors, healing: healed)
        if former.isDrifted || check.isDrifted, event.isChange {
            output.log(check)
            run(for: report)
        }
        return true
    }

    private mutating func heal(
        _ check: TableCheck,
        changedBy authors: WatchReport.Authors
    ) throws -> HealingReport? {
        guard check.isDrifted,
            let (report, isOurs) = healing?.heal(managed, changedBy: authors, output.console)
        else { return nil }
        guard report.isDone else {
            nextReading = min(nextReading, now + Self.nextHealing)
            return report
        }
        state = state.healed
        // Our own transaction is no news.
        if isOurs { isHealed = true }
        return report
    }

    private mutating func tell(_ error: any Error) throws {
        nextReading = now + Self.retry
        let message = output.message(of: error)
        guard message != problem else { return }
        problem = message
        try output.print(.unreadable, because: message)
    }

    /// How long it takes until a table that can't be read is read again, and one that can't be healed is
    /// healed, in milliseconds.
    private static let (retry, nextHealing) = (1000, 10_000)

    private mutating func run(for report: WatchReport) {
        guard let (input, variables) = output.input(for: report) else { return }
        let time = now
        output.warn(command?.add(input: input, variables: variables, at: time))
    }
}

extension ManagedTable {
    /// Compares the table, or says why nothing can be said of it.
    fileprivate func comparison() throws -> TableCheck {
        let check = try check()
        guard check.isComparable else { throw reasonForNoComparison(check) }
        return check
    }
}

extension TableCheck {
    /// The check with the time of an earlier one by the same process, unless that was of another generation
    /// or the clock was set since.
    fileprivate func verified(noEarlierThan time: Int?, now: Int) -> TableCheck {
        var check = self
        if let time, let generation, (generation.time...max(generation.time, now)).contains(time) {
            check.lastVerified = max(lastVerified ?? time, time)
        }
        return check
    }

    /// How long nothing changes without a message of the kernel's, in milliseconds.
    fileprivate func pause(atMost longest: Int) -> Int {
        // The kernel takes the table away silently when the owner ends.
        if owner != nil { return min(longest, 1000) }
        guard let trial else { return longest }
        // The end of a lease makes no message. Who else ends a trial needs a moment.
        let lease = trial.live.lease?.expires.map { Int(clamping: $0) &+ 50 }
        return min(longest, max(200, lease ?? trial.secondsLeft * 1000 &+ 2000))
    }
}

extension WatchReport.Event {
    /// Whether the table is not what it was before.
    fileprivate var isChange: Bool { self != .unchanged && self != .readable }
}
