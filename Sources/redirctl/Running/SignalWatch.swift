import Glibc

/// Signals that this process reads one by one, instead of being interrupted by them.
struct SignalWatch {
    /// Signals that are passed on to the command of `run`.
    static let forOthers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

    /// A signal that has arrived.
    struct Arrival {
        let number: Int32

        /// Whether a terminal has sent it, so that the command has got it, too.
        let isFromTerminal: Bool
    }

    /// The signal mask from before, with which the command must start.
    let formerMask: sigset_t

    private let watched: sigset_t

    /// Blocks the signals; those that arrive from now on wait to be read.
    init() {
        var watched = sigset_t()
        sigemptyset(&watched)
        for number in Self.forOthers + [SIGCHLD] { sigaddset(&watched, number) }
        var former = sigset_t()
        pthread_sigmask(SIG_BLOCK, &watched, &former)
        (self.watched, formerMask) = (watched, former)
    }

    /// Waits for the next signal.
    func next() -> Arrival {
        var (set, arrival) = (watched, siginfo_t())
        while sigwaitinfo(&set, &arrival) < 0 {}
        // Signals of a terminal come from the kernel, all others from processes (sigaction(2)).
        let isFromTerminal = arrival.si_code == Int32(SI_KERNEL)
        return Arrival(number: arrival.si_signo, isFromTerminal: isFromTerminal)
    }

    /// Whether this process was started with a signal ignored, as by nohup(1).
    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
