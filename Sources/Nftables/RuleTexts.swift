internal import RulesetModel

/// The text of some rules of a table, as nft prints it.
struct RuleTexts {
    /// The texts, by the rules' handles.
    private(set) var byHandle: [Handle: String] = [:]

    /// Reads the texts of some rules in a listing of a table with handles (`nft -a`).
    ///
    /// The first line of a chain and the last line of a rule end in `# handle N`. A comment can
    /// contain a line break, so a rule is everything after the previous rule.
    init(listing: UnsafeRawBufferPointer, of handles: Set<Handle>) {
        var start: Int?
        for line in listing.split(separator: UInt8(ascii: "\n")) {
            guard let (words, handle) = Self.handle(endingIn: line) else {
                if start == nil, !Self.isOfChain(line) { start = line.startIndex }
                continue
            }
            if words.last != UInt8(ascii: "{"), handles.contains(handle) {
                let rule = listing[(start ?? words.startIndex)..<words.endIndex]
                byHandle[handle] = Self.singleLine(String(decoding: rule, as: UTF8.self))
            }
            start = nil
        }
    }

    /// Whether a line describes a chain; no rule begins with these words.
    private static func isOfChain(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        line.starts(with: "\t\ttype ".utf8) || line.starts(with: "\t\tcomment ".utf8)
    }

    private static func handle(
        endingIn line: Slice<UnsafeRawBufferPointer>
    ) -> (words: Slice<UnsafeRawBufferPointer>, handle: Handle)? {
        guard let hash = line.lastIndex(of: UInt8(ascii: "#")) else { return nil }
        let mark = "# handle ".utf8
        guard line[hash...].starts(with: mark),
            let handle = Handle(
                String(decoding: line[hash...].dropFirst(mark.count), as: UTF8.self)
            )
        else { return nil }
        var words = line[..<hash]
        while words.last == UInt8(ascii: " ") { words.removeLast() }
        return (words, handle)
    }

    /// Replaces line breaks and other control characters by spaces.
    ///
    /// Other programs choose the text of their rules, and it must not control a terminal.
    private static func singleLine(_ text: String) -> String {
        let words = text.unicodeScalars.split { scalar in
            scalar == " " || scalar.value < 0x20
                || scalar.value >= 0x7F && scalar.properties.generalCategory == .control
        }
        return words.map { String($0) }.joined(separator: " ")
    }
}
