public import Addressing
import GenerationModel
public import Nftables
public import RulesetModel

extension Applier {
    /// Holds packets back before they make a new entry in connection tracking, so that
    /// deleted flows can start again from the client.
    ///
    /// The keys are those of ``RulesetModel/Holdback``. This is a transaction, but no change: the
    /// elements of these sets are not compared.
    ///
    /// - Returns: Whether the table has these sets; one that a version before 0.2 made does not.
    public mutating func holdBack(_ packets: [IPFamily: [MapKey]]) throws(KernelError) -> Bool {
        let commands = Holdback.commands(for: packets, in: managed.name)
        guard !commands.isEmpty else { return true }
        let sets = IPFamily.allCases.map { Holdback.set($0).name }
        let table = try kernel.table(managed.name, only: [:])
        guard let table, sets.allSatisfy({ set in table.maps.contains { $0.name == set } }) else {
            return false
        }
        try commitHoldback(commands)
        return true
    }

    /// Releases packets that are held back; the kernel refuses it if one of them is not.
    public mutating func letGo(_ packets: [IPFamily: [MapKey]]) throws(KernelError) {
        let commands = Holdback.commands(toLetGo: packets, in: managed.name)
        if !commands.isEmpty { try commitHoldback(commands) }
    }

    private mutating func commitHoldback(_ commands: [String]) throws(KernelError) {
        let before = try kernel.generationID()
        try kernel.commit(commands)
        // If there was no other transaction, the table is still as it was verified.
        guard var verified = snapshot.head.verified, verified.kernelGeneration == before,
            try kernel.generationID() == before &+ 1
        else { return }
        verified.kernelGeneration = before &+ 1
        snapshot.head.verified = verified
        try? writeHead()
    }
}
