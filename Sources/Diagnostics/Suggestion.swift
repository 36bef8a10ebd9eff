/// The word that somebody probably meant who wrote one that is not expected.
public enum Suggestion {
    /// The candidate nearest to a word, or `nil` if none is similar.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        // Long words are not typing mistakes, and the distance costs the product of the lengths.
        let word = word.lowercased()
        guard word.unicodeScalars.count <= 32 else { return nil }
        let slip =
            candidates
            .map { (word: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= max(1, $0.word.count / 3) }
            .min { $0.distance < $1.distance }
        return slip?.word ?? candidates.first { isAbbreviation(word, of: $0) }
    }

    /// Whether a word is made of letters of another, in order: `dst`, `proto`.
    private static func isAbbreviation(_ word: String, of whole: String) -> Bool {
        guard word.count >= 2, word.first == whole.first else { return false }
        var rest = whole[...]
        for letter in word {
            guard let index = rest.firstIndex(of: letter) else { return false }
            rest = rest[rest.index(after: index)...]
        }
        return true
    }

    /// The number of letters to insert, delete, replace or swap with the next.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
                var best = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, before[j - 1] + 1)
                }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
