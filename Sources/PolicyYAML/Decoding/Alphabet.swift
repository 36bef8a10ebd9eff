/// The characters that names are made of, as bytes.
enum Alphabet {
    static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    static let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")

    /// What a redirect's name may begin with.
    static let nameStart = Set(digits).union(lowercase)

    /// What may follow.
    static let name = nameStart.union("._-".utf8)

    /// What names of interfaces are made of; the kernel takes more, and nobody uses it.
    static let interface = name.union(UInt8(ascii: "A")...UInt8(ascii: "Z"))

    /// What may follow the first letter of a table's name.
    static let tableName = nameStart.union("_-".utf8)
}
