import Doctor
import HostState
import Nftables
import OtherTables
import PolicyModel
import Reporting

/// The tables of other programs, as far as the kernel lists them.
struct OtherTablesReading {
    /// Which tables were read.
    let tables: ExaminedTables

    /// The tables; `nil` if the kernel does not list them.
    let firewall: Firewall?

    /// Reads all tables but that of a policy, in the namespace of the calling thread.
    init(besides policy: Policy) {
        do throws(KernelError) {
            let firewall = try OtherTableReader.read(besides: policy.settings.table)
            self.firewall = firewall
            tables = ExaminedTables(firewall)
        } catch {
            firewall = nil
            tables = .none(reason: error.description)
        }
    }

    /// Adds what the tables do with the connections of a policy.
    func examine(_ policy: Policy, on host: some Host, _ diagnosis: inout Diagnosis) {
        if let firewall { diagnosis.examine(policy, through: firewall, on: host) }
    }
}
