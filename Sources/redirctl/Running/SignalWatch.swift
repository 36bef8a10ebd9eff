import Glibc

/// The signals that this process takes one by one, instead of being interrupted by them.
struct SignalWatch {
    /// What can end or steer a program, and is for the one that is run.
    static let forOthers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

    /// A signal that has arrived.
    struct Arrival {
        let number: Int32

        /// Whether a terminal has sent it, to all processes of its foreground group.
        let isFromTerminal: Bool
    }

    /// The signals that were blocked before, as the program that is run must find them.
    let formerMask: sigset_t

    private let watched: sigset_t

    /// Begins to watch; what arrives from now on waits.
    init() {
        var watched = sigset_t()
        sigemptyset(&watched)
        for number in Self.forOthers + [SIGCHLD] { sigaddset(&watched, number) }
        var former = sigset_t()
        pthread_sigmask(SIG_BLOCK, &watched, &former)
        (self.watched, formerMask) = (watched, former)
    }

    /// The next signal; waits for it.
    func next() -> Arrival {
        var (set, arrival) = (watched, siginfo_t())
        while sigwaitinfo(&set, &arrival) < 0 {}
        // What a process sends says so; only the kernel speaks for a terminal (sigaction(2)).
        let isFromTerminal = arrival.si_code == Int32(SI_KERNEL)
        return Arrival(number: arrival.si_signo, isFromTerminal: isFromTerminal)
    }

    /// Whether whoever started this process wants it not to hear a signal, as nohup(1) does.
    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
