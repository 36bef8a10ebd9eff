import Addressing
import Diagnostics
import PolicyModel

/// The text form of differentiated services code points.
enum CodePointText {
    /// Reads a number from 0 to 63 in decimal, or a name.
    static func codePoint(_ text: String) throws(ValueProblem) -> CodePoint {
        if let known = CodePoint(stored: text) ?? CodePoint.names[text] { return known }
        throw ValueProblem(
            .invalidCodePoint,
            "\(text.quoted) is not a differentiated services code point",
            "expected \(Grammar.codePoint.expectation)",
            help: advice(on: text)
        )
    }

    private static func advice(on text: String) -> String {
        let text = text.lowercased()
        let isHexadecimal = text.hasPrefix("0x")
        let digits = isHexadecimal ? text.dropFirst(2) : text[...]
        if CodePoint.names[text] != nil { return "write `\(text)`" }
        if text.dropFirst().contains("-") { return "ranges are not possible; write a list" }
        if text == "be" || text == "df" { return "write `cs0`, the default" }
        guard let number = UInt8(digits, radix: isHexadecimal ? 16 : 10) else {
            let names = CodePoint.names.keys.sorted()
            return Suggestion.nearest(to: text, among: names).map { "did you mean `\($0)`?" }
                ?? "the names are `cs0`-`cs7`, `af11`-`af13`, `af21`-`af23`, `af31`-`af33`, "
                + "`af41`-`af43`, `ef`, `va` and `le`"
        }
        if let known = CodePoint(number) { return "write `\(known)`" }
        // The byte of the header has two bits more.
        return CodePoint(number / 4).map { "the TOS byte \(number) has the code point `\($0)`" }
            ?? "a code point has six bits"
    }
}
