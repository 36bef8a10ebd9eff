import ArgumentParser

/// A note that is kept with a generation in the history.
struct MessageOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A note for the history.", valueName: "text"),
        completion: .nothing,
        transform: OptionValue.message
    )
    var message: String?
}

/// Whether a change may take away connections that operators rely on.
struct GuardOptions: ParsableArguments {
    @Flag(
        help: """
            Allow a change that redirects new SSH sessions, or connections that the policy \
            protects.
            """
    )
    var allowLockout = false
}

/// What happens to live flows that a change leaves on their old way.
struct FlowOptions: ParsableArguments {
    @Flag(
        help: """
            Flush live flows that would keep their old target or source: UDP flows move, TCP \
            connections end.
            """
    )
    var flushFlows = false
}

/// Whether the system's log is told of changes and drift.
struct LogOptions: ParsableArguments {
    @Flag(
        help: """
            Do not write to the system's log (`REDIRCTL_SYSLOG=0` does the same).
            """
    )
    var noSyslog = false

    var isWanted: Bool {
        let said = Environment["REDIRCTL_SYSLOG"] ?? ""
        return !noSyslog && !["0", "no", "off", "false"].contains(said)
    }

    /// The options that say the same to another run, which may have another environment.
    var words: [String] { isWanted ? [] : ["--no-syslog"] }
}

/// How long a change waits for another command that changes the table.
struct LockOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Seconds to wait for another redirctl command to finish; then exit with status 75. (default: 60)",
            valueName: "seconds"
        ),
        completion: .nothing,
        transform: OptionValue.lockTimeout
    )
    var lockTimeout = 60

    @OptionGroup var logging: LogOptions

    /// The options of a command that waits as long as usual.
    static func usual(logging: LogOptions) -> LockOptions {
        var options = LockOptions()
        (options.lockTimeout, options.logging) = (60, logging)
        return options
    }
}
