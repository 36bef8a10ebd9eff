import Addressing
import PolicyModel
import RulesetModel

/// The rules that give redirected connections a source address of this machine.
///
/// They run after routing, where a connection shows only what it was (`ct original`) and what it
/// has become. Its interface, process and mark are gone by then or may have changed, so a rule does
/// without them: it is enough that the kernel has translated the connection, and to this target.
///
/// They stand in the order of the redirects, as those for destinations do. What a redirect excepts, as
/// far as it can be seen, comes back from a chain of its own to those of later redirects.
struct MasqueradeRules {
    private(set) var inBaseChain: [Rule] = []
    private(set) var chains: [RegularChain] = []

    /// Creates the rules of redirects, which are in the order in which they are tried.
    init(_ redirects: [Redirect]) {
        for (index, redirect) in redirects.enumerated() {
            if let masquerade = redirect.masquerade {
                add(redirect, .masquerade, from: masquerade.sources)
            } else if redirects[index...].contains(where: {
                $0.masquerade != nil && redirect.mustNotBeTaken(for: $0)
            }) {
                // What goes to the same place by an earlier redirect is not for a later one.
                add(redirect, .accept)
            }
        }
    }

    private mutating func add(
        _ redirect: Redirect,
        _ statement: Statement,
        from sources: AddressSet? = nil
    ) {
        let selectors = redirect.selectorsAfterRouting(from: sources)
        let excepted = redirect.exceptions.filter(\.isVisibleAfterRouting)
            .flatMap { $0.selectorsAfterRouting(among: $0.families) }
        func rule(_ selector: Selector, _ statement: Statement) -> Rule {
            Rule(selector: selector, statement: statement, comment: redirect.name)
        }
        if excepted.isEmpty || selectors.isEmpty {
            inBaseChain += selectors.map { rule($0, statement) }
            return
        }
        let name = ObjectNames.sourceChain(of: redirect.name)
        inBaseChain += selectors.map { rule($0, .jump(to: name)) }
        chains.append(
            RegularChain(
                name: name,
                rules: excepted.map { rule($0, .return) } + [rule(Selector(), statement)]
            )
        )
    }
}

extension Redirect {
    /// Whether connections of this redirect could pass for those of a masquerading one.
    ///
    /// After routing there is no telling from where a connection came. What this machine opens bears
    /// its address already, so where in doubt the rule is made for what comes from outside.
    fileprivate func mustNotBeTaken(for other: Redirect) -> Bool {
        let common = directions.intersection(other.directions)
        guard common.contains(.inbound) || common == other.directions else { return false }
        return remoteTargets.contains { target in
            other.remoteTargets.contains {
                $0.address == nil || target.address == nil || $0.address == target.address
            }
        }
    }

    /// Selectors for what the redirect can have made of connections that it decided.
    fileprivate func selectorsAfterRouting(from sources: AddressSet?) -> [Selector] {
        let possible = sources.map { families.intersection($0.families) } ?? families
        return match.selectorsAfterRouting(among: possible).compactMap { selector in
            guard let family = selector.family else { return nil }
            let targets = remoteTargets.filter { $0.families.contains(family) }
            guard !targets.isEmpty else { return nil }
            var selector = selector
            selector.sourceAddresses = sources?.restricted(to: family)
            selector.destinationAddresses = targets.addresses
            selector.destinationPorts = selector.protocols.isEmpty ? nil : targets.ports
            return selector
        }
    }

    /// Connections to this machine never leave it.
    private var remoteTargets: [Target] { decision.targets.filter { !$0.isLocal } }
}

extension [Target] {
    /// The addresses that connections have afterwards; nothing where one may keep its own.
    fileprivate var addresses: AddressSet? {
        let addresses = compactMap(\.address)
        return addresses.count == count ? AddressSet(addresses.map { AddressRange($0) }) : nil
    }

    /// The ports that connections have afterwards; nothing where one may keep its own.
    fileprivate var ports: PortSet? {
        let ports = compactMap(\.port?.ports)
        return ports.count == count ? PortSet(ports.flatMap(\.ranges)) : nil
    }
}

extension Match {
    /// Whether everything it asks for can still be seen after routing.
    fileprivate var isVisibleAfterRouting: Bool {
        interfaces == nil && users == nil && groups == nil && cgroups == nil && mark == nil
            && !destination.isLocal
    }

    /// Selectors for connections that were what this matches, as far as it can be seen.
    fileprivate func selectorsAfterRouting(among families: Set<IPFamily>) -> [Selector] {
        families.sorted().flatMap { family in
            let originals = originalPorts.map { source, destination in
                OriginalTuple(
                    sourceAddresses: self.source.addresses(of: family),
                    destinationAddresses: self.destination.isLocal
                        ? nil : self.destination.addresses(of: family),
                    sourcePorts: source,
                    destinationPorts: destination
                )
            }
            let protocols = protocols.map { $0.sorted().map { [$0] } } ?? [[]]
            return protocols.flatMap { protocols in
                originals.map { Selector(family: family, protocols: protocols, original: $0) }
            }
        }
    }

    /// The ranges of ports, each of the source with each of the destination.
    private var originalPorts: [(source: PortRange?, destination: PortRange?)] {
        func ranges(_ ports: PortSet?) -> [PortRange?] { ports?.ranges ?? [nil] }
        return ranges(source.ports).flatMap { source in
            ranges(destination.ports).map { (source, $0) }
        }
    }
}
