public import Addressing
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
        let commands = Holdback.commands(for: packets, in: site.table)
        guard !commands.isEmpty else { return true }
        let sets = IPFamily.allCases.map { Holdback.set($0).name }
        let table = try kernel.table(site.table, only: [:])
        guard let table, sets.allSatisfy({ set in table.maps.contains { $0.name == set } }) else {
            return false
        }
        let before = try kernel.generation()
        try kernel.commit(commands)
        // Nothing else happened, so the table is still as it was verified to be.
        guard let verified = situation.head.verified, verified.kernelGeneration == before,
            try kernel.generation() == before &+ 1
        else { return true }
        situation.head.verified = site.verification(at: before &+ 1)
        try? writeHead()
        return true
    }
}
