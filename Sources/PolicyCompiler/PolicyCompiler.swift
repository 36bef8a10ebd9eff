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
    public static func ruleset(for policy: Policy) -> Ruleset { compile(policy).ruleset }

    /// Compiles a policy, and tells how its redirects are laid out over maps and rules.
    public static func compile(_ policy: Policy) -> (ruleset: Ruleset, layouts: [Layout]) {
        let redirects = policy.redirects.filter(\.isEnabled)
        let isCounting = policy.settings.counters
        var ruleset = Ruleset(table: policy.settings.table)
        var layouts: [Layout] = []
        let sources = SourceLabels(redirects, among: policy.settings.labels)
        for direction in Direction.allCases {
            let head = BaseChain.Head(hook: direction.hook, priority: policy.settings.priority)
            var candidates: [Candidate] = []
            for redirect in redirects where redirect.directions.contains(direction) {
                let rules = RedirectRules(redirect, direction, sources, isCounting: isCounting)
                candidates += rules.inBaseChain
                if let chain = rules.chain { ruleset.regularChains.append(chain) }
            }
            let layout = ChainLayout(candidates, direction, isCounting: isCounting)
            ruleset.chains.append(
                BaseChain(head: head, rules: Rule.fixed(at: head.hook) + layout.rules)
            )
            ruleset.maps += layout.maps
            layouts.append(layout.layout)
        }
        ruleset.keepWhatIsReached()
        let asked = Set(ruleset.rules.compactMap(\.statement.lookup?.map))
        ruleset.maps += LookupMap.shifting(redirects).filter { asked.contains($0.name) }
        ruleset.maps += IPFamily.allCases.map(Holdback.set)
        ruleset.maps.sort { $0.name < $1.name }
        ruleset.counters = Set(ruleset.rules.compactMap(\.counter)).sorted()
        if !sources.rules.isEmpty {
            let head = BaseChain.Head(
                hook: .postrouting,
                priority: policy.settings.sourcePriority
            )
            ruleset.chains.append(BaseChain(head: head, rules: sources.rules))
        }
        return (ruleset, layouts)
    }
}

extension Ruleset {
    /// Removes the chains of redirects for which nothing is left.
    fileprivate mutating func keepWhatIsReached() {
        var reached: Set<String> = []
        for case .jump(let chain) in chains.flatMap(\.rules).map(\.statement) {
            reached.insert(chain)
        }
        for case .jump(let chain) in maps.lazy.flatMap(\.elements).map(\.value) {
            reached.insert(chain)
        }
        regularChains.removeAll { !reached.contains($0.name) }
    }
}

extension LookupMap {
    /// The maps in which shifts look ports up.
    ///
    /// nftables can't add to a port, so each is an element. A short shift has a map of its own; long
    /// ones by as many ports share one, and a rule that asks it has matched the ports of its redirect.
    fileprivate static func shifting(_ redirects: [Redirect]) -> [LookupMap] {
        var maps: [String: (offset: Int, ports: [ClosedRange<Port>])] = [:]
        for redirect in redirects {
            guard let shift = redirect.shift else { continue }
            let name = ObjectNames.ports(shift, of: redirect.name)
            maps[name, default: (shift.offset, [])].ports.append(shift.origin)
        }
        return maps.map { name, map in
            LookupMap(
                name: name,
                type: MapType(key: [.destinationPort], value: .port),
                elements: PortSet(map.ports).ranges.flatMap { $0.elements(shiftedBy: map.offset) }
            )
        }
    }
}

extension ClosedRange<Port> {
    fileprivate func elements(shiftedBy offset: Int) -> [MapElement] {
        (lowerBound.number...upperBound.number).compactMap { number in
            UInt16(exactly: Int(number) + offset).flatMap { Port($0) }.map {
                MapElement(key: MapKey(exactly: [UInt128(number)]), value: .port($0))
            }
        }
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
