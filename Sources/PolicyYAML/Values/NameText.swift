import Addressing
import Diagnostics
import LocatedYAML

/// The characters of names, as bytes.
enum Alphabet {
    static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    static let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let uppercase = UInt8(ascii: "A")...UInt8(ascii: "Z")

    /// Whether the name of a redirect can begin with a character.
    static func beginsName(_ byte: UInt8) -> Bool {
        digits.contains(byte) || lowercase.contains(byte)
    }

    /// Whether the name of a redirect can have a character.
    static func isInName(_ byte: UInt8) -> Bool {
        isInTableName(byte) || byte == UInt8(ascii: ".")
    }

    /// Whether the name of an interface can have a character; the kernel allows more of them, which
    /// nobody uses.
    static func isInInterface(_ byte: UInt8) -> Bool { isInName(byte) || uppercase.contains(byte) }

    /// Whether the name of a table can have a character after the first.
    static func isInTableName(_ byte: UInt8) -> Bool {
        beginsName(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}

/// The text form of names, descriptions and paths.
enum NameText {
    /// The longest name of a redirect or a list, in bytes.
    static let longest = 63

    /// The longest line of text, in bytes.
    private static let longestLine = 256

    /// Reads the name of a redirect.
    static func redirect(_ text: String) throws(ValueProblem) -> String {
        guard let first = text.utf8.first, Alphabet.beginsName(first),
            text.utf8.count <= longest, text.utf8.allSatisfy({ Alphabet.isInName($0) })
        else {
            throw ValueProblem(
                .invalidName,
                "\(text.quoted) cannot be the name of a redirect",
                "expected a name such as `web-8080`",
                help: redirect(meantBy: text).map { "write `\($0)`" }
                    ?? "use small letters, digits, `.`, `_` and `-`, at most 63 of them, "
                    + "and begin with a letter or a digit"
            )
        }
        return text
    }

    private static func redirect(meantBy text: String) -> String? {
        let mapped = text.lowercased().utf8.map { Alphabet.isInName($0) ? $0 : 0x2D }
        let name = String(decoding: mapped.drop { !Alphabet.beginsName($0) }, as: UTF8.self)
        return name.isEmpty || name.utf8.count > longest || text.utf8.contains { $0 > 0x7E }
            ? nil : name
    }

    /// Reads the name of the table.
    static func table(_ text: String) throws(ValueProblem) -> String {
        guard let first = text.utf8.first, Alphabet.lowercase.contains(first),
            text.utf8.count <= 31,
            text.utf8.allSatisfy({ Alphabet.isInTableName($0) })
        else {
            throw ValueProblem(
                .invalidTableName,
                "\(text.quoted) cannot be the name of the table",
                "expected a name such as `redirctl`",
                help: "begin with a small letter, then at most 30 small letters, digits, `_` and "
                    + "`-`"
            )
        }
        guard !NftKeywords.all.contains(text) else {
            throw ValueProblem(
                .invalidTableName,
                "\(text.quoted) is a word of nftables' own language",
                "nft could not read a table of this name",
                help: "choose another name, for example `redirctl-\(text)`"
            )
        }
        return text
    }

    /// Reads the description of a redirect.
    static func description(_ text: String) throws(ValueProblem) -> String {
        try line(text, "the description")
    }

    /// Reads the name of a test.
    static func testName(_ text: String) throws(ValueProblem) -> String {
        try line(text, "the name")
    }

    /// Reads one line of text; `title` is how messages call it.
    private static func line(_ text: String, _ title: String) throws(ValueProblem) -> String {
        let count = text.utf8.count
        guard count <= longestLine else {
            throw ValueProblem(
                .invalidText,
                "\(title) is \(count) bytes long",
                "at most \(longestLine) are possible",
                help: "say the rest in a comment"
            )
        }
        guard text.unicodeScalars.allSatisfy(\.isPrintable) else {
            throw ValueProblem(
                .invalidText,
                "\(title) contains a line break or a control character",
                "expected one line",
                help: "write it on one line, without `|` and `>`"
            )
        }
        return text
    }

    /// Reads the path of a file.
    static func path(_ text: String) throws(ValueProblem) -> String {
        if FilePath.isPlausible(text) { return text }
        throw ValueProblem(
            .invalidPath,
            "\(text.quoted) is not a path",
            "expected the path of a file",
            help: text.hasPrefix("~")
                ? "`~` is not expanded; write the path in full"
                : "a path has only printable characters, and is relative to the file that names it"
        )
    }
}

/// The names of lists: none of them can be taken for an address or a port.
enum ListName {
    /// The words that have a meaning of their own where a name could be.
    static let reserved = ["any", "false", "local", "null", "true"]

    /// Whether a text has the form of a name, reserved or not.
    static func hasForm(_ text: String) -> Bool {
        guard let first = text.utf8.first, Alphabet.lowercase.contains(first) else { return false }
        return text.utf8.count <= NameText.longest
            && text.utf8.allSatisfy { Alphabet.isInTableName($0) }
    }

    /// Reads the name of a list.
    static func name(_ text: String, _ kind: DefinitionKind) throws(ValueProblem) -> String {
        guard !reserved.contains(text) else {
            throw ValueProblem(
                .invalidName,
                "\(text.quoted) cannot be the name of a list of \(kind.rawValue)",
                "this word has a meaning of its own",
                help: "choose another name"
            )
        }
        guard hasForm(text) else {
            throw ValueProblem(
                .invalidName,
                "\(text.quoted) cannot be the name of a list of \(kind.rawValue)",
                "expected a name such as `office`",
                help: "begin with a small letter, then at most 62 small letters, digits, `_` and "
                    + "`-`"
            )
        }
        return text
    }
}
