import Glibc

/// An instant in whole seconds since 1970, UTC, as text.
public struct Timestamp: Sendable, Hashable {
    /// Seconds since 1970, UTC.
    public let seconds: Int

    /// Creates an instant from seconds since 1970, UTC.
    public init(seconds: Int) { self.seconds = seconds }

    /// RFC 3339 in UTC, for machines: `2026-11-23T17:59:03Z`.
    public var iso: String { format("%Y-%m-%dT%H:%M:%SZ", gmtime_r) }

    /// Date and time in this process's time zone, for people: `2026-11-23 17:59:03`.
    public var local: String { format("%Y-%m-%d %H:%M:%S", localtime_r) }

    /// Time of day in this process's time zone: `17:59:03`.
    public var clock: String { format("%H:%M:%S", localtime_r) }

    /// How long before another instant it was: `just now`, `5 min ago`, `2 h ago`, `3 d ago`.
    public func ago(at now: Timestamp) -> String {
        switch now.seconds - seconds {
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
