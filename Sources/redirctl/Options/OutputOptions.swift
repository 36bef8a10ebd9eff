public import ArgumentParser
import Diagnostics
import Glibc
public import Reporting

/// The format and the colours of results.
struct OutputOptions: ParsableArguments {
    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp("The format of the result. (default: text)", valueName: "text|json")
    )
    var given: OutputFormat?

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = Color.auto

    /// The options of a command that has formats of its own.
    static func ofOwnFormat(isJSON: Bool, color: Color) -> OutputOptions {
        var options = OutputOptions()
        options.given = isJSON ? .json : .text
        options.color = color
        return options
    }

    /// The format that was given, or that the environment names.
    var format: OutputFormat { given ?? FormatVariable.value() ?? .text }

    func validate() throws { try FormatVariable.check(unless: given) }

    var console: Console { Console(format: format, color: color) }
}

extension Console {
    /// The console of a program that was given no options.
    static var usual: Console { Console(format: .text, color: .auto) }

    fileprivate init(format: OutputFormat, color: OutputOptions.Color) {
        self.init(
            format: format,
            colorsOutput: color.isUsed(on: STDOUT_FILENO),
            colorsErrors: color.isUsed(on: STDERR_FILENO)
        )
    }
}

extension OutputOptions.Color {
    /// A non-empty NO_COLOR switches automatic colours off (no-color.org).
    fileprivate func isUsed(on stream: Int32) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto:
            isatty(stream) == 1 && !Environment.isSet("NO_COLOR")
                && Environment["TERM"] != "dumb"
        }
    }
}

/// The environment variable that names the format of results, for commands that are not told otherwise.
enum FormatVariable {
    static let name = "REDIRCTL_FORMAT"

    private static var text: String? { Environment.isSet(name) ? Environment[name] : nil }

    /// The format that the variable names; `nil` if it is not set.
    static func value<Format: RawRepresentable<String>>() -> Format? {
        text.flatMap(Format.init(rawValue:))
    }

    /// Refuses a value that a command does not know, unless a format was given.
    static func check<Format: RawRepresentable<String> & CaseIterable>(
        unless given: Format?
    ) throws {
        guard given == nil, let text, Format(rawValue: text) == nil else { return }
        let formats = Format.allCases.map { "`\($0.rawValue)`" }.joined(by: "or")
        throw ValidationError(
            "the environment variable `\(name)` is \(text.quoted), but this command prints \(formats)."
        )
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
    var limit: Int { limit(in: .text) }

    /// How many entries of a list are printed in a format that does not always have all.
    func limit(in format: OutputFormat) -> Int { all ? .max : format.listLimit }
}
extension OutputFormat: ExpressibleByArgument {}
