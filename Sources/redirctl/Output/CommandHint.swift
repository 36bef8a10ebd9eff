import Diagnostics
import Generations

/// Where a run works, as options: what an operator is told to type must work in the same place.
struct CommandHint {
    /// The options.
    let words: [String]

    /// Whether the network namespace is one that bears a name.
    let isNamed: Bool

    /// Names a place; what is as it is by default needs no option.
    init(_ location: LocationOptions, table: TableOptions? = nil) {
        words = (table?.words ?? []) + location.words
        isNamed = location.netns != nil
    }

    /// Names the place of a table.
    init(_ location: LocationOptions, named table: String) {
        words = TableOptions.words(for: table) + location.words
        isNamed = location.netns != nil
    }

    /// A command line of this program for the same place, in backquotes.
    func line(_ command: String) -> String { "`redirctl \(command)\(options)`" }

    private var options: String { words.map { " " + $0.quotedForShell }.joined() }
}
