import Addressing
import PolicyModel
import RulesetModel

/// The rules that give redirected connections a source address of this machine.
///
/// They run after routing, where a connection shows only what it was (`ct original`) and what it
/// has become. Its interface, process and mark are gone by then or may have changed, so a rule does
/// without them: it is enough that the kernel has translated the connection, and to this target.
struct MasqueradeRules {
    let rules: [Rule]

    /// Creates the rules of redirects, which are in the order in which they are tried.
    init(_ redirects: [Redirect]) {
        rules = redirects.enumerated().flatMap { index, redirect in
            if let masquerade = redirect.masquerade { return redirect.rules(for: masquerade) }
            // What goes to the same place by an earlier redirect is not for a later one.
            let isInTheWay = redirects[index...].contains {
                $0.masquerade != nil && $0.sharesTarget(with: redirect)
            }
            return isInTheWay ? redirect.rules(.return) : []
        }
    }
}

extension Redirect {
    fileprivate func sharesTarget(with other: Redirect) -> Bool {
        remoteTargets.contains { target in
            other.remoteTargets.contains { $0.address == target.address }
        }
    }

    /// What an exception has let go comes first, then the connections that the redirect decided.
    fileprivate func rules(for masquerade: Masquerade) -> [Rule] {
        let excepted = exceptions.filter(\.isVisibleAfterRouting).flatMap { exception in
            exception.selectorsAfterRouting(among: exception.families).map {
                Rule(selector: $0, statement: .return, comment: name)
            }
        }
        return excepted + rules(.masquerade, from: masquerade.sources)
    }

    /// A rule for each form in which a connection can have come to the redirect.
    fileprivate func rules(_ statement: Statement, from sources: AddressSet? = nil) -> [Rule] {
        let possible = sources.map { families.intersection($0.families) } ?? families
        return match.selectorsAfterRouting(among: possible).compactMap { selector in
            guard let family = selector.family else { return nil }
            let targets = remoteTargets.filter { $0.families.contains(family) }
            guard !targets.isEmpty else { return nil }
            var selector = selector
            selector.sourceAddresses = sources?.restricted(to: family)
            selector.destinationAddresses = targets.addresses
            selector.destinationPorts = selector.protocols.isEmpty ? nil : targets.ports
            return Rule(selector: selector, statement: statement, comment: name)
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
