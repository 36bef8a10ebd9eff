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

    /// What becomes of the sources of connections that a redirect decided.
    private struct Verdict {
        /// The clients for which it holds; nothing means all.
        var sources: AddressSet?
        var statement: Statement
    }

    /// Creates the rules of redirects, which are in the order in which they are tried.
    init(_ redirects: [Redirect]) {
        let masquerading = MasqueradingRedirects(redirects)
        guard !masquerading.isEmpty else { return }
        for (index, redirect) in redirects.enumerated() {
            var verdicts: [Verdict] = []
            if let masquerade = redirect.masquerade {
                verdicts.append(Verdict(sources: masquerade.sources, statement: .masquerade))
            }
            // What goes to the same place by an earlier redirect is not for a later one.
            if verdicts.first == nil || verdicts.first?.sources != nil,
                masquerading.after(index, withTargetsOf: redirect)
                    .contains(where: { redirect.mustNotBeTaken(for: $0) })
            {
                verdicts.append(Verdict(statement: .accept))
            }
            if !verdicts.isEmpty { add(redirect, verdicts) }
        }
    }

    private mutating func add(_ redirect: Redirect, _ verdicts: [Verdict]) {
        func rule(_ selector: Selector, _ statement: Statement) -> Rule {
            Rule(selector: selector, statement: statement, comment: redirect.name)
        }
        let excepted = redirect.exceptions.filter(\.isVisibleAfterRouting)
            .flatMap { $0.selectorsAfterRouting(among: $0.families) }
        let selectors = redirect.selectorsAfterRouting
        if excepted.isEmpty || selectors.isEmpty {
            inBaseChain += verdicts.flatMap { verdict in
                selectors.flatMap { $0.narrowed(to: verdict.sources) }
                    .map { rule($0, verdict.statement) }
            }
            return
        }
        let name = ObjectNames.sourceChain(of: redirect.name)
        inBaseChain += selectors.map { rule($0, .jump(to: name)) }
        let deciding = verdicts.flatMap { verdict in
            Selector().narrowed(to: verdict.sources).map { rule($0, verdict.statement) }
        }
        chains.append(
            RegularChain(name: name, rules: excepted.map { rule($0, .return) } + deciding)
        )
    }
}

/// The redirects that masquerade, by their targets.
private struct MasqueradingRedirects {
    private let redirects: [Redirect]
    private var places: [Int] = []
    private var placesByAddress: [IPAddress: [Int]] = [:]
    private var placesWithoutAddress: [Int] = []

    init(_ redirects: [Redirect]) {
        self.redirects = redirects
        for (place, redirect) in redirects.enumerated() where redirect.masquerade != nil {
            places.append(place)
            let targets = redirect.remoteTargets
            for address in Set(targets.compactMap(\.address)) {
                placesByAddress[address, default: []].append(place)
            }
            if targets.contains(where: { $0.address == nil }) { placesWithoutAddress.append(place) }
        }
    }

    var isEmpty: Bool { places.isEmpty }

    /// Those behind a place that may have a target in common with a redirect.
    func after(_ place: Int, withTargetsOf redirect: Redirect) -> some Sequence<Redirect> {
        let addresses = redirect.remoteTargets.map(\.address)
        let candidates =
            addresses.contains(nil)
            ? places
            : placesWithoutAddress
                + Set(addresses.compactMap(\.self)).flatMap { placesByAddress[$0] ?? [] }
        return candidates.lazy.filter { $0 > place }.map { redirects[$0] }
    }
}

extension Selector {
    /// The selector for some sources only, for each of its families that they have.
    fileprivate func narrowed(to sources: AddressSet?) -> [Selector] {
        guard let sources else { return [self] }
        return sources.families.filter { family == nil || $0 == family }.sorted().map {
            var selector = self
            selector.family = $0
            selector.sourceAddresses = sources.restricted(to: $0)
            return selector
        }
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
    fileprivate var selectorsAfterRouting: [Selector] {
        match.selectorsAfterRouting(among: families).compactMap { selector in
            guard let family = selector.family else { return nil }
            let targets = remoteTargets.filter { $0.families.contains(family) }
            guard !targets.isEmpty else { return nil }
            var selector = selector
            selector.destinationAddresses = targets.addresses
            selector.destinationPorts = selector.protocols.isEmpty ? nil : targets.ports
            return selector
        }
    }

    /// Connections to this machine never leave it.
    fileprivate var remoteTargets: [Target] { decision.targets.filter { !$0.isLocal } }
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
