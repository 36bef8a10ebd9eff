/// A line in a log for the first packet of a connection (nft(8), "Log statement").
public struct PacketLog: Hashable, Sendable, Codable {
    /// Who gets the line.
    public enum Destination: Hashable, Sendable, Codable {
        /// The kernel's own log, with a severity.
        case kernel(LogLevel)
        /// A program that listens to an nflog group.
        case group(UInt16)
    }

    /// What the line begins with: at most 127 bytes, printable, without `"`, `\` and `$`.
    public var prefix: String

    /// Who gets it.
    public var destination: Destination

    /// How many lines there are at most; nothing for one each time.
    public var rate: LogRate?

    /// Creates a log.
    public init(prefix: String, destination: Destination = .kernel(.warn), rate: LogRate? = nil) {
        self.prefix = prefix
        self.destination = destination
        self.rate = rate
    }

    /// The most bytes that a prefix may have (NF_LOG_PREFIXLEN in <linux/netfilter/nf_log.h>).
    public static let longestPrefix = 127

    /// Whether a byte may be part of a prefix: nft knows no escape for `"`, and expands `$`.
    public static func allowsInPrefix(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && !#""\$"#.utf8.contains(byte)
    }
}

/// The severity of a line in the kernel's log, in nft's words, the most severe first.
public enum LogLevel: String, Hashable, Sendable, CaseIterable, Codable {
    case emerg
    case alert
    case crit
    case err
    case warn
    case notice
    case info
    case debug
}

/// A number of lines in a time: `10/minute`.
public struct LogRate: Hashable, Sendable, Codable {
    /// The time, in nft's words.
    public enum Unit: String, Hashable, Sendable, CaseIterable, Codable {
        case second
        case minute
        case hour
        case day
    }

    /// The number of lines; at least 1.
    public var count: UInt32

    /// The time in which there are so many at most.
    public var unit: Unit

    /// Creates a rate.
    public init(count: UInt32, unit: Unit) {
        self.count = count
        self.unit = unit
    }
}

extension LogRate: CustomStringConvertible {
    /// The rate as `10/minute`.
    public var description: String { "\(count)/\(unit.rawValue)" }
}
