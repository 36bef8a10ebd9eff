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
        withOneKindOfDestination.flatMap { match in
            match.ruleFamilies(among: families).flatMap { family in
                interfaceSets.flatMap { interfaces in
                    cgroupChoices.flatMap { cgroup in
                        codePointChoices.map { codePoint in
                            match.selector(for: family, direction, interfaces, cgroup, codePoint)
                        }
                    }
                }
            }
        }
    }

    /// The match, split into matches whose destination is either addresses or this machine.
    private var withOneKindOfDestination: [Match] {
        guard destination.isLocal, destination.addresses != nil else { return [self] }
        var (addresses, local) = (self, self)
        addresses.destination.isLocal = false
        local.destination.addresses = nil
        return [addresses, local]
    }

    /// The families that need a rule each; `nil` stands for one rule for both.
    private func ruleFamilies(among families: Set<IPFamily>) -> [IPFamily?] {
        let needsFamily = Key.allCases.contains { isOfOneFamily($0) }
        if !needsFamily, families == Set(IPFamily.allCases) { return [nil] }
        let ends = [source, destination].compactMap(\.addresses)
        return families.sorted().filter { family in
            ends.allSatisfy { $0.families.contains(family) }
        }
    }

    private var interfaceSets: [[InterfacePattern]] {
        guard let interfaces else { return [[]] }
        let names = interfaces.filter { !$0.isPrefix }.sorted()
        return (names.isEmpty ? [] : [names]) + interfaces.filter(\.isPrefix).sorted().map { [$0] }
    }

    /// A rule has one code point (``Selector/dscp``).
    private var codePointChoices: [CodePoint?] { dscp?.sorted() ?? [nil] }

    /// One level of the hierarchy is compared at a time.
    private var cgroupChoices: [CgroupPath?] { cgroups?.sorted() ?? [nil] }

    private func selector(
        for family: IPFamily?,
        _ direction: Direction,
        _ interfaces: [InterfacePattern],
        _ cgroup: CgroupPath?,
        _ codePoint: CodePoint?
    ) -> Selector {
        var selector = Selector()
        for key in Key.allCases {
            switch key {
            case .family: selector.family = family
            case .transport: selector.protocols = protocols?.sorted() ?? []
            case .sourceAddress: selector.sourceAddresses = source.addresses(of: family)
            case .sourcePort: selector.sourcePorts = source.ports
            case .destinationAddress:
                selector.destinationAddresses = destination.addresses(of: family)
                selector.isToThisMachine = destination.isLocal
            case .destinationPort: selector.destinationPorts = destination.ports
            case .interface:
                switch direction {
                case .inbound: selector.inputInterfaces = interfaces
                case .outbound: selector.outputInterfaces = interfaces
                }
            case .user: selector.users = users
            case .group: selector.groups = groups
            case .cgroup: selector.cgroup = cgroup
            case .mark: selector.mark = mark
            case .dscp: selector.dscp = codePoint
            }
        }
        return selector
    }
}

extension Match.Endpoint {
    /// The addresses of one family that a rule has to name; `nil` if all of them match.
    func addresses(of family: IPFamily?) -> AddressSet? {
        guard let family, let addresses, !addresses.coversAll(of: family) else { return nil }
        return addresses.restricted(to: family)
    }
}
