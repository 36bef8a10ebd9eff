import Addressing
import Diagnostics

/// The text form of the values of `log`.
enum LogText {
    /// Reads the beginning of the lines.
    static func prefix(_ text: String) throws(ValueProblem) -> String {
        let count = text.utf8.count
        guard count > 0, count <= PacketLog.longestPrefix else {
            throw ValueProblem(
                .invalidLogPrefix,
                count == 0 ? "the prefix is empty" : "the prefix is \(count) bytes long",
                "expected 1 to \(PacketLog.longestPrefix) bytes",
                help: count == 0
                    ? "leave `prefix` out; the lines then begin with the name of the redirect" : nil
            )
        }
        if let index = text.utf8.firstIndex(where: { !PacketLog.allowsInPrefix($0) }) {
            let character = Substring(text[index...].unicodeScalars.prefix(1))
            throw ValueProblem(
                .invalidLogPrefix,
                "a prefix cannot contain \(character.quoted)",
                character == "$" ? "nft would put a value here" : "nft has no way to say this",
                help: "use ASCII letters, digits, spaces and signs other than `\"`, `\\` and `$`",
                part: character
            )
        }
        return text
    }

    /// Reads the number of a group.
    static func group(_ text: String) throws(ValueProblem) -> UInt16 {
        if let group = NumberText.decimal(text).flatMap({ UInt16(exactly: $0) }) { return group }
        throw ValueProblem(
            .invalidLogGroup,
            "\(text.quoted) is not a log group",
            "expected \(Grammar.logGroup.expectation)",
            help: "use the number that the listening program uses, such as `group: 1`"
        )
    }

    // MARK: - Rates

    /// The numbers of lines that a rate can have.
    private static let counts: ClosedRange<UInt64> = 1...1_000_000

    /// Reads a number, a slash and a unit of time, without spaces.
    static func rate(_ text: String) throws(ValueProblem) -> LogRate {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let unit = LogRate.Unit(rawValue: String(parts[1])),
            let number = NumberText.decimal(parts[0]), counts.contains(number),
            let count = UInt32(exactly: number)
        else {
            throw ValueProblem(
                .invalidLogRate,
                "\(text.quoted) is not a rate",
                "expected \(Grammar.logRate.expectation)",
                help: adviceOnRate(text)
            )
        }
        return LogRate(count: count, unit: unit)
    }

    private static func adviceOnRate(_ text: String) -> String {
        let form = "write a number, a slash and `second`, `minute`, `hour` or `day`"
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits) else { return form }
        guard number > 0 else { return "to log nothing leave `log` out" }
        guard counts.contains(number) else { return "the highest rate is `1000000/second`" }
        let rest = text.dropFirst(digits.count).lowercased().split { " /".contains($0) }
            .map(String.init).filter { !["per", "a", "p"].contains($0) }
        guard let word = rest.first else {
            return "say in what time: `\(number)/second`, `\(number)/minute`, "
                + "`\(number)/hour` or `\(number)/day`"
        }
        guard rest.count == 1, let unit = unit(meantBy: word) else { return form }
        return "write `\(LogRate(count: UInt32(number), unit: unit))`"
    }

    private static func unit(meantBy word: String) -> LogRate.Unit? {
        switch word {
        case "s", "sec", "secs", "seconds": .second
        case "m", "min", "mins", "minutes": .minute
        case "h", "hr", "hrs", "hours": .hour
        case "d", "days": .day
        default:
            Suggestion.nearest(to: word, among: LogRate.Unit.allCases.map(\.rawValue))
                .flatMap { LogRate.Unit(rawValue: $0) }
        }
    }
}
