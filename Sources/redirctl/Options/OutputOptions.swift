public import ArgumentParser
import Glibc
public import Reporting

/// The format and the colours of results.
struct OutputOptions: ParsableArguments {
    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(help: ArgumentHelp("The format of the result.", valueName: "text|json"))
    var format = OutputFormat.text

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = Color.auto

    /// The options of a command that has formats of its own.
    static func ofOwnFormat(isJSON: Bool, color: Color) -> OutputOptions {
        var options = OutputOptions()
        options.format = isJSON ? .json : .text
        options.color = color
        return options
    }

    var console: Console {
        Console(
            format: format,
            colorsOutput: usesColor(on: STDOUT_FILENO),
            colorsErrors: usesColor(on: STDERR_FILENO)
        )
    }

    /// A non-empty NO_COLOR switches automatic colours off (no-color.org).
    private func usesColor(on stream: Int32) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto:
            isatty(stream) == 1 && !Environment.isSet("NO_COLOR")
                && Environment["TERM"] != "dumb"
        }
    }
}

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
extension OutputFormat: ExpressibleByArgument {}
