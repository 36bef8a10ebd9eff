internal import Addressing
internal import HostState
internal import PolicyModel

/// Finds out whether the kernel has what the rules of redirects need.
struct KernelCheck<State: Host> {
    private static var cgroupVersion: [Int] { [5, 13] }
    private static var loggerVersion: [Int] { [5, 13] }
    /// The first versions in which counters, and references to named ones, are no modules.
    private static var counterVersion: [Int] { [5, 17] }
    private static var referenceVersion: [Int] { [6, 2] }

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
        for module in redirect.modules + changingModules(of: redirect) where isMissing(module) {
            findings.add(.missingModule, .possible, of: redirect.name, about: module) {
                (
                    "the kernel has no module \(module), so it may refuse the policy",
                    .init(
                        advice: "install all modules of this kernel (on Ubuntu, package "
                            + "linux-modules-extra-$(uname -r)), or one that has them"
                    )
                )
            }
        }
    }

    /// The modules that some versions of the kernel have and others don't.
    private func changingModules(of redirect: Redirect) -> [String] {
        guard !host.kernelVersion.isEmpty else { return [] }
        func isBefore(_ version: [Int]) -> Bool {
            host.kernelVersion.lexicographicallyPrecedes(version)
        }
        var names: [String] = []
        if isBefore(Self.counterVersion) { names.append("nft_counter") }
        // Redirects with one target are elements of a map, most of them, with counters of their own.
        if isBefore(Self.referenceVersion), redirect.isShared { names.append("nft_objref") }
        if case .kernel(_)? = redirect.log?.destination, !isBefore(Self.loggerVersion) {
            names.append("nf_log_syslog")
        }
        return names
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

    /// Whether several targets share its connections.
    fileprivate var isShared: Bool {
        if case .balance(let balance) = decision { balance.shares.count > 1 } else { false }
    }

    /// The modules of the kernel that its rules need, besides nf_tables itself.
    var modules: [String] {
        var names = ["nft_chain_nat", "nft_ct"]
        let targets = decision.targets
        if targets.contains(where: \.isLocal) { names.append("nft_redir") }
        if targets.contains(where: { !$0.isLocal }) { names.append("nft_nat") }
        if isShared, case .balance(let balance) = decision {
            names.append(balance.method == .sourceHash ? "nft_hash" : "nft_numgen")
        }
        if matches.contains(where: { $0.source.isLocal || $0.destination.isLocal }) {
            names.append("nft_fib_inet")
        }
        if matches.contains(where: { $0.cgroups != nil }) { names.append("nft_socket") }
        if let masquerade {
            let source = masquerade.source == .interface ? "nft_masq" : "nft_nat"
            if !names.contains(source) { names.append(source) }
        }
        if let log {
            names.append("nft_log")
            if case .group(_) = log.destination { names.append("nfnetlink_log") }
            if log.rate != nil { names.append("nft_limit") }
        }
        return names
    }
}
