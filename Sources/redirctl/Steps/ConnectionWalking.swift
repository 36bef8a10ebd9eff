import Doctor
import HostState
import PolicyAnalysis
import PolicyModel
import Reporting

extension WalkReport {
    /// Follows an explained connection through this machine, in the namespace of the calling thread.
    init(_ explanation: Explanation, by policy: Policy, as name: String?) {
        let host = LiveHost()
        let others = OtherTablesReading(besides: policy)
        let walks = explanation.cases.flatMap { found -> [ConnectionWalk] in
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
        self.init(walks, explanation, of: name, tables: others.tables)
    }
}
