import ArgumentParser

/// Whether a change may take away connections that operators rely on.
struct GuardOptions: ParsableArguments {
    @Flag(
        help: """
            Allow a change that takes new SSH sessions, or connections that the policy protects, \
            elsewhere.
            """
    )
    var allowLockout = false
}
