import Glibc
import TrustedFiles

/// A program that runs beside this one, in the same network namespace.
///
/// Unless it is given one, it has no input, and what it says goes to standard error: standard output is for
/// results.
struct ChildProcess {
    let process: pid_t

    /// Starts a program.
    ///
    /// One that is to outlive this process, its terminal and its session is in a session of its own,
    /// and has nobody to speak to. `input` is an open file, and `variables` are added to the environment.
    /// The corresponding C function is `posix_spawnp`.
    init(
        _ words: [String],
        inSessionOfItsOwn: Bool = false,
        input: Int32? = nil,
        variables: [String: String] = [:]
    ) throws {
        // It writes to the same terminal.
        Progress.end()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        if inSessionOfItsOwn {
            for file in [STDOUT_FILENO, STDERR_FILENO] {
                posix_spawn_file_actions_addopen(&actions, file, "/dev/null", O_WRONLY, 0)
            }
        } else {
            posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
                | Int16(inSessionOfItsOwn ? Self.newSession : Int32(POSIX_SPAWN_SETPGROUP))
        )
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var environment = Environment.adding(variables).map { strdup($0) } + [nil]
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
            throw Failure("\(words[0]) can't be started: \(errorText(error))")
        }
        process = child
    }

    /// POSIX_SPAWN_SETSID, which the C library only shows to programs that ask for its own names.
    private static let newSession: Int32 = 0x80

    /// Waits for the end; returns the status as a shell tells it.
    func wait() -> Int32 {
        while true {
            if let status = poll() { return status }
            usleep(10_000)
        }
    }

    /// The status as a shell tells it, or nothing while it runs.
    func poll() -> Int32? {
        var status: Int32 = 0
        let result = waitpid(process, &status, WNOHANG)
        if result == 0 || (result < 0 && errno == EINTR) { return nil }
        guard result == process else { return 127 }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Ends it and what it has started.
    func end() {
        kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
