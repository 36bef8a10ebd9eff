import GenerationModel
import Nftables
import RulesetModel
import TableDiff

/// Sending a transaction, and finding out whether the kernel made it.
extension Applier {
    /// Sends one transaction.
    ///
    /// An answer can be lost although the kernel made the transaction. So after a failure, the table
    /// is read to find out.
    ///
    /// - Parameters:
    ///   - commands: The transaction.
    ///   - number: The generation of the transaction.
    ///   - hasHappened: Whether a table is as the transaction leaves it.
    /// - Returns: Why the kernel did not make the transaction; `nil` if it did.
    /// - Throws: ``ApplyError/uncertain(generation:table:_:)`` if the table can't be read then.
    mutating func commit(
        _ commands: [NftCommand],
        of number: Int,
        hasHappened: (LiveTable?) -> Bool
    ) throws(ApplyError) -> KernelError? {
        forgetTable()
        let failure: KernelError
        do throws(KernelError) {
            try kernel.commit(commands.map { $0.text(table: managed.name) })
            return nil
        } catch {
            failure = error
        }
        do throws(KernelError) {
            return hasHappened(try kernel.table(managed.name)) ? nil : failure
        } catch {
            throw ApplyError.uncertain(generation: number, table: managed.name, failure)
        }
    }

    /// Sends the transaction of a generation that is recorded as the intent.
    mutating func send(
        _ commands: [NftCommand],
        of number: Int,
        hasHappened: (LiveTable?) -> Bool
    ) throws {
        guard let refusal = try commit(commands, of: number, hasHappened: hasHappened) else {
            return
        }
        dropIntent(number, reason: "\(refusal)")
        throw ApplyError.refused(
            generation: number,
            refusal,
            RefusalCause(of: refusal, commands, table: managed.name, on: kernel)
        )
    }

    /// Records that the kernel refused the intent.
    ///
    /// If even that can't be written, the intent stays, and the next run drops it.
    private mutating func dropIntent(_ number: Int, reason: String) {
        guard snapshot.head.intent == number else { return }
        snapshot.head.intent = nil
        if snapshot.head.trial?.generation == number { snapshot.head.trial = nil }
        snapshot.head.outcomes[number] = .refused(reason: reason)
        try? writeHead()
    }
}
