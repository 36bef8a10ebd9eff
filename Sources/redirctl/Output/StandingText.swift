import Generations
import RulesetModel

extension Console {
    /// Tells what a command found and repaired on its way in, where that is worth a word.
    func tell(of standing: Standing) {
        switch standing {
        case .unused, .inStep, .dormant: break
        case .intentHappened(let number):
            note(
                "an earlier run ended before it could note that the kernel holds generation "
                    + "\(number); noted now"
            )
        case .intentDropped(let number):
            note(
                "an earlier run ended before the kernel had generation \(number); "
                    + "it was never live"
            )
        case .tableGone:
            note("the kernel's table is gone")
        case .foreign(let found) where found.isEmpty:
            note("the kernel's table bears no marker of a generation")
        case .foreign(let found):
            note(
                "the kernel's table is marked \(found.map(\.chain).joined(separator: ", ")), "
                    + "which the store does not know"
            )
        }
    }
}
