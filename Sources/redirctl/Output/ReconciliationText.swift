import GenerationModel
import Generations
import RulesetModel

extension Console {
    /// Tells what a command found and repaired on its way in, where that is worth a word.
    func tell(of reconciliation: Reconciliation, after restart: Restart?) {
        switch reconciliation {
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
            switch restart {
            case .machine: note("the machine was restarted, and the kernel's table is gone")
            case .namespace:
                note("the network namespace was made anew, and the kernel's table is gone")
            case nil: note("the kernel's table is gone")
            }
        case .foreign(let found) where found.isEmpty:
            note("the kernel's table bears no marker of a generation")
        case .foreign(let found):
            note(
                "the kernel's table bears more than one marker: "
                    + found.map(\.chain).joined(separator: ", ")
            )
        case .otherGeneration(let number):
            note("the kernel's table is that of generation \(number)")
        case .otherLineage(let found, let expected):
            note(
                "the kernel's table is marked \(found.chain), a generation that this state "
                    + "directory does not have; "
                    + (expected.map { "\($0.chain) is current here" } ?? "nothing is current here")
            )
        case .headRebuilt(let number):
            note(
                "the state directory's head could not be read; it was made anew from generation "
                    + "\(number), which the kernel holds"
            )
        }
    }
}
