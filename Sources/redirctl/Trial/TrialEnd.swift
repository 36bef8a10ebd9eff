import GenerationModel
import Generations
import Glibc

/// Waits for the end of a trial in order to cancel it then.
struct TrialEnd {
    private static let pause: UInt32 = 100_000

    /// How long it is tried to reach the store after the end, in milliseconds.
    private static let patience = 86_400_000

    private let managed: ManagedTable
    private let generation: Int
    private let lock: LockOptions
    private let console: Console

    init(_ managed: ManagedTable, of generation: Int, _ lock: LockOptions, _ console: Console) {
        (self.managed, self.generation, self.lock, self.console) = (
            managed, generation, lock, console
        )
    }

    /// Waits until the trial's time is over, also if that is changed meanwhile.
    ///
    /// - Parameter seconds: When it is over if the store does not say so yet.
    /// - Returns: Whether it is still noted then; false if it ended earlier.
    /// - Throws: Why the store can't be used, a day after that.
    func wait(seconds: Int) throws -> Bool {
        let start = managed.now().monotonic
        while true {
            var left = start &+ seconds &* 1000 &- managed.now().monotonic
            var head = try? managed.store.head()
            if left <= 0, head?.trial == nil {
                // Whoever starts the trial has the lock until it is noted. A store that is out of reach
                // can come back, and none must be made in its place.
                do {
                    guard access(managed.store.directory, F_OK) == 0 else {
                        throw StoreError.system(
                            call: "access",
                            path: managed.store.directory,
                            errno: ENOENT
                        )
                    }
                    head = try managed.lockedHead(lock, console)
                } catch {
                    guard left > -Self.patience else { throw error }
                    head = nil
                }
            }
            if let head {
                if head.current == generation || head.outcomes[generation] != nil { return false }
                if let trial = head.trial, trial.generation == generation {
                    left = trial.millisecondsLeft(at: managed.now())
                }
                if left <= 0 { return head.trial?.generation == generation }
            }
            usleep(Self.pause)
        }
    }
}
