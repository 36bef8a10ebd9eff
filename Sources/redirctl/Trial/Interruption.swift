import Glibc

/// A ^C that is waited for instead of being died of.
struct Interruption: ~Copyable {
    private var signals = sigset_t()
    private var before = sigset_t()

    init() {
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, &before)
    }

    deinit {
        var before = before
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// Waits so many milliseconds, or until it comes.
    mutating func came(within milliseconds: Int) -> Bool {
        var time = timespec(
            tv_sec: milliseconds / 1000,
            tv_nsec: milliseconds % 1000 * 1_000_000
        )
        return sigtimedwait(&signals, nil, &time) == SIGINT
    }
}
