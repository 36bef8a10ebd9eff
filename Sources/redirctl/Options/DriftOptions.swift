import ArgumentParser

/// How much of a drift is printed; the same for `check` and `diff`.
struct DriftOptions: ParsableArguments {
    @Flag(
        help: """
            Print all that differs, not only the first 20 redirects and the first 20 foreign objects (in \
            JSON, 1000 entries of each list).
            """
    )
    var all = false
}
