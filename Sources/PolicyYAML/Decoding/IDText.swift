import Diagnostics

/// The text form of user and group ids.
enum IDText {
    /// What a text says.
    enum Reading {
        /// A number that somebody can have.
        case id(UInt32)
        /// A number that nobody can have, or one in a form of its own.
        case problem(Problem)
        /// No number at all.
        case name
    }

    /// Why a text is no id.
    enum Problem {
        /// It is neither a number nor a range of numbers.
        case notANumber
        /// The id, without the zeros in front of it.
        case leadingZeros(UInt32)
        /// A number above the highest id.
        case tooLarge
    }

    /// The number by which the kernel means "nobody", and which no process has.
    static let nobody = UInt32.max

    /// Reads a decimal number.
    static func id(_ text: Substring) -> Reading {
        guard !text.isEmpty, text.utf8.allSatisfy({ Alphabet.digits.contains($0) }) else {
            return .name
        }
        guard let id = UInt32(text), id != nobody else { return .problem(.tooLarge) }
        let isPlain = text.utf8.first != UInt8(ascii: "0") || text.utf8.count == 1
        return isPlain ? .id(id) : .problem(.leadingZeros(id))
    }

    /// The ends of a range, or nothing where a text is none: names have dashes too, but do not
    /// begin with a digit and go on with digits up to the dash.
    static func ends(of text: String) -> (first: Substring, last: Substring)? {
        let first = text.prefix { $0 != "-" }
        guard first.endIndex < text.endIndex, !first.isEmpty,
            first.utf8.allSatisfy({ Alphabet.digits.contains($0) })
        else { return nil }
        return (first, text[text.index(after: first.endIndex)...])
    }

    /// Whether a text can be the name of a user or group: anything that the files of the system
    /// could hold, as directories have names of many forms.
    static func canBeName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != 0x20,
            text.utf8.count <= 256
        else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isPrintable && !":/,".unicodeScalars.contains($0)
        }
    }
}
