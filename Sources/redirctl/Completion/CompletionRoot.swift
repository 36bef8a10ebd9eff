import ArgumentParser
import Glibc

/// The program as the scripts for completion know it: options may stand before the command, too.
///
/// ``CommandWords`` moves them behind the command, so the program itself never sees them there.
struct CompletionRoot: ParsableCommand {
    static let configuration = Redirctl.configuration

    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    /// Whether the words ask for a script, or come from one.
    static func isMeant(by words: [String]) -> Bool {
        guard let first = words.first else { return false }
        return first == request || first.hasPrefix("--generate-completion-script")
    }

    /// What a script calls the program with.
    private static let request = "---completion"

    /// Prints a script, or what a word on somebody's command line can be.
    ///
    /// - Throws: If a script can't be generated. Errors of a completion request are dropped: nobody wants
    ///   to read them while typing.
    static func answer(_ words: [String]) throws {
        do {
            _ = try parseAsRoot(words)
        } catch {
            if exitCode(for: error) == .success { exit(withError: error) }
            if words.first != request { throw error }
        }
    }
}
