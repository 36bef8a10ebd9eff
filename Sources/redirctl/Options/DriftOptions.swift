import ArgumentParser

/// How much of a drift `check` and `diff` print.
struct DriftOptions: ParsableArguments {
    @Flag(
        help: """
            Print every difference, not only the first 20 redirects and the first 20 objects that \
            are not from redirctl (in JSON, 1000 entries of each list).
            """
    )
    var all = false
}
