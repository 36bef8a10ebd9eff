import Glibc
import TestSupport

/// A `redirctl watch` in the calling thread's network namespace, of which the events are read as they come.
final class RunningWatch {
    /// An event that did not come.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let program: Program

    /// The number of events that were waited for.
    private var seen = 0

    /// Starts to watch, and waits for the first event.
    init(_ scratch: Scratch, _ options: String...) throws {
        program = try Program(
            [
                Program.path, "watch", "--state-dir", "\(scratch.directory)/state", "--format",
                "json",
            ]
                + options
        )
        let first = try next()
        guard first["event"] == .text("watching") else {
            throw Missing(description: "\(first)")
        }
    }

    deinit {
        if program.isRunning { program.signal(SIGKILL) }
    }

    /// All events so far.
    var events: [JSON] {
        get throws {
            // The last line may be half-written.
            try program.outputSoFar.split(separator: "\n", omittingEmptySubsequences: false)
                .dropLast().map { try JSON(String($0)) }
        }
    }

    /// Waits for the next event.
    func next(within seconds: Int = 20) throws -> JSON {
        for _ in 0..<seconds * 200 {
            let events = try events
            if events.count > seen {
                seen += 1
                return events[seen - 1]
            }
            usleep(5000)
        }
        throw Missing(description: "no event after \(seen): \(program.outputSoFar)")
    }

    /// Waits for an event of a kind; none may come before it.
    func next(_ event: String, within seconds: Int = 20) throws -> JSON {
        let next = try next(within: seconds)
        guard next["event"] == .text(event) else {
            throw Missing(description: "\(event) expected, not \(next)")
        }
        return next
    }

    /// Ends it as systemd does; returns how it ended, and the events that nobody has waited for.
    func end() throws -> (ending: Program.Ending, more: [JSON]) {
        kill(program.process, SIGTERM)
        let ending = try program.wait()
        return (ending, Array(try events.dropFirst(seen)))
    }
}
