import Generations

/// Where a run works, as options: what an operator is told to type must work in the same place.
struct Place {
    private let options: String

    /// Names a place; what is as it is by default needs no option.
    init(_ site: SiteOptions, table: TableOptions? = nil) {
        let words = (table?.words ?? []) + site.words
        options = words.map { " " + $0.quotedForShell }.joined()
    }

    /// A command line of this program for the same place, in backquotes.
    func line(_ words: String) -> String { "`redirctl \(words)\(options)`" }
}

extension String {
    /// The text as a shell takes it for one word.
    var quotedForShell: String {
        let isPlain =
            !isEmpty
            && unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-./:@%+=,".unicodeScalars.contains(scalar)
            }
        guard !isPlain else { return self }
        return "'"
            + split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
