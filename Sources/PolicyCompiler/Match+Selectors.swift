import Addressing
import PolicyModel
import RulesetModel

extension Match {
    /// The selectors that together match what this does, for connections of some families.
    ///
    /// A rule knows addresses of one family only; it can't say "one of these addresses or one of
    /// this machine", nor name control groups of several depths; and libnftables before 1.0.6
    /// takes no set of names with a `*` among them.
    func selectors(for direction: Direction, among families: Set<IPFamily>) -> [Selector] {
        destinations.flatMap { destination in
            Self.families(families, source, destination).flatMap { family in
                interfaceSets.flatMap { interfaces in
                    cgroupChoices.map { cgroup in
                        selector(for: family, destination, direction, interfaces, cgroup)
                    }
                }
            }
        }
    }

    /// The destination, as ends of which each is either addresses or this machine.
    private var destinations: [Endpoint] {
        guard destination.isLocal, let addresses = destination.addresses else {
            return [destination]
        }
        return [
            Endpoint(addresses: addresses, ports: destination.ports),
            Endpoint(isLocal: true, ports: destination.ports),
        ]
    }

    /// The families that need a rule each; nothing stands for one rule for both.
    private static func families(
        _ families: Set<IPFamily>,
        _ source: Endpoint,
        _ destination: Endpoint
    ) -> [IPFamily?] {
        let ends = [source, destination].compactMap(\.addresses)
        if ends.isEmpty, families == Set(IPFamily.allCases) { return [nil] }
        return families.sorted().filter { family in
            ends.allSatisfy { $0.families.contains(family) }
        }
    }

    private var interfaceSets: [[InterfacePattern]] {
        guard let interfaces else { return [[]] }
        let names = interfaces.filter { !$0.isPrefix }.sorted()
        return (names.isEmpty ? [] : [names]) + interfaces.filter(\.isPrefix).sorted().map { [$0] }
    }

    /// One level of the hierarchy is compared at a time.
    private var cgroupChoices: [CgroupPath?] { cgroups?.sorted() ?? [nil] }

    private func selector(
        for family: IPFamily?,
        _ destination: Endpoint,
        _ direction: Direction,
        _ interfaces: [InterfacePattern],
        _ cgroup: CgroupPath?
    ) -> Selector {
        Selector(
            family: family,
            protocols: protocols.map { $0.sorted() } ?? [],
            sourceAddresses: source.addresses(of: family),
            destinationAddresses: destination.addresses(of: family),
            sourcePorts: source.ports,
            destinationPorts: destination.ports,
            isToThisMachine: destination.isLocal,
            inputInterfaces: direction == .inbound ? interfaces : [],
            outputInterfaces: direction == .outbound ? interfaces : [],
            users: users,
            groups: groups,
            cgroup: cgroup,
            mark: mark
        )
    }
}

extension Match.Endpoint {
    /// The addresses of one family that a rule has to name: nothing where all of them match.
    func addresses(of family: IPFamily?) -> AddressSet? {
        guard let family, let addresses, !addresses.coversAll(of: family) else { return nil }
        return addresses.restricted(to: family)
    }
}
