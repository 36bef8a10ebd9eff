import Addressing
public import PolicyModel
public import RulesetModel

/// Turns a policy into the ruleset that carries it out.
///
/// Pure: the same policy gives the same ruleset, byte for byte.
public enum PolicyCompiler {
    /// Compiles a policy that has passed every check of its reader.
    ///
    /// The base chains for destinations are always part of the result: they are created once and
    /// then stay, so that no later change of the policy can alter the order among the NAT chains of
    /// the machine. The one for sources is there while something masquerades.
    public static func ruleset(for policy: Policy) -> Ruleset {
        let redirects = policy.redirects.filter(\.isEnabled)
        let isCounting = policy.settings.counters
        var ruleset = Ruleset(table: policy.settings.table)
        if isCounting {
            ruleset.counters = redirects.map { ObjectNames.counter(of: $0.name) }.sorted()
        }
        for direction in Direction.allCases {
            let head = BaseChain.Head(hook: direction.hook, priority: policy.settings.priority)
            var chain = BaseChain(head: head)
            for redirect in redirects where redirect.directions.contains(direction) {
                let rules = RedirectRules(redirect, direction, isCounting: isCounting)
                chain.rules += rules.inBaseChain
                if let chain = rules.chain { ruleset.regularChains.append(chain) }
            }
            ruleset.chains.append(chain)
        }
        ruleset.maps = redirects.compactMap(\.portMap).sorted { $0.name < $1.name }
        let masquerade = MasqueradeRules(redirects)
        if !masquerade.inBaseChain.isEmpty {
            let head = BaseChain.Head(
                hook: .postrouting,
                priority: policy.settings.sourcePriority
            )
            ruleset.chains.append(BaseChain(head: head, rules: masquerade.inBaseChain))
            ruleset.regularChains += masquerade.chains
        }
        return ruleset
    }
}

extension Redirect {
    /// The map for the redirect's shift, where it has one.
    fileprivate var portMap: PortMap? {
        guard case .target(let target) = decision, case .shift(let shift)? = target.port else {
            return nil
        }
        return PortMap(
            name: ObjectNames.ports(of: name),
            pairs: shift.pairs.map { PortPair(from: $0.from, to: $0.to) }
        )
    }
}

extension Direction {
    /// The hook at which connections of this direction are decided.
    fileprivate var hook: Hook {
        switch self {
        case .inbound: .prerouting
        case .outbound: .output
        }
    }
}
