import CLinux
import Glibc
import TrustedFiles

/// The command of `watch --exec`: it runs once for each event, one at a time.
struct EventCommand {
    private static let (mostWaiting, seconds) = (16, 60)

    private let line: String
    private var waiting: [(input: String, variables: [String: String])] = []
    private var running: (child: ChildProcess, end: Int)?

    init(_ line: String) { self.line = line }

    /// When the running command is ended by force, in milliseconds of the monotonic clock.
    var end: Int? { running?.end }

    /// Runs the command as soon as the one before has ended.
    ///
    /// - Returns: What could not be done; `nil` if all is well.
    mutating func add(input: String, variables: [String: String], at now: Int) -> String? {
        guard waiting.count < Self.mostWaiting else {
            return "`--exec` is too slow: it is not run for this event"
        }
        waiting.append((input, variables))
        return proceed(at: now)
    }

    /// Sees whether the command has ended or takes too long, and starts the next one.
    mutating func proceed(at now: Int) -> String? {
        var problem: String?
        if let (child, end) = running {
            if let status = child.poll() {
                running = nil
                if status != 0 { problem = "`--exec` ended with status \(status)" }
            } else if now >= end {
                child.end()
                running = nil
                problem = "`--exec` took longer than \(Self.seconds) s and was ended"
            }
        }
        guard running == nil, !waiting.isEmpty else { return problem }
        let (input, variables) = waiting.removeFirst()
        do {
            running = (try start(input, variables), now + Self.seconds * 1000)
        } catch {
            problem = Failure(error).message
        }
        return problem
    }

    /// Runs the command for all events that wait for it, as long as one run of it may take.
    mutating func finish(_ warn: (String?) -> Void, now: () -> Int) {
        let end = now() + Self.seconds * 1000
        while running != nil || !waiting.isEmpty, now() < end {
            usleep(10_000)
            warn(proceed(at: now()))
        }
        stop()
    }

    /// Ends the command.
    mutating func stop() {
        running?.child.end()
        running = nil
    }

    private func start(_ input: String, _ variables: [String: String]) throws -> ChildProcess {
        var file: Int32 = -1
        let error = clinux_memory_file(&file)
        guard error == 0 else { throw Failure("memfd_create: \(errorText(error))") }
        defer { close(file) }
        guard Stream.write(input, to: file), lseek(file, 0, SEEK_SET) == 0 else {
            throw Failure("memfd_create: \(errorText(errno))")
        }
        return try ChildProcess(["/bin/sh", "-c", line], input: file, variables: variables)
    }
}
