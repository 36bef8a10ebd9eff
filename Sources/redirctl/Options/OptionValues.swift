import ArgumentParser
import TrustedFiles

/// The name of a table, as it can be in a policy's `settings`.
struct TableName: Hashable, Sendable {
    let text: String

    private static let mostBytes = 31

    /// Reads a name; `nil` if no table can have it.
    init?(_ text: String) {
        guard let first = text.utf8.first, Self.letters.contains(first),
            text.utf8.count <= Self.mostBytes,
            text.utf8.allSatisfy({ Self.letters.contains($0) || Self.others.contains($0) })
        else { return nil }
        self.text = text
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let others = "0123456789_-".utf8

    /// Reads the name that an option gives.
    static func parse(_ text: String) throws -> TableName {
        guard let name = TableName(text) else {
            throw ValidationError(
                "the name of a table has at most \(mostBytes) of a-z, 0-9, `_` and `-`, and begins "
                    + "with a letter."
            )
        }
        return name
    }
}

/// How long a trial goes on: `90`, `60s`, `5m`, `1h`.
struct TrialTime: Hashable, Sendable {
    let seconds: Int

    static let minute = TrialTime(seconds: 60)

    private static let limits = 1...86_400

    private init(seconds: Int) { self.seconds = seconds }

    /// Reads the time that an option gives.
    static func parse(_ text: String) throws -> TrialTime {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard (1...6).contains(digits.count),
            digits.allSatisfy({ $0.isASCII && $0.isWholeNumber }),
            let number = Int(digits), limits.contains(number * (unit ?? 1))
        else {
            throw ValidationError("it takes a time from 1s to 24h: `90`, `60s`, `5m` or `1h`.")
        }
        return TrialTime(seconds: number * (unit ?? 1))
    }
}

/// Numbers and texts of options, which are parsed and checked in one place.
enum OptionValue {
    private static let mostMessageBytes = 500

    /// Reads how long to wait for a lock, in seconds.
    static func lockTimeout(_ text: String) throws -> Int {
        guard let seconds = Int(text), (0...86_400).contains(seconds) else {
            throw ValidationError("it takes 0 to 86400 seconds.")
        }
        return seconds
    }

    /// Reads how many entries of a kind are listed.
    static func count(of entries: String) -> @Sendable (String) throws -> Int {
        { text in
            guard let count = Int(text), count > 0 else {
                throw ValidationError("it takes a number of \(entries), at least 1.")
            }
            return count
        }
    }

    /// Reads the path of a directory.
    static func directory(_ text: String) throws -> String {
        guard !text.isEmpty else { throw ValidationError("it takes the name of a directory.") }
        return text
    }

    /// Reads the name of a file in which a plan can be saved: a descriptor is none.
    static func planFile(_ text: String) throws -> String {
        guard CheckedFile.descriptor(named: text) == nil else {
            throw ValidationError("a plan is saved in a file, so it takes a file's name.")
        }
        return text
    }

    /// Reads the name of a file that metrics replace: not a descriptor.
    static func metricsFile(_ text: String) throws -> String {
        guard !text.isEmpty, CheckedFile.descriptor(named: text) == nil else {
            throw ValidationError("it takes the name of a file.")
        }
        return text
    }

    /// Reads a line of the history.
    static func message(_ text: String) throws -> String {
        guard !text.isEmpty, text.utf8.count <= mostMessageBytes,
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ValidationError("it takes one line of at most \(mostMessageBytes) bytes.")
        }
        return text
    }
}
