import ArgumentParser
import Generations

/// The answer that a `check` by cron gets almost always, without setting up the command.
///
/// ArgumentParser finds a command's options by reflection, which takes longer than all that is left to
/// do where nothing can have changed. Only the plainest words are understood here, and only one answer
/// is given: that all is well. In every other case ``Check`` begins anew.
struct QuickCheck {
    private var location = TableLocation.fromEnvironment
    private var table = TableOptions.usual

    /// Creates a check from a command's words, or returns `nil` if they say more than where to look.
    init?(_ words: some Sequence<String>) {
        var words = words.makeIterator()
        guard words.next() == Check.configuration.commandName,
            !Environment.isSet(FormatVariable.name)
        else { return nil }
        var options: Set<String> = []
        while let option = words.next() {
            guard options.insert(option).inserted, let value = words.next(), !value.isEmpty,
                !value.hasPrefix("-")
            else { return nil }
            switch option {
            case "--netns": location.netns = value
            case "--state-dir": location.stateDir = value
            case "--table" where TableName(value) != nil: table = value
            default: return nil
            }
        }
    }

    /// Whether nothing can have changed since the kernel was last seen to hold what was applied.
    var isAllWell: Bool {
        (try? location.managedTable(table).verifyUnchanged()) == true
    }
}
