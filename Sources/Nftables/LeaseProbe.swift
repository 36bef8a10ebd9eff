internal import Addressing
internal import Glibc
internal import RulesetModel

/// Checks by an experiment whether the kernel and libnftables support a trial with a lease.
public enum LeaseProbe {
    /// Why a trial can't have a lease on this machine.
    public enum Failure: Error, Sendable, Hashable {
        /// No network namespace could be created for the experiment.
        case noPlace(KernelError)
        /// The kernel or libnftables refused the lease.
        case refused(KernelError)
        /// The table was accepted, but is not read back as it was sent.
        case misread
        /// The lease did not end when its time was over.
        case endless
    }

    private static let table = "redirctl_probe"
    private static let milliseconds = 50

    /// Loads a small table with a lease of 50 milliseconds, and waits for the lease to end.
    ///
    /// The table is in a network namespace of its own, which has no connections.
    public static func run() throws(Failure) {
        let outcome: Swift.Result<Void, Failure>
        do throws(KernelError) {
            outcome = try PrivateNamespace.run {
                () -> Swift.Result<Swift.Result<Void, Failure>, KernelError> in
                .success(attempt())
            }
        } catch {
            throw .noPlace(error)
        }
        try outcome.get()
    }

    private static func attempt() -> Swift.Result<Void, Failure> {
        let kernel = NftKernel()
        do throws(KernelError) {
            try kernel.commit(script)
            let live = try kernel.table(table)
            guard let lease = live?.lease, lease.isTimed,
                live?.chains.first(where: { $0.name == "output" })?.rules.first?.known
                    == .trial(chain: "output")
            else { return .failure(.misread) }
            // On a machine under load the lease can be over before it is read.
            guard lease.terms.values.allSatisfy({ $0.expires != nil }) else {
                return .failure(.endless)
            }
            for _ in 0..<100 {
                if try kernel.lease(of: table)?.isLive == false { return .success(()) }
                usleep(10_000)
            }
            return .failure(.endless)
        } catch {
            return .failure(.refused(error))
        }
    }

    private static var script: [String] {
        let chain = TrialName.of("output")
        return [
            "add table inet \(table)",
            "add chain inet \(table) \(chain)",
            "add rule inet \(table) \(chain) meta l4proto tcp th dport 9 accept",
            "add chain inet \(table) output "
                + "{ \(BaseChain.Head(hook: .output, priority: -105).text) }",
            "add set inet \(table) \(LiveLease.name) "
                + "{ \(LiveLease.declaration(isTimed: true)) }",
            "insert rule inet \(table) output \(Rule.trial(chain: "output").text)",
            "add element inet \(table) \(LiveLease.name) "
                + "{ \(LiveLease.elements(milliseconds: UInt64(milliseconds))) }",
        ]
    }
}
