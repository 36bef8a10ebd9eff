internal import Addressing
internal import HostState
internal import PolicyModel

/// Finds out whether the kernel has what the rules of redirects need.
struct KernelCheck<State: Host> {
    private static var cgroupVersion: [Int] { [5, 13] }

    private let host: State
    private let isApplied: Bool
    private var answers: [String: Bool] = [:]

    /// Creates a check; what a policy that was applied needs, the kernel has.
    init(_ host: State, isApplied: Bool) {
        (self.host, self.isApplied) = (host, isApplied)
    }

    /// Examines one redirect.
    mutating func examine(_ redirect: Redirect, _ findings: inout FindingList) {
        guard redirect.isEnabled else { return }
        for path in redirect.controlGroups where host.hasControlGroup(path) == false {
            findings.add(.missingCgroup, .certain, of: redirect.name, about: "\(path)") {
                (
                    "there is no control group \(path), and one that is created later is not "
                        + "recognised",
                    .init(advice: "start what runs in it, then apply the policy again")
                )
            }
        }
        guard !isApplied else { return }
        if !redirect.controlGroups.isEmpty, !host.kernelVersion.isEmpty,
            host.kernelVersion.lexicographicallyPrecedes(Self.cgroupVersion)
        {
            findings.add(.kernelTooOld, .certain, of: redirect.name, about: "cgroup") {
                let version = host.kernelVersion.map(String.init).joined(separator: ".")
                return (
                    "`cgroup` needs Linux 5.13, and this is \(version), which refuses the policy",
                    nil
                )
            }
        }
        for module in redirect.modules where isMissing(module) {
            findings.add(.missingModule, .possible, of: redirect.name, about: module) {
                (
                    "the kernel has no module \(module), so it may refuse the policy",
                    .init(advice: "install all modules of this kernel, or one that has them")
                )
            }
        }
    }

    private mutating func isMissing(_ module: String) -> Bool {
        if let known = answers[module] { return known }
        let answer = host.hasModule(module) == false
        answers[module] = answer
        return answer
    }
}

extension Redirect {
    private var matches: [Match] { [match] + exceptions }

    /// The control groups that it names.
    fileprivate var controlGroups: [CgroupPath] {
        match.cgroups == nil && exceptions.isEmpty
            ? [] : matches.flatMap { $0.cgroups ?? [] }.sorted()
    }

    /// The modules of the kernel that its rules need, besides nf_tables itself.
    var modules: [String] {
        var names = ["nft_chain_nat"]
        let targets = decision.targets
        if targets.contains(where: \.isLocal) { names.append("nft_redir") }
        if targets.contains(where: { !$0.isLocal }) { names.append("nft_nat") }
        if case .balance(let balance) = decision, balance.shares.count > 1 {
            names.append(balance.method == .sourceHash ? "nft_hash" : "nft_numgen")
        }
        if matches.contains(where: { $0.source.isLocal || $0.destination.isLocal }) {
            names += ["nft_fib", "nft_fib_inet"]
        }
        if matches.contains(where: { $0.cgroups != nil }) { names.append("nft_socket") }
        if let masquerade {
            names += ["nft_ct", masquerade.source == .interface ? "nft_masq" : "nft_nat"]
        }
        if let log {
            names.append("nft_log")
            if log.rate != nil { names.append("nft_limit") }
        }
        return names
    }
}
