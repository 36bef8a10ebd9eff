internal import RulesetModel

/// What a program has attached to an object for itself: entries of a type and a length of one byte
/// each (libnftnl's `udata.h`); the kernel looks at none of it.
struct UserData {
    /// The values by type; of entries of one type, the first counts.
    private(set) var entries: [(type: UInt8, value: Bytes)] = []

    /// Reads entries, or nothing where they are damaged.
    init?(_ bytes: Bytes) {
        var rest = bytes
        while rest.count > 0 {
            guard let type = rest.native(UInt8.self, at: 0),
                let length = rest.native(UInt8.self, at: 1).map(Int.init),
                let value = rest[2..<(2 + length)]
            else { return nil }
            entries.append((type, value))
            rest = rest.dropFirst(2 + length)
        }
    }

    /// The value of a type.
    subscript(type: UInt8) -> Bytes? {
        entries.first { $0.type == type }?.value
    }
}

/// A comment on a rule or an element (NFTNL_UDATA_RULE_COMMENT, NFTNL_UDATA_SET_ELEM_COMMENT).
enum Comment {
    private static let type: UInt8 = 0
    private static let longest = 128

    /// Reads the comment in a rule's user data; there may be none.
    ///
    /// Throws where there is one that nft's language has no way to say.
    static func read(inRule data: Bytes?) throws(UnreadableMessage) -> String? {
        guard let data else { return nil }
        guard let entries = UserData(data) else { throw UnreadableMessage("damaged user data") }
        guard let value = entries[type] else { return nil }
        guard let comment = read(value) else {
            throw UnreadableMessage("a comment that can't be said")
        }
        return comment
    }

    /// Reads a comment, or nothing where nft's language has no way to say it.
    static func read(_ value: Bytes) -> String? {
        guard let comment = value.wholeText, comment.utf8.count <= longest,
            !comment.unicodeScalars.contains(where: {
                $0 == "\"" || $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
            })
        else { return nil }
        return comment
    }
}
