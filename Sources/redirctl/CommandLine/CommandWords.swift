/// The words of a command line, in the order in which ArgumentParser takes them.
enum CommandWords {
    /// Options that may also stand before the command, as with ip(8) and git(1); each takes a value.
    private static let leading: Set<String> = [
        "--netns", "--state-dir", "--table", "--format", "--color",
    ]

    /// Moves options that stand before the command behind its other words, but before `--`.
    static func ordered(_ words: [String]) -> [String] {
        var rest = words[...]
        var options: [String] = []
        while let word = rest.first {
            let name = word.prefix { $0 != "=" }
            guard leading.contains(String(name)) else { break }
            let count = name == word ? min(2, rest.count) : 1
            options += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        guard !rest.isEmpty else { return words }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return rest[..<end] + options + rest[end...]
    }
}
