import Diagnostics
import Glibc
import Synchronization

/// A line on the terminal that says what a command is doing, while that takes longer than a second.
///
/// It is for people who watch: it needs a terminal that shows standard error and the command in the
/// foreground, and it goes away before anything else is written. A thread of its own draws it, since
/// most steps are one call that takes all the time.
enum Progress {
    private struct State {
        /// What the command is doing; `nil` if there is nothing to show.
        var step: String?
        /// When that began to count, in milliseconds of the monotonic clock.
        var started = 0
        var isEnabled = false
        var isDrawing = false
        /// The line that the terminal shows; `nil` if it shows none.
        var line: String?
    }

    /// On the heap: the optimizer of Swift 6.3 drops the initial value of a global `Mutex`.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private static let shared = Shared()

    /// How long a command works before anything is shown, and how often the line is drawn.
    private static let (delayMilliseconds, intervalMilliseconds) = (1000, 200)

    /// Shows steps from now on, if anybody can see them.
    static func enable() {
        guard isatty(STDERR_FILENO) == 1, Environment["TERM"] != "dumb" else { return }
        shared.state.withLock {
            $0.isEnabled = true
            $0.started = milliseconds
        }
    }

    /// Says what begins now.
    static func step(_ text: String) {
        shared.state.withLock { state in
            guard state.isEnabled else { return }
            state.step = text
            if !state.isDrawing { state.isDrawing = startDrawing() }
        }
    }

    /// Says that a policy is read.
    static func reading(_ path: String) {
        step("reading \(path == "-" ? "standard input" : path)")
    }

    /// Shows nothing more until the next step, which has its own second.
    static func end() {
        shared.state.withLock { state in
            state.step = nil
            state.started = milliseconds
            clear(&state)
        }
    }

    /// Clears the line, because something else is written; it comes back afterwards.
    static func hide() {
        shared.state.withLock { clear(&$0) }
    }

    private static func clear(_ state: inout State) {
        guard state.line != nil else { return }
        state.line = nil
        write("\r\u{1B}[K")
    }

    private static func draw(_ state: inout State) {
        let elapsed = milliseconds - state.started
        guard let step = state.step, elapsed >= delayMilliseconds,
            tcgetpgrp(STDERR_FILENO) == getpgrp()
        else { return }
        // A longer line would wrap, and only its last part would be cleared.
        let width = TerminalWidth.columns(of: STDERR_FILENO) ?? 80
        let line = String("\(step.escaped) … \(elapsed / 1000) s".prefix(max(width - 1, 1)))
        guard line != state.line, write("\r\(line)\u{1B}[K") else { return }
        state.line = line
    }

    /// Starts the thread that draws; without it, a command just says less.
    ///
    /// It takes no signals: the command's own thread decides what they do. The corresponding C
    /// function is `pthread_create`.
    private static func startDrawing() -> Bool {
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let error = pthread_create(&thread, nil, { _ in Progress.keepDrawing() }, nil)
        if error == 0 { pthread_detach(thread) }
        return error == 0
    }

    private static func keepDrawing() -> UnsafeMutableRawPointer? {
        while true {
            usleep(UInt32(intervalMilliseconds) * 1000)
            shared.state.withLock { draw(&$0) }
        }
    }

    /// Writes past ``Stream``, which hides the line; returns whether the terminal took it.
    ///
    /// A terminal that somebody has stopped (^S) must not stop the command.
    @discardableResult
    private static func write(_ text: String) -> Bool {
        var terminal = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&terminal, 1, 0) == 1, terminal.revents & Int16(POLLOUT) != 0 else {
            return false
        }
        return text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) } > 0
    }

    private static var milliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
