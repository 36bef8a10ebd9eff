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

/// How much of a long list is printed.
struct ListOptions: ParsableArguments {
    @Flag(
        help: """
            Print whole lists, not only the first 20 entries of each (in the JSON of `diff` and \
            `check`, 1000).
            """
    )
    var all = false

    /// How many entries of each list people see.
    var limit: Int { all ? .max : OutputFormat.text.listLimit }
}
extension OutputFormat: ExpressibleByArgument {}
