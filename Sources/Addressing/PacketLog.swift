/// A log line for the first packet of each connection (nft(8), "Log statement").
public struct PacketLog: Hashable, Sendable, Codable {
    /// The receiver of log lines.
    public enum Destination: Hashable, Sendable, Codable {
        /// The kernel's own log, with a severity.
        case kernel(LogLevel)
        /// The programs that listen to an nflog group.
        case group(UInt16)
    }

    /// The beginning of each line: at most 127 bytes of printable ASCII without `"`, `\` and `$`.
    public var prefix: String

    /// The receiver of the lines.
    public var destination: Destination

    /// The maximum rate of lines; `nil` for a line for every connection.
    public var rate: LogRate?

    /// Creates a log from its parts.
    public init(prefix: String, destination: Destination = .kernel(.warn), rate: LogRate? = nil) {
        self.prefix = prefix
        self.destination = destination
        self.rate = rate
    }

    /// The maximum length of a prefix, in bytes (NF_LOG_PREFIXLEN in <linux/netfilter/nf_log.h>).
    public static let longestPrefix = 127

    /// Whether a prefix may contain a byte: nft has no escape sequence for `"`, and expands `$`.
    public static func allowsInPrefix(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && !#""\$"#.utf8.contains(byte)
    }
}

/// The severity of a line in the kernel's log, as nft spells it, the most severe first.
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

/// A maximum number of log lines per unit of time: `10/minute`.
public struct LogRate: Hashable, Sendable, Codable {
    /// The unit of time, as nft spells it.
    public enum Unit: String, Hashable, Sendable, CaseIterable, Codable {
        case second
        case minute
        case hour
        case day
    }

    /// The number of lines; at least 1.
    public var count: UInt32

    /// The unit of time.
    public var unit: Unit

    /// Creates a rate from its parts.
    public init(count: UInt32, unit: Unit) {
        self.count = count
        self.unit = unit
    }
}

extension LogRate: CustomStringConvertible {
    /// The rate as `10/minute`.
    public var description: String { "\(count)/\(unit.rawValue)" }
}
