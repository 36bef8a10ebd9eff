import Diagnostics
import LocatedYAML

/// Where a value stands, as far as advice depends on it.
struct ValuePlace {
    /// How several values are written there, if they can be.
    var several: Several?

    /// The keys of an exception that lead to such a value: `source.address`.
    var exception: String?

    /// How several values are written in place of one.
    enum Several {
        /// As a list in place of the value.
        case list
        /// As more values of the list around it.
        case values
        /// With commas between them, in the text that the value is a part of.
        case commas
    }
}

/// Advice on values in the notation of other programs: variables, `!`, and several in one text.
extension ValuePlace {
    /// What to write instead of a text that could not be read; `isValue` says whether another can.
    func help(insteadOf text: String, _ isValue: (String) -> Bool) -> String? {
        if TemplateText.isTemplate(text) { return TemplateText.help }
        if let value = Self.negated(text) {
            guard let exception else { return "nothing negates a value; name what is meant" }
            return "what a match leaves out stands in `except`"
                + (value.asYAML.map { ": `except: [\(Self.nested(exception, $0))]`" } ?? "")
        }
        guard let several, let values = Self.values(in: text, isValue) else { return nil }
        let list = values.compactMap(\.asYAML).joined(separator: ", ")
        return switch several {
        case .list: "write `[\(list)]`"
        case .values: "write each by itself: `\(list)`"
        case .commas: "write `\(values.joined(separator: ","))`"
        }
    }

    /// The value after a sign or word that means "not".
    private static func negated(_ text: String) -> Substring? {
        for sign in ["!=", "!", "not "] where text.hasPrefix(sign) {
            return text.dropFirst(sign.count).drop { $0 == " " }
        }
        return nil
    }

    /// A value under the keys of a path, as a mapping.
    private static func nested(_ path: String, _ value: String) -> String {
        path.split(separator: ".").reversed().reduce(value) { "{\($1): \($0)}" }
    }

    /// The values that a text has, if each of them can be read.
    private static func values(in text: String, _ isValue: (String) -> Bool) -> [String]? {
        guard text.utf8.count <= AdviceLimits.text else { return nil }
        // A slash can also be a part of a value, as in `10.0.0.0/8` and `eth0/1`.
        let isWords = text.utf8.allSatisfy { !Alphabet.digits.contains($0) && $0 != 0x3A }
        let isNumbers = text.utf8.allSatisfy {
            Alphabet.digits.contains($0) || "/+&-".utf8.contains($0)
        }
        for separators in [",;|", "/+&", " "] {
            let parts = text.split { separators.contains($0) }
                .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
                .filter { !["", "and", "or"].contains($0) }
            guard (2...AdviceLimits.values).contains(parts.count),
                separators.first != "/" || isWords || isNumbers,
                parts.allSatisfy(isValue)
            else { continue }
            return parts
        }
        return nil
    }
}
