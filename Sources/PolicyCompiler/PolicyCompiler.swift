import Addressing
public import PolicyModel
public import RulesetModel

/// Turns a policy into the ruleset that carries it out.
///
/// Pure: the same policy gives the same ruleset, byte for byte.
public enum PolicyCompiler {
    /// Compiles a policy that has passed every check of its reader.
    ///
    /// Both base chains are always part of the result: they are created once and then stay, so that
    /// no later change of the policy can alter the order among the NAT chains of the machine.
    public static func ruleset(for policy: Policy) -> Ruleset {
        let redirects = policy.redirects.filter(\.isEnabled)
        return Ruleset(
            table: policy.settings.table,
            counters: policy.settings.counters
                ? redirects.map { ObjectNames.counter(of: $0.name) }.sorted() : [],
            chains: Direction.allCases.map { direction in
                BaseChain(
                    head: .init(hook: direction.hook, priority: policy.settings.priority),
                    rules: redirects.flatMap { redirect in
                        redirect.directions.contains(direction)
                            ? redirect.rules(counting: policy.settings.counters) : []
                    }
                )
            }
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

extension Redirect {
    /// The rules of one chain; more than one only where the families differ in their addresses.
    fileprivate func rules(counting: Bool) -> [Rule] {
        guard let target else { return [] }
        return selectors.map { selector in
            Rule(
                selector: selector,
                counter: counting ? ObjectNames.counter(of: name) : nil,
                statement: target.statement,
                comment: name
            )
        }
    }

    private var selectors: [Selector] {
        let namesAddress = match.source.addresses != nil || match.destination.addresses != nil
        if !namesAddress, families == Set(IPFamily.allCases) {
            return [selector(for: nil)]
        }
        return families.sorted().map(selector(for:))
    }

    private func selector(for family: IPFamily?) -> Selector {
        Selector(
            family: family,
            protocols: match.protocols.map { $0.sorted() } ?? [],
            sourceAddresses: match.source.addresses(of: family),
            destinationAddresses: match.destination.addresses(of: family),
            sourcePorts: match.source.ports,
            destinationPorts: match.destination.ports
        )
    }
}

extension Match.Endpoint {
    /// The addresses of one family that a rule has to name: nothing where all of them match.
    fileprivate func addresses(of family: IPFamily?) -> AddressSet? {
        guard let family, let addresses, !addresses.coversAll(of: family) else { return nil }
        return addresses.restricted(to: family)
    }
}

extension Target {
    fileprivate var statement: Statement {
        switch self {
        case .port(let port): .dnatPort(to: port)
        case .address(let address, let port): .dnat(to: address, port: port)
        case .local(let port): .redirect(port: port)
        }
    }
}
