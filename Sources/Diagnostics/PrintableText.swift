/// What a terminal does with text that somebody else wrote.
extension Unicode.Scalar {
    /// Whether a terminal shows the character and does nothing else with it.
    ///
    /// Control characters can rewrite what is already on the screen, and those that change the
    /// direction of writing make a text read differently from what it says.
    public var isPrintable: Bool {
        switch value {
        case 0x20...0x7E: true
        case ...0x9F: false
        case 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F: false
        case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: false
        default: value & 0xFFFE != 0xFFFE
        }
    }

    /// The number of columns that the character takes on a terminal.
    var displayWidth: Int {
        guard value > 0x02FF else { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return Self.isWide(value) ? 2 : 1
        }
    }

    /// The larger blocks of East Asian scripts and pictures (Unicode's East Asian Width).
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF: true
        case 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60: true
        case 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD: true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text with every character that is not printable written as an escape: `\u{1b}`.
    public var escaped: String {
        guard !unicodeScalars.allSatisfy(\.isPrintable) else { return String(self) }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isPrintable {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    /// The text as messages quote it: between backticks, harmless, and shortened when long.
    public var quoted: String {
        let longest = 60
        let beginning = unicodeScalars.prefix(longest + 1)
        guard beginning.count > longest else { return "`\(escaped)`" }
        return "`\(String(String.UnicodeScalarView(beginning.dropLast())).escaped)…`"
    }
}

extension String {
    /// The path of a file as one word of a shell, which no command takes for an option.
    public var pathForShell: String {
        (hasPrefix("-") && self != "-" ? "./" + self : self).quotedForShell
    }

    /// The text as a shell takes it for one word.
    public var quotedForShell: String {
        let isPlain =
            !isEmpty
            && unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-./:@%+=,".unicodeScalars.contains(scalar)
            }
        guard !isPlain else { return self }
        return "'"
            + split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}

extension [String] {
    /// The texts as a list in a sentence: `a, b or c`.
    public func joined(by word: String) -> String {
        count < 2
            ? joined() : dropLast().joined(separator: ", ") + " \(word) " + self[count - 1]
    }
}
