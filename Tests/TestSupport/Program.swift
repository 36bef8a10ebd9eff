internal import Glibc

/// A run of the program under test, or of any other, in the calling thread's network namespace.
public final class Program {
    /// How a run ended, and what it said.
    public struct Ending: Sendable {
        /// The exit status; that of a shell (128 and the signal's number) where a signal ended it.
        public let status: Int32

        /// What it wrote to standard output.
        public let output: String

        /// What it wrote to standard error.
        public let errors: String
    }

    /// The built program: it lies beside the tests.
    public static let path: String = {
        guard let resolved = realpath("/proc/self/exe", nil) else { return "redirctl" }
        defer { free(resolved) }
        let tests = String(cString: resolved)
        return tests.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/redirctl"
    }()

    /// The process's number, which is also that of its process group.
    public let process: Int32

    private let words: [String]
    private let output: UnsafeMutablePointer<FILE>
    private let errors: UnsafeMutablePointer<FILE>

    /// Starts a program with the arguments that follow its path.
    public init(_ words: [String]) throws {
        guard let output = tmpfile(), let errors = tmpfile() else {
            throw NamespaceThread.Refusal(description: "tmpfile: errno \(errno)")
        }
        (self.words, self.output, self.errors) = (words, output, errors)
        process = try Self.spawn(words, output: fileno(output), errors: fileno(errors))
    }

    deinit {
        fclose(output)
        fclose(errors)
    }

    /// Runs a program to its end; after so many seconds it is ended by force, and the test fails.
    public static func run(_ words: [String], within seconds: Int = 60) throws -> Ending {
        try Program(words).wait(seconds)
    }

    /// Waits for the end.
    public func wait(_ seconds: Int = 60) throws -> Ending {
        var status: Int32 = 0
        for _ in 0..<seconds * 1000 {
            if waitpid(process, &status, WNOHANG) == process {
                let signal = status & 0x7F
                return Ending(
                    status: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
                    output: Self.contents(of: output),
                    errors: Self.contents(of: errors)
                )
            }
            usleep(1000)
        }
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
        throw NamespaceThread.Refusal(
            description: "\(words.joined(separator: " ")) took more than \(seconds) s: "
                + Self.contents(of: errors)
        )
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool {
        var information = siginfo_t()
        let error = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
        return error == 0 && information.si_signo == 0
    }

    /// What it has written to standard output so far.
    public var outputSoFar: String { Self.contents(of: output) }

    /// Sends a signal to the process and all that it has started, as a terminal does.
    public func signal(_ number: Int32) { kill(-process, number) }

    private static func spawn(_ words: [String], output: Int32, errors: Int32) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A child ignores and blocks the signals that its parent does.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var environment = Self.environment.map { strdup($0) } + [nil]
        defer { for variable in environment { free(variable) } }
        var child = pid_t()
        let error = posix_spawnp(
            &child,
            words[0],
            &actions,
            &attributes,
            &arguments,
            &environment
        )
        guard error == 0 else {
            throw NamespaceThread.Refusal(
                description: "\(words[0]): \(String(cString: strerror(error)))"
            )
        }
        return child
    }

    /// The tests' own environment, but that of no SSH session, in which whoever runs them may be, and
    /// without lines in this machine's log.
    private static let environment: [String] = {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            variables.append(String(cString: variable))
            next += 1
        }
        return variables.filter { !$0.hasPrefix("SSH_CONNECTION=") }
            + ["SSH_CONNECTION=", "REDIRCTL_SYSLOG=0"]
    }()

    private static func contents(of file: UnsafeMutablePointer<FILE>) -> String {
        // The descriptor is shared with the process; only `pread` leaves its position alone.
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(fileno(file), &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
