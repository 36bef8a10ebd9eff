internal import Addressing
internal import Glibc
internal import RulesetModel

/// Tries out whether the kernel and libnftables can hold a trial by a lease.
public enum LeaseProbe {
    /// Why a trial can't be held by a lease here.
    public enum Failure: Error, Sendable, Hashable {
        /// There is no place to try it out in: no network namespace can be made.
        case noPlace(KernelError)
        /// The kernel or the library refused it.
        case refused(KernelError)
        /// It was taken, and then something else stood there.
        case misread
        /// Its time was over, and it did not end.
        case endless
    }

    private static let table = "redirctl_probe"
    private static let milliseconds = 50

    /// Loads a small table with a lease of some milliseconds, and sees it end.
    ///
    /// In a network namespace made for this: nobody's connections are there.
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
            // A machine under load may only come to look when the time is over already.
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
            "add rule inet \(table) \(chain) meta l4proto tcp th dport 9 redirect to :9",
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
