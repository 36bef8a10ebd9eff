public import GenerationModel
import RulesetModel

extension Reconciliation {
    /// What a command found and repaired when it began, in a sentence; `nil` if nobody needs to know.
    public func sentence(after restart: Restart?) -> String? {
        switch self {
        case .unused, .inStep, .dormant: nil
        case .intentHappened(let number):
            "an earlier command ended before it could record that the kernel has generation "
                + "\(number); it is recorded now"
        case .intentDropped(let number):
            "an earlier command ended before the kernel had generation \(number); it was never live"
        case .tableGone:
            (restart.map { "\($0.sentence), and " } ?? "") + "the kernel's table is gone"
        case .foreign(let found) where found.isEmpty:
            "the kernel's table has no marker of a generation"
        case .foreign(let found):
            "the kernel's table has more than one marker: "
                + found.map(\.chain).joined(separator: ", ")
        case .otherGeneration(let number):
            "the kernel has generation \(number)"
        case .otherLineage(let found, let expected):
            "the kernel's table is marked \(found.chain), a generation that this state directory "
                + "does not have; "
                + (expected.map { "\($0.chain) is current here" } ?? "nothing is current here")
        case .headRebuilt(let number):
            "the state directory's head could not be read; it was created again from generation "
                + "\(number), which the kernel has"
        }
    }
}
