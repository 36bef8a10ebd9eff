internal import RulesetModel

/// The words in which nft prints the rules of a table.
struct RuleTexts {
    /// The words, by the rules' handles.
    private(set) var byHandle: [Handle: String] = [:]

    /// Reads the text listing of a table with handles (`nft -a`).
    ///
    /// A chain's first line and a rule's last one end in `# handle N`. A comment may hold a line
    /// break, so a rule is everything since the one before it.
    init(listing: String) {
        var pending: [Substring] = []
        for line in listing.utf8.split(separator: UInt8(ascii: "\n")).map(Substring.init) {
            guard let (words, handle) = Self.handle(endingIn: line) else {
                if !(pending.isEmpty && Self.isOfChain(line)) { pending.append(line) }
                continue
            }
            if !words.hasSuffix("{") {
                byHandle[handle] = Self.singleLine(pending + [words])
            }
            pending = []
        }
    }

    /// A chain says what it is on its first lines; no rule begins with these words.
    private static func isOfChain(_ line: Substring) -> Bool {
        line.hasPrefix("\t\ttype ") || line.hasPrefix("\t\tcomment ")
    }

    private static func handle(endingIn line: Substring) -> (words: Substring, handle: Handle)? {
        guard let hash = line.lastIndex(of: "#") else { return nil }
        let words = line[line.index(after: hash)...].split(separator: " ")
        guard words.count == 2, words[0] == "handle", let handle = Handle(words[1]) else {
            return nil
        }
        var text = line[..<hash]
        while text.last == " " { text.removeLast() }
        return (text, handle)
    }

    /// Somebody else chose these words: line breaks must not break ours, nor other control
    /// characters steer a terminal.
    private static func singleLine(_ lines: [Substring]) -> String {
        let words = lines.joined(separator: " ").unicodeScalars.split { scalar in
            scalar.properties.generalCategory == .control || scalar == " "
        }
        return words.map { String($0) }.joined(separator: " ")
    }
}

extension LiveTable {
    /// The table with its foreign rules in nft's words, as far as there are any.
    func worded(by texts: [Handle: String]) -> LiveTable {
        var table = self
        for chain in table.chains.indices {
            for rule in table.chains[chain].rules.indices {
                let live = table.chains[chain].rules[rule]
                guard live.known == nil, let text = texts[live.handle] else { continue }
                table.chains[chain].rules[rule].content = .foreign(text)
            }
        }
        return table
    }
}
