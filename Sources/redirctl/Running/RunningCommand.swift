import Glibc

/// The command of `run`, as a child in this process's own group: signals of a terminal reach it, too.
struct RunningCommand {
    /// Why a program could not be started.
    struct NotStarted: Error {
        let errno: Int32

        /// The exit status that shells give for this.
        var status: Int32 { errno == ENOENT ? 127 : 126 }
    }

    private let process: pid_t

    /// Starts a program, which is found by `PATH`.
    ///
    /// The corresponding C function is `posix_spawnp`.
    init(_ words: [String], mask: sigset_t) throws(NotStarted) {
        // It has the terminal from now on.
        Progress.end()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = mask
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let error = posix_spawnp(&process, words[0], nil, &attributes, &arguments, environ)
        guard error == 0 else { throw NotStarted(errno: error) }
        self.process = process
    }

    /// The exit status as a shell gives it; `nil` while the program runs.
    var ending: Int32? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Sends it a signal.
    func signal(_ number: Int32) { kill(process, number) }
}
