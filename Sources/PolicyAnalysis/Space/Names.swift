import Addressing

/// Numbers for names of which some are meant by their beginnings.
///
/// Two patterns have a name in common only if one contains the other. So each pattern is a range of
/// numbers, and so is every difference: a name gets the number of the narrowest pattern that means it.
struct Names: Sendable {
    /// Names that are meant together.
    struct Pattern: Hashable, Sendable {
        /// A name, or what names begin with.
        let text: String

        /// Whether all names that begin with the text are meant.
        let isPrefix: Bool
    }

    /// The numbers of each pattern.
    private var ranges: [Pattern: ClosedRange<UInt128>] = [:]

    /// A name for each number, if one was found; 0 stands for all names that no pattern means.
    private var examples: [UInt128: String] = [:]

    /// The numbers for which there can be a name.
    private(set) var all = NumberSet([0...0])

    /// Numbers some patterns.
    ///
    /// - Parameters:
    ///   - patterns: The patterns, in any order.
    ///   - longest: How many bytes a name can have.
    init(_ patterns: some Sequence<Pattern>, longest: Int = .max) {
        // Before all that begin with it comes the beginning itself.
        let sorted = Set(patterns).sorted {
            ($0.text, $0.isPrefix ? 0 : 1) < ($1.text, $1.isPrefix ? 0 : 1)
        }
        var next: UInt128 = 1
        var open: [(pattern: Pattern, first: UInt128)] = []
        func close(_ place: (pattern: Pattern, first: UInt128)) {
            ranges[place.pattern] = place.first...(next - 1)
        }
        for pattern in sorted {
            while let last = open.last,
                !(last.pattern.isPrefix && pattern.text.hasPrefix(last.pattern.text))
            {
                close(open.removeLast())
            }
            open.append((pattern, next))
            examples[next] = pattern.isPrefix ? nil : pattern.text
            next += 1
        }
        while let last = open.popLast() { close(last) }
        let exact = Set(sorted.lazy.filter { !$0.isPrefix }.map(\.text))
        let prefixes = Set(sorted.lazy.filter(\.isPrefix).map(\.text))
        var empty: [ClosedRange<UInt128>] = []
        for pattern in [Pattern(text: "", isPrefix: true)] + sorted where pattern.isPrefix {
            let number = ranges[pattern]?.lowerBound ?? 0
            // Nothing can follow a beginning that is as long as a name can be.
            let isFull = pattern.text.utf8.count >= longest
            if isFull, exact.contains(pattern.text) { empty.append(number...number) }
            let endings = pattern.text.isEmpty ? Self.usual + Self.endings : Self.endings
            examples[number] = endings.lazy.map { pattern.text + $0 }.first { name in
                name.utf8.count <= longest && !name.isEmpty && !exact.contains(name)
                    && !name.indices.dropFirst(pattern.text.count).contains {
                        prefixes.contains(String(name[...$0]))
                    }
            }
        }
        all = NumberSet([0...(next - 1)]).subtracting(NumberSet(empty))
    }

    /// Names that people know, for what no pattern means.
    private static let usual = ["eth0", "eth1", "wlan0"]

    /// What a name can go on with: the first that leads to no other pattern is taken.
    private static let endings: [String] = {
        let letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-".map(
            String.init
        )
        return [""] + letters + letters.flatMap { first in letters.map { first + $0 } }
    }()

    /// The numbers of the names that a pattern means.
    func numbers(of pattern: Pattern) -> NumberSet {
        ranges[pattern].map { NumberSet([$0]) } ?? NumberSet([])
    }

    /// The number of a name: that of the narrowest pattern that means it.
    func number(of name: String) -> UInt128 {
        if let exact = ranges[Pattern(text: name, isPrefix: false)] { return exact.lowerBound }
        for end in name.indices.reversed() {
            let pattern = Pattern(text: String(name[...end]), isPrefix: true)
            if let range = ranges[pattern] { return range.lowerBound }
        }
        return 0
    }

    /// A name with a number.
    func name(_ number: UInt128) -> String? { examples[number] }
}
