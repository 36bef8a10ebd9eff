internal import RulesetModel

/// The words in which nft prints some rules of a table.
struct RuleTexts {
    /// The words, by the rules' handles.
    private(set) var byHandle: [Handle: String] = [:]

    /// Reads the words of some rules in the text listing of a table with handles (`nft -a`).
    ///
    /// A chain's first line and a rule's last one end in `# handle N`. A comment may hold a line
    /// break, so a rule is everything since the one before it.
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

    /// A chain says what it is on its first lines; no rule begins with these words.
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

    /// Somebody else chose these words: line breaks must not break ours, nor other control
    /// characters steer a terminal.
    private static func singleLine(_ text: String) -> String {
        let words = text.unicodeScalars.split { scalar in
            scalar == " " || scalar.value < 0x20
                || scalar.value >= 0x7F && scalar.properties.generalCategory == .control
        }
        return words.map { String($0) }.joined(separator: " ")
    }
}
