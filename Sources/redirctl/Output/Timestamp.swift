import Glibc

/// An instant, in whole seconds, and how it is told.
struct Timestamp {
    let seconds: Int

    static var now: Timestamp { Timestamp(seconds: time(nil)) }

    /// RFC 3339 in UTC, for machines: `2026-11-23T17:59:03Z`.
    var iso: String { format("%Y-%m-%dT%H:%M:%SZ", gmtime_r) }

    /// Local date and time, for people: `2026-11-23 17:59:03`.
    var local: String { format("%Y-%m-%d %H:%M:%S", localtime_r) }

    /// Local time of day: `17:59:03`.
    var clock: String { format("%H:%M:%S", localtime_r) }

    /// How long ago it was: `just now`, `5 min ago`, `2 h ago`, `3 d ago`.
    var ago: String {
        switch Timestamp.now.seconds - seconds {
        case ..<60: "just now"
        case let age where age < 3600: "\(age / 60) min ago"
        case let age where age < 172_800: "\(age / 3600) h ago"
        case let age: "\(age / 86_400) d ago"
        }
    }

    private typealias Breakdown = (
        UnsafePointer<time_t>, UnsafeMutablePointer<tm>
    ) -> UnsafeMutablePointer<tm>?

    private func format(_ pattern: String, _ breakDown: Breakdown) -> String {
        var instant = time_t(seconds)
        var parts = tm()
        guard breakDown(&instant, &parts) != nil else { return "\(seconds)" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let count = strftime(buffer.baseAddress, buffer.count, pattern, &parts)
            return String(decoding: buffer.prefix(count).map(UInt8.init), as: UTF8.self)
        }
    }
}
