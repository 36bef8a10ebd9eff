/// The characters that names are made of, as bytes.
enum Alphabet {
    static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    static let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let uppercase = UInt8(ascii: "A")...UInt8(ascii: "Z")

    /// Whether a redirect's name may begin with a character.
    static func beginsName(_ byte: UInt8) -> Bool {
        digits.contains(byte) || lowercase.contains(byte)
    }

    /// Whether a character may follow.
    static func isInName(_ byte: UInt8) -> Bool {
        isInTableName(byte) || byte == UInt8(ascii: ".")
    }

    /// Whether names of interfaces have a character; the kernel takes more, and nobody uses it.
    static func isInInterface(_ byte: UInt8) -> Bool { isInName(byte) || uppercase.contains(byte) }

    /// Whether a character may follow the first letter of a table's name.
    static func isInTableName(_ byte: UInt8) -> Bool {
        beginsName(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
