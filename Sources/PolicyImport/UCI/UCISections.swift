/// A section of OpenWrt's configuration.
struct UCISection {
    let line: Int
    let type: String
    var values: [String: [String]] = [:]

    /// The value of an option; of several, the first.
    func value(_ option: String) -> String? { values[option]?.first }

    /// Whether an option is off; what it is if it is left out counts otherwise.
    func isOff(_ option: String) -> Bool {
        ["0", "no", "off", "false", "disabled"].contains(value(option) ?? "")
    }

    /// The section as a comment quotes it.
    var written: WrittenRule {
        let options = values.keys.sorted().map { key in
            "\(key) \(values[key, default: []].joined(separator: " "))"
        }
        return WrittenRule(line: line, text: "\(type): \(options.joined(separator: ", "))")
    }

    /// Reads the sections of a text.
    static func all(in text: ForeignText) throws(ImportRefused) -> [UCISection] {
        var sections: [UCISection] = []
        for (index, line) in text.lines.enumerated() {
            let words = try words(of: line, line: index + 1)
            guard let first = words.first else { continue }
            switch (first, words.count) {
            case ("package", _): break
            case ("config", 2...3):
                sections.append(UCISection(line: index + 1, type: words[1]))
            case ("option", 3), ("list", 3):
                guard !sections.isEmpty else {
                    throw ImportRefused("there is no `config` before it", line: index + 1)
                }
                let last = sections.count - 1
                if first == "option" { sections[last].values[words[1]] = [] }
                let parts = words[2].split(separator: " ").map(String.init)
                sections[last].values[words[1], default: []]
                    .append(contentsOf: words[1] == "name" ? [words[2]] : parts)
            default:
                throw ImportRefused(
                    "a line begins with `config`, `option` or `list`, and has a name and a value",
                    line: index + 1
                )
            }
        }
        return sections
    }

    /// The words of a line; quotes of both kinds make one word.
    private static func words(of text: Substring, line: Int) throws(ImportRefused) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                word = (word ?? []) + [byte]
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                isEscaped = true
            } else if let open = quote {
                if byte == open { quote = nil } else { word?.append(byte) }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                word = word ?? []
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                if let word { words.append(String(decoding: word, as: UTF8.self)) }
                word = nil
            } else if byte == UInt8(ascii: "#"), word == nil {
                break
            } else {
                word = word ?? []
                word?.append(byte)
            }
        }
        guard quote == nil else { throw ImportRefused("a quote does not end", line: line) }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
