public import Addressing
import GenerationModel
public import Nftables
public import RulesetModel

extension Applier {
    /// Holds packets back before they make a new entry in connection tracking, so that flows that were
    /// forgotten can begin anew from their client's side.
    ///
    /// The keys are those of ``RulesetModel/Holdback``. That is a transaction, but no change: what these
    /// sets hold for a while is not compared.
    ///
    /// - Returns: Whether the table can do that; one that a version before 0.2 made can't.
    public mutating func holdBack(_ packets: [IPFamily: [MapKey]]) throws(KernelError) -> Bool {
        let commands = Holdback.commands(for: packets, in: managed.name)
        guard !commands.isEmpty else { return true }
        let sets = IPFamily.allCases.map { Holdback.set($0).name }
        let table = try kernel.table(managed.name, only: [:])
        guard let table, sets.allSatisfy({ set in table.maps.contains { $0.name == set } }) else {
            return false
        }
        try send(commands)
        return true
    }

    /// Lets packets go that are held back; refused by the kernel if one of them is not.
    public mutating func letGo(_ packets: [IPFamily: [MapKey]]) throws(KernelError) {
        let commands = Holdback.commands(toLetGo: packets, in: managed.name)
        if !commands.isEmpty { try send(commands) }
    }

    private mutating func send(_ commands: [String]) throws(KernelError) {
        let before = try kernel.generation()
        try kernel.commit(commands)
        // If nothing else happened, the table is still as it was verified to be.
        guard var verified = snapshot.head.verified, verified.kernelGeneration == before,
            try kernel.generation() == before &+ 1
        else { return }
        verified.kernelGeneration = before &+ 1
        snapshot.head.verified = verified
        try? writeHead()
    }
}
