import ArgumentParser

/// What the history is to say of a generation.
struct MessageOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("What the history is to say of it.", valueName: "text"),
        transform: OptionValue.message
    )
    var message: String?
}
