internal import Addressing

/// Something of the kernel that rules need besides nf_tables itself, and that a kernel can lack.
///
/// Most kernels have each of them as a module, which is loaded when the first rule needs it.
public enum KernelFeature: String, Sendable, Hashable, CaseIterable {
    /// Chains that translate addresses.
    case natChains
    /// Named counters; modules of their own up to Linux 5.16 and 6.1.
    case counters
    /// What connection tracking knows of a packet.
    case tracking
    /// `dnat` and `snat`.
    case nat
    /// nft's `redirect`.
    case redirect
    /// `masquerade`.
    case masquerade
    /// Whether an address is one of this machine.
    case fib
    /// Control groups in rules.
    case controlGroups
    /// Random numbers and turns.
    case numbers
    /// Hashes.
    case hashes
    /// Lines in the kernel's log.
    case log
    /// Messages to a group of nflog.
    case logGroups
    /// Limits of rates.
    case limit

    /// What it is for, in a policy's words.
    public var purpose: String {
        switch self {
        case .natChains: "translating addresses"
        case .counters: "counting connections"
        case .tracking: "asking connection tracking"
        case .nat: "sending connections to another address"
        case .redirect: "sending connections to this machine"
        case .masquerade: "`masquerade`"
        case .fib: "recognising this machine's own addresses"
        case .controlGroups: "`cgroup`"
        case .numbers: "choosing among several targets"
        case .hashes: "choosing a target by the client's address"
        case .log: "`log`"
        case .logGroups: "`log` to a group"
        case .limit: "a log's `rate`"
        }
    }

    /// The modules that have it.
    public var modules: [String] {
        switch self {
        case .natChains: ["nft_chain_nat"]
        case .counters: ["nft_counter", "nft_objref"]
        case .tracking: ["nft_ct"]
        case .nat: ["nft_nat"]
        case .redirect: ["nft_redir"]
        case .masquerade: ["nft_masq"]
        case .fib: ["nft_fib_inet"]
        case .controlGroups: ["nft_socket"]
        case .numbers: ["nft_numgen"]
        case .hashes: ["nft_hash"]
        case .log: ["nft_log", "nf_log_syslog"]
        case .logGroups: ["nft_log", "nfnetlink_log"]
        case .limit: ["nft_limit"]
        }
    }

    /// The options with which a kernel is built that has it.
    public var options: [String] {
        switch self {
        case .natChains: ["CONFIG_NFT_NAT"]
        case .log: ["CONFIG_NFT_LOG", "CONFIG_NF_LOG_SYSLOG"]
        case .logGroups: ["CONFIG_NFT_LOG", "CONFIG_NETFILTER_NETLINK_LOG"]
        default: modules.map { "CONFIG_\($0.uppercased())" }
        }
    }

    /// The first version of Linux that has it, where older ones have its module.
    public var since: String? { self == .controlGroups ? "5.13" : nil }

    /// Commands that a kernel without it refuses, with a table and a regular chain that are there.
    public func probe(table: String, chain: String) -> [String] {
        func rule(_ text: String) -> [String] { ["add rule inet \(table) \(chain) \(text)"] }
        return switch self {
        case .natChains:
            ["add chain inet \(table) nat { type nat hook output priority -100; }"]
        case .counters:
            ["add counter inet \(table) count"] + rule("counter name \"count\"")
        case .tracking: rule("ct status dnat")
        case .nat: rule("dnat ip to 192.0.2.1")
        case .redirect: rule("redirect")
        case .masquerade: rule("masquerade")
        case .fib: rule("fib daddr type local")
        case .controlGroups: rule("socket cgroupv2 level 1 \"/\"")
        case .numbers: rule("numgen random mod 2 0")
        case .hashes: rule("jhash ip saddr mod 2 seed 1 0")
        case .log: rule("log level info")
        case .logGroups: rule("log group 0")
        case .limit: rule("limit rate 1/second")
        }
    }
}

extension Rule {
    /// What of the kernel the rule needs besides nf_tables itself.
    public var features: Set<KernelFeature> {
        var features = statement.features
        if counter != nil { features.insert(.counters) }
        if selector.tracked != nil || selector.original != nil { features.insert(.tracking) }
        if selector.isToThisMachine { features.insert(.fib) }
        if selector.cgroup != nil { features.insert(.controlGroups) }
        switch draw?.method {
        case .random, .increasing: features.insert(.numbers)
        case .sourceHash: features.insert(.hashes)
        case nil: break
        }
        return features
    }
}

extension Statement {
    fileprivate var features: Set<KernelFeature> {
        switch self {
        case .dnatPort, .dnat, .dnatPrefix, .dnatMapped, .snat: return [.nat]
        case .redirect: return [.redirect]
        case .masquerade: return [.masquerade]
        case .label: return [.tracking]
        case .log(let log):
            let limit: Set<KernelFeature> = log.rate == nil ? [] : [.limit]
            switch log.destination {
            case .kernel(_): return limit.union([.log])
            case .group(_): return limit.union([.logGroups])
            }
        case .accept, .drop, .return, .jump, .verdict, .trial: return []
        }
    }
}
