/// Data that a program has attached to an object: entries with a type and a length of one byte each
/// (libnftnl's `udata.h`).
///
/// The kernel does not interpret user data, and newer versions of libnftables write more of it. So
/// only comments are read, and everything else is ignored.
enum UserData {
    /// The value of the first entry of a type, or `nil` if there is none.
    static func value(of type: UInt8, in bytes: Bytes) -> Bytes? {
        var rest = bytes
        while let found = rest.native(UInt8.self, at: 0),
            let length = rest.native(UInt8.self, at: 1).map(Int.init),
            let value = rest[2..<(2 + length)]
        {
            if found == type { return value }
            rest = rest.dropFirst(2 + length)
        }
        return nil
    }
}

/// A comment on a rule or an element (NFTNL_UDATA_RULE_COMMENT, NFTNL_UDATA_SET_ELEM_COMMENT).
enum Comment {
    private static let type: UInt8 = 0
    private static let longest = 128

    /// The bytes of the comment in user data, or `nil` if there is none.
    static func bytes(in data: Bytes) -> Bytes? { UserData.value(of: type, in: data) }

    /// The comment in user data; `nil` if there is none, or nft's language can't express it.
    static func read(in data: Bytes) -> String? { bytes(in: data).flatMap { read($0) } }

    /// Reads a comment; `nil` if nft's language can't express it.
    static func read(_ value: Bytes) -> String? {
        guard let comment = value.wholeText, comment.utf8.count <= longest,
            !comment.unicodeScalars.contains(where: {
                $0 == "\"" || $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
            })
        else { return nil }
        return comment
    }
}
