import GenerationModel
import Generations
import Glibc
import Reporting

/// The system's log: syslogd or journald, whoever reads `/dev/log`.
enum SystemLog {
    private static let path = "/dev/log"
    private static let facility = 3  // daemon (syslog(3))

    /// Sends a line in the form of syslog(3), which can't be used: it waits while nobody reads.
    ///
    /// Without `/dev/log`, or if its reader is too slow, the line is lost: nothing waits for it.
    static func write(_ line: LogLine) {
        let socket = Glibc.socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        guard socket >= 0 else { return }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let priority = facility << 3 | line.severity.rawValue
        let text = Array("<\(priority)>\(time) redirctl[\(getpid())]: \(line.text)".utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    socket,
                    text,
                    text.count,
                    Int32(MSG_DONTWAIT | MSG_NOSIGNAL),
                    $0,
                    socklen_t(MemoryLayout<sockaddr_un>.size)
                )
            }
        }
    }

    /// The time as RFC 3164 has it: `Nov 30 18:52:41`.
    private static var time: String {
        var (now, parts) = (Glibc.time(nil), tm())
        localtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%b %e %H:%M:%S", &parts)
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension LogOptions {
    /// The same table, of which everything that happens is logged.
    ///
    /// Commands in the lines work at `place`.
    func logged(_ table: ManagedTable, at place: CommandHint) -> ManagedTable {
        guard isWanted else { return table }
        let origin = Self.origin(table)
        var logged = table
        logged.observe = { event in
            let line = LogLine(event, by: origin, in: table.store, at: place)
            if let line { SystemLog.write(line) }
        }
        return logged
    }

    /// Logs that a table is not as it should be.
    func write(_ check: TableCheck, of table: ManagedTable) {
        guard isWanted, let line = LogLine(check, by: Self.origin(table), at: .now) else { return }
        SystemLog.write(line)
    }

    private static func origin(_ table: ManagedTable) -> LogLine.Origin {
        LogLine.Origin(
            table: table.name,
            netns: table.netns,
            user: Invocation.user,
            command: CommandWords.ordered(Array(CommandLine.arguments.dropFirst())).first ?? ""
        )
    }
}

extension LogLine {
    /// The line of an event; `nil` if nothing has happened to the kernel's table.
    fileprivate init?(
        _ event: TableEvent,
        by origin: Origin,
        in store: Store,
        at place: CommandHint
    ) {
        switch event {
        case .changed(let change):
            self.init(
                change,
                by: origin,
                manifest: change.generation.flatMap { try? store.manifest(of: $0) }
            )
        case .trialEnded(let trial, let outcome): self.init(endOf: trial, outcome, in: origin)
        case .failed(let error):
            guard let (outcome, generation) = error.logged else { return nil }
            let message = Failure(error) { _ in place }.message
            let reason = message.split(separator: "\n").joined(separator: "; ")
            self.init(failure: outcome, of: generation, by: origin, reason: reason)
        }
    }
}

extension ApplyError {
    /// The outcome of a change that came to the kernel or was refused by it, and its generation.
    fileprivate var logged: (outcome: String, generation: Int)? {
        switch self {
        case .refused(let number, _, _): ("refused", number)
        case .uncertain(let number, _, _): ("uncertain", number)
        case .unverified(let number, _): ("unverified", number)
        case .notAsSent(let number, _, _), .trialNotAsSent(let number, _): ("not-as-sent", number)
        case .unrecorded(let number, _, _), .trialUnrecorded(let number, _, _),
            .trialEndUnrecorded(let number, _, _):
            ("unrecorded", number)
        case .trialStays(let number, _): ("trial-stays", number)
        case .leaseEndless(let number): ("endless-lease", number)
        case .locked, .foreignTable, .otherLineage, .ownedTable, .noGeneration, .nothingBefore,
            .trialPending, .noTrial, .trialUnknown, .otherTrial, .trialOver, .trialEndedByRestart,
            .nothingToTry, .removalOnTrial, .chainMoves, .unrecordable, .trialUnchanged:
            nil
        }
    }
}
