import Addressing
import Doctor
import HostState
import Nftables
import PolicyAnalysis
import PolicyModel
import Reporting

extension WalkReport {
    /// Follows an explained connection through this machine, in the namespace of the calling thread.
    ///
    /// `finding` is what is wrong with the table as a whole.
    init(
        _ explanation: Explanation,
        by policy: Policy,
        as name: String?,
        finding: [HostFinding] = []
    ) {
        let host = LiveHost()
        let others = OtherTablesReading(besides: policy)
        let (cases, locality) = explanation.casesHere(knowing: LocalAddresses.all())
        let walks = cases.flatMap { found -> [ConnectionWalk] in
            guard let redirect = found.redirect, !found.isUnchanged else { return [] }
            return found.places.keys.sorted { "\($0)" < "\($1)" }.map { place in
                ConnectionWalk(
                    of: found.witness ?? explanation.connection,
                    to: place,
                    by: redirect,
                    of: policy,
                    through: others.firewall,
                    on: host
                )
            }
        }
        self.init(
            walks,
            explanation,
            of: name,
            findings: finding,
            locality: locality,
            tables: others.tables
        )
    }
}

extension Explanation {
    /// The outcomes that are possible on this machine, and whether the destination is one of its addresses,
    /// in a sentence, if outcomes depend on that.
    fileprivate func casesHere(knowing own: Set<IPAddress>) -> ([Case], String?) {
        guard let address = connection.destinationAddress,
            cases.contains(where: { $0.condition.clauses.contains(where: \.isLocality) })
        else { return (cases, nil) }
        guard own.contains(address) else {
            let others = cases.filter { !$0.condition.clauses.contains(where: \.isLocality) }
            return (others, "\(address) is no address of this machine.")
        }
        // What comes after an outcome that is certain here is not possible.
        let certain = cases.firstIndex { $0.condition.clauses.allSatisfy(\.isLocality) }
        return (Array(cases[...(certain ?? cases.count - 1)]), nil)
    }
}
