internal import Addressing

extension PacketLog {
    /// Reads a `log` instruction; `nil` if redirctl writes no such instruction.
    init?(_ log: Expression.PrefixedLog, rate: LogRate?) {
        guard !log.prefix.isEmpty, log.prefix.utf8.count <= Self.longestPrefix,
            log.prefix.utf8.allSatisfy(Self.allowsInPrefix)
        else { return nil }
        let destination: Destination
        switch (log.group, log.level) {
        case (let group?, nil): destination = .group(group)
        case (nil, let level):
            // The kernel's default is `warn`.
            guard let level = LogLevel(number: level ?? 4) else { return nil }
            destination = .kernel(level)
        default: return nil
        }
        self.init(prefix: log.prefix, destination: destination, rate: rate)
    }
}

extension LogLevel {
    /// The severity that has a number in syslog(3); `nil` for other numbers.
    fileprivate init?(number: UInt32) {
        guard let index = Int(exactly: number), Self.allCases.indices.contains(index) else {
            return nil
        }
        self = Self.allCases[index]
    }
}

extension LogRate {
    /// The burst in every rule of redirctl.
    private static let burst: UInt32 = 5

    /// Reads a `limit` instruction; `nil` if redirctl writes no such instruction.
    init?(count: UInt64, seconds: UInt64, burst: UInt32) {
        guard burst == Self.burst, let count = UInt32(exactly: count), count > 0 else { return nil }
        switch seconds {
        case 1: self.init(count: count, unit: .second)
        case 60: self.init(count: count, unit: .minute)
        case 3600: self.init(count: count, unit: .hour)
        case 86400: self.init(count: count, unit: .day)
        default: return nil
        }
    }
}
