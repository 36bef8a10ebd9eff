import ArgumentParser

/// How long a trial goes on: `90`, `60s`, `5m`, `1h`.
struct TrialTime: ExpressibleByArgument, Hashable {
    static let limits = 1...86_400

    let seconds: Int

    /// Reads a time, or nothing where it is none or out of bounds.
    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? argument[...] : argument.dropLast()
        guard (1...6).contains(digits.count), digits.allSatisfy(\.isASCIIDigit),
            let number = Int(digits), Self.limits.contains(number * (unit ?? 1))
        else { return nil }
        seconds = number * (unit ?? 1)
    }

    static let form = "takes a time from 1s to 24h: `90`, `60s`, `5m` or `1h`."
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
