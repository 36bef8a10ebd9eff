/// A value of a JSON text.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Int64)
    case real(Double)
    case text(String)
    case list([JSONValue])
    case object(JSONObject)

    /// The text, where it is one.
    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The whole number, where it is one.
    var number: Int64? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The list's values, where it is one.
    var list: [JSONValue]? {
        if case .list(let list) = self { list } else { nil }
    }

    /// The object, where it is one.
    var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

/// An object of a JSON text; its few members are quicker to look through than to hash.
struct JSONObject: Sendable, Hashable {
    /// A key with its value.
    struct Member: Sendable, Hashable {
        let key: String
        let value: JSONValue
    }

    /// The members, in no order that matters.
    let members: [Member]

    /// The only member, where there is just one.
    var single: Member? { members.count == 1 ? members[0] : nil }

    /// The value of a key.
    subscript(key: String) -> JSONValue? {
        members.first { $0.key == key }?.value
    }

    /// Whether it has no other keys than these.
    func hasOnly(_ keys: String...) -> Bool {
        members.allSatisfy { keys.contains($0.key) }
    }
}
