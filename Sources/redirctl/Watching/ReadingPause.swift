/// When a table is read after somebody wrote to it, in milliseconds.
///
/// It is read once all writers have stopped for a moment, and soon even if they go on.
struct ReadingPause {
    private static let quiet = 20
    private static let longest = 200

    private var first: Int?
    private var last = 0

    /// When the table is to be read; `nil` if nobody wrote to it.
    var end: Int? { first.map { min($0 + Self.longest, last + Self.quiet) } }

    /// Notes that somebody wrote to it.
    mutating func extend(at now: Int) {
        first = first ?? now
        last = now
    }
}
