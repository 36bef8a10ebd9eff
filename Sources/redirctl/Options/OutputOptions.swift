import ArgumentParser
import Glibc

/// How results are printed; the same for every command.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(help: ArgumentHelp("How the result is printed.", valueName: "text|json"))
    var format = Format.text

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = Color.auto

    var console: Console {
        Console(
            format: format,
            colorsOutput: usesColor(on: STDOUT_FILENO),
            colorsErrors: usesColor(on: STDERR_FILENO)
        )
    }

    /// Follows no-color.org: any non-empty NO_COLOR switches the automatic colours off.
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
