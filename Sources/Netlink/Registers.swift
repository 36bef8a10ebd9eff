internal import Addressing
internal import RulesetModel

/// What the registers hold while a rule is followed.
struct Registers {
    /// What one holds.
    enum Content: Hashable {
        case field(LoadedField)
        case constant(RegisterValue)
        /// What a map has for the connection, or the one or the other part of it.
        case found(Found, by: Lookup)

        fileprivate var length: Int {
            switch self {
            case .field(let field): field.length
            case .constant(let value): value.length
            case .found(.port, _), .found(.portAfterAddress, _): 2
            case .found(.address(let family), _), .found(.addressBeforePort(let family), _):
                family.bitWidth / 8
            }
        }
    }

    /// The parts of what maps have.
    enum Found: Hashable {
        case port
        case address(IPFamily)
        case addressBeforePort(IPFamily)
        case portAfterAddress
    }

    private struct Entry {
        let words: Range<Int>
        var content: Content
        var isUsed = false
    }

    private static let wordCount = 16

    private var entries: [Entry] = []

    /// Whether everything that was put into a register was used.
    ///
    /// Even a value that nothing asks for can decide: a packet too short for it does not match.
    private(set) var isAllUsed = true

    /// Whether nothing waits to be used.
    var nothingIsPending: Bool { isAllUsed && entries.allSatisfy(\.isUsed) }

    /// Puts something into a register, or returns `false` if it has no room there.
    mutating func write(_ content: Content, to register: Register) -> Bool {
        let words = register.word..<(register.word + (content.length + 3) / 4)
        guard words.upperBound <= Self.wordCount else { return false }
        for entry in entries where entry.words.overlaps(words) && !entry.isUsed {
            isAllUsed = false
        }
        entries.removeAll { $0.words.overlaps(words) }
        entries.append(Entry(words: words, content: content))
        return true
    }

    /// Uses what begins in a register.
    mutating func use(_ register: Register) -> Content? {
        guard let index = entries.firstIndex(where: { $0.words.lowerBound == register.word })
        else { return nil }
        entries[index].isUsed = true
        return entries[index].content
    }

    /// Uses the field that begins in a register.
    mutating func field(_ register: Register) -> LoadedField? {
        if case .field(let field)? = use(register) { field } else { nil }
    }
}
