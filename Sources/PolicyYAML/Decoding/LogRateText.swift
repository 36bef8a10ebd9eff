import Addressing

/// The text form of rates, and what somebody means who writes one in another way.
enum LogRateText {
    /// The numbers of lines that a rate can have.
    private static let counts: ClosedRange<UInt64> = 1...1_000_000

    /// Reads a number, a slash and a unit of time, without spaces.
    static func rate(_ text: String) -> LogRate? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let unit = LogRate.Unit(rawValue: String(parts[1])),
            let number = DecimalText.number(parts[0]), counts.contains(number),
            let count = UInt32(exactly: number)
        else { return nil }
        return LogRate(count: count, unit: unit)
    }

    /// What to write instead.
    static func advice(on text: String) -> String {
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
