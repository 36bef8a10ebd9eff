internal import Addressing
internal import RulesetModel

extension PacketLog {
    /// Reads a `log` statement and the `limit` in front of it, or `nil` if they say more.
    init?(listing log: JSONValue, limit: JSONValue?) {
        guard let log = log.object, log.hasOnly("prefix", "level", "group"),
            let prefix = log["prefix"]?.text
        else { return nil }
        var rate: LogRate?
        if let limit {
            guard let read = LogRate(listing: limit) else { return nil }
            rate = read
        }
        let destination: Destination
        switch (log["level"], log["group"]) {
        // libnftables leaves its own default out.
        case (nil, nil): destination = .kernel(.warn)
        case (.text(let word)?, nil):
            guard let level = LogLevel(rawValue: word) else { return nil }
            destination = .kernel(level)
        case (nil, .number(let number)?):
            guard let group = UInt16(exactly: number) else { return nil }
            destination = .group(group)
        default: return nil
        }
        self.init(prefix: prefix, destination: destination, rate: rate)
    }
}

extension LogRate {
    fileprivate init?(listing limit: JSONValue) {
        guard let limit = limit.object, limit.hasOnly("rate", "burst", "per"),
            limit["burst"]?.number == 5, let unit = limit["per"]?.text.flatMap(Unit.init),
            let count = limit["rate"]?.number.flatMap(UInt32.init(exactly:))
        else { return nil }
        self.init(count: count, unit: unit)
    }
}
