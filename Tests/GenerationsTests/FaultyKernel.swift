import Nftables
import RulesetModel

/// The real kernel, with failures as told.
final class FaultyKernel: Kernel, @unchecked Sendable {
    /// What a commit does besides, or instead of, carrying the commands out.
    enum Commit {
        /// It fails, and nothing has happened.
        case failsBefore(KernelError)
        /// It fails, though the transaction has happened: its answer was lost.
        case failsAfter(KernelError)
        /// Something else happens, and then it does what it can.
        case firstHappens(() throws -> Void)
        /// It succeeds, but what the kernel keeps of the commands is something else.
        case keeps((String) -> String)
        /// It works, and then something else happens.
        case thenHappens(() throws -> Void)
    }

    /// The next commit's fault.
    var commit: Commit?

    /// Whether nothing can be read any more once the next commit was tried.
    var isBlindedByCommit = false

    /// What the kernel lacks.
    var lacks: Set<KernelFeature> = []

    /// Happens after every look, before its result is handed over.
    var whenLookedAt: (() throws -> Void)?

    private(set) var commits = 0
    private(set) var looks = 0
    private(set) var glances = 0
    private(set) var wordings = 0
    private var isBlind = false
    private var real = NftKernel()

    func holding(_ lock: Int32?) -> FaultyKernel {
        real = NftKernel(holding: lock)
        return self
    }

    func table(_ name: String) throws(KernelError) -> LiveTable? {
        if isBlind { throw .unreadableListing("the test says so") }
        looks += 1
        let table = try real.table(name)
        do { try whenLookedAt?() } catch { throw .unreadableListing("\(error)") }
        return table
    }

    func table(_ name: String, only keys: [String: [MapKey]]) throws(KernelError) -> LiveTable? {
        if isBlind { throw .unreadableListing("the test says so") }
        glances += 1
        let table = try real.table(name, only: keys)
        do { try whenLookedAt?() } catch { throw .unreadableListing("\(error)") }
        return table
    }

    func ruleTexts(
        of table: String,
        _ handles: Set<Handle>
    ) throws(KernelError) -> [Handle: String] {
        if isBlind { throw .unreadableListing("the test says so") }
        wordings += 1
        return try real.ruleTexts(of: table, handles)
    }

    func table(_ name: String, has marker: Marker?) throws(KernelError) -> Bool {
        try real.table(name, has: marker)
    }

    func lease(of table: String) throws(KernelError) -> LiveLease? { try real.lease(of: table) }

    func commit(_ commands: [String]) throws(KernelError) {
        commits += 1
        isBlind = isBlindedByCommit
        switch commit {
        case nil: try real.commit(commands)
        case .failsBefore(let error): throw error
        case .failsAfter(let error):
            try real.commit(commands)
            throw error
        case .firstHappens(let event):
            do { try event() } catch { throw .unreadableListing("\(error)") }
            try real.commit(commands)
        case .keeps(let change): try real.commit(commands.map(change))
        case .thenHappens(let event):
            try real.commit(commands)
            do { try event() } catch { throw .unreadableListing("\(error)") }
        }
    }

    func missing(among features: Set<KernelFeature>) -> Set<KernelFeature> {
        lacks.intersection(features)
    }

    func generationID() throws(KernelError) -> UInt32 { try real.generationID() }
}
