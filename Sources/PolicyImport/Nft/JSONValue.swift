import FoundationEssentials

/// A value of JSON whose shape is not known beforehand.
indirect enum JSONValue: Decodable, Hashable {
    case object([String: JSONValue])
    case array([JSONValue])
    case string(String)
    case number(Int)
    case other

    /// Reads a text.
    init(_ bytes: [UInt8]) throws(ImportRefused) {
        do {
            self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw ImportRefused("it is not whole JSON; is the text cut off?")
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let text = try? single.decode(String.self) {
            self = .string(text)
        } else if let members = try? decoder.container(keyedBy: Key.self) {
            var object: [String: JSONValue] = [:]
            for key in members.allKeys {
                object[key.stringValue] = try members.decode(JSONValue.self, forKey: key)
            }
            self = .object(object)
        } else if let number = try? single.decode(Int.self) {
            self = .number(number)
        } else if var elements = try? decoder.unkeyedContainer() {
            var array: [JSONValue] = []
            while !elements.isAtEnd { array.append(try elements.decode(JSONValue.self)) }
            self = .array(array)
        } else {
            self = .other
        }
    }

    /// A member of an object; `nil` if it is none, or has no such member.
    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var number: Int? {
        if case .number(let number) = self { number } else { nil }
    }

    var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The only member of an object, such as `{"accept": null}`.
    var only: (key: String, value: JSONValue)? {
        guard case .object(let members) = self, members.count == 1, let first = members.first else {
            return nil
        }
        return (first.key, first.value)
    }

    /// The value in few characters, for comments.
    var text: String {
        switch self {
        case .string(let text): text
        case .number(let number): "\(number)"
        case .array(let values): "[\(values.prefix(20).map(\.text).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.keys.sorted().map { "\($0): \(members[$0]?.text ?? "")" }.joined(separator: ", "))}"
        case .other: "-"
        }
    }
}
