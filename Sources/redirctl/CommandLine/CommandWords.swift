/// The words of a command line, in the order in which ArgumentParser takes them.
enum CommandWords {
    /// Options that may also stand before the command, as with ip(8) and git(1); each takes a value.
    private static let leading: Set<String> = [
        "--netns", "--state-dir", "--table", "--format", "--color",
    ]

    /// The name of the command whose name has two words.
    static let planShow = "plan show"

    /// Moves options that stand before the command behind its other words, but before `--`, and joins
    /// the words of ``planShow``.
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
        return joined(probing(rest[..<end]) + options + rest[end...])
    }

    /// Names the probe that needs no command: an option of ArgumentParser has a value, or has none.
    private static func probing(_ words: ArraySlice<String>) -> [String] {
        words.indices.map { index in
            let next = words.index(after: index)
            let hasValue = next < words.endIndex && !words[next].hasPrefix("--")
            return words[index] == "--probe" && !hasValue ? "--probe-targets" : words[index]
        }
    }

    private static func joined(_ words: [String]) -> [String] {
        let start = words.first == "help" ? 1 : 0
        guard words.dropFirst(start).prefix(2).joined(separator: " ") == planShow else {
            return words
        }
        return words[..<start] + [planShow] + words[(start + 2)...]
    }
}
