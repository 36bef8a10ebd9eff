public import RulesetModel

/// How the store and the kernel stand to each other, judged by the marker alone.
///
/// A command can be killed at any instant. The order of its steps leaves just these cases: the
/// generation is on disk before it is the intent, the intent before the kernel has it, and the
/// kernel before the head.
public enum Standing: Sendable, Hashable {
    /// Nothing was ever applied, and the kernel has no such table.
    case unused
    /// The kernel holds the generation that the store says is current.
    case inStep
    /// A command ended after the kernel had switched to its generation: it is current.
    case intentHappened(Int)
    /// A command ended before the kernel had its generation; the current one stays.
    case intentDropped(Int)
    /// The kernel's table is gone, though a generation should be there.
    case tableGone
    /// The kernel's table is dormant, and what it holds can't be told.
    case dormant
    /// The kernel's table bears no marker, or one that the store doesn't know.
    case foreign(found: [Marker])

    /// Judges.
    ///
    /// - Parameters:
    ///   - head: Where the store says that it stands.
    ///   - expected: The marker of the current generation; nothing after a removal or without one.
    ///   - intended: The same for the intent.
    ///   - table: The kernel's table, or nothing where it has none.
    init(head: Head, expected: Marker?, intended: Marker?, table: LiveTable?) {
        if let table, table.isDormant {
            self = .dormant
            return
        }
        let found = table.map(\.markers)
        let expectedMarkers = expected.map { [$0] }
        if let intent = head.intent {
            if found == intended.map({ [$0] }) {
                self = .intentHappened(intent)
                return
            }
            if found == expectedMarkers {
                self = .intentDropped(intent)
                return
            }
        }
        if found == expectedMarkers {
            self = head.current == nil ? .unused : .inStep
        } else if let found {
            self = .foreign(found: found)
        } else {
            self = .tableGone
        }
    }
}
