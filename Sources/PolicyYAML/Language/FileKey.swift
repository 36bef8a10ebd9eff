/// The key of a list that stands in a file of its own.
enum FileKey: String, MappingKey {
    case file

    static let owner = "a list in a file"

    var isRequired: Bool { true }

    var value: ValueShape { .one(.path) }

    var example: String { "file: blocked.txt" }

    var summary: String { "A file with one address, prefix or range a line." }
}
