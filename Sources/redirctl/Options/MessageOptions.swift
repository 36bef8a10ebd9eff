import ArgumentParser

/// A note that is kept with a generation in the history.
struct MessageOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A note for the history.", valueName: "text"),
        transform: OptionValue.message
    )
    var message: String?
}
