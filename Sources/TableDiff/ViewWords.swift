import Addressing
import RulesetModel

/// The two ends of a connection in words, read off the selectors of one redirect's rules.
enum ViewWords {
    /// The protocols, as `tcp,udp`, or `any`.
    static func protocols(of selectors: [Selector]) -> String {
        if selectors.contains(where: { $0.protocols.isEmpty }) { return "any" }
        let all = selectors.count == 1 ? selectors[0].protocols : selectors.flatMap(\.protocols)
        return TransportProtocol.allCases.filter(all.contains).sorted().map(\.rawValue)
            .joined(separator: ",")
    }

    /// What connections must be beside family, protocols and destination: `source=10.0.0.0/8`.
    static func options(of selectors: [Selector]) -> [String] {
        let client = end(
            addresses: sources(of: selectors),
            isLocal: false,
            ports: sourcePorts(of: selectors)
        )
        return (client == any ? [] : ["source=\(client)"]) + conditions(of: selectors)
    }

    /// What is asked for beside family, protocols and the two ends: `interface=eth0`.
    static func conditions(of selectors: [Selector]) -> [String] {
        Selector.Part.allCases.flatMap { conditions(on: $0, selectors) }
    }

    /// What any of some selectors asks for beside family, protocols and the two ends: `user=1000`.
    private static func conditions(on part: Selector.Part, _ selectors: [Selector]) -> [String] {
        func option(_ name: String, _ values: [String]) -> [String] {
            values.isEmpty ? [] : ["\(name)=\(values.joined(separator: ","))"]
        }
        switch part {
        case .inputInterfaces:
            return option("interface", interfaces(of: selectors).map(\.description))
        case .users: return option("user", users(of: selectors)?.texts ?? [])
        case .groups: return option("group", groups(of: selectors)?.texts ?? [])
        // A comma can be a part of a path.
        case .cgroup: return cgroups(of: selectors).flatMap { option("cgroup", [$0.text]) }
        case .mark: return option("mark", marks(of: selectors))
        case .dscp: return option("dscp", dscp(of: selectors).map(\.description))
        // With the interfaces that connections arrive on.
        case .outputInterfaces: return []
        // In words of their own, or in those of the two ends.
        case .family, .protocols, .isToThisMachine, .sourceAddresses, .destinationAddresses,
            .sourcePorts, .destinationPorts:
            return []
        // They tell the connections of no redirect.
        case .original, .tracked, .member: return []
        }
    }

    /// Whether the words of the two ends leave one family only, if all selectors are of one.
    static func nameFamily(_ selectors: [Selector]) -> Bool {
        // This machine has addresses of both.
        let isLocal = selectors.contains(where: \.isToThisMachine)
        return !sources(of: selectors).isEmpty || !isLocal && !destinations(of: selectors).isEmpty
    }

    /// Where connections were sent.
    static func destination(of selectors: [Selector]) -> String {
        let others = selectors.filter { !$0.isToThisMachine }
        var addresses = destinations(of: selectors)
        var isLocal = others.count < selectors.count
        if isLocal, !others.isEmpty, addresses.isEmpty {
            // Beside this machine, all addresses of a family, or all there are.
            let families = Set(others.map(\.family))
            isLocal = families.count == 1 && families.first != .some(nil)
            if isLocal { addresses = families.compactMap(\.self).map { .all(of: $0) } }
        }
        return end(
            addresses: addresses,
            isLocal: isLocal,
            ports: destinationPorts(of: selectors)
        )
    }

    /// Whose source address changes: `all`, or addresses.
    static func masquerade(of rules: [PlacedRule]) -> String? {
        masqueraded(by: rules).map { $0.isEmpty ? "all" : abridged($0.map(\.description)) }
    }

    /// The clients whose source address changes: empty for all of them, and `nil` if none changes.
    static func masqueraded(by rules: [PlacedRule]) -> [AddressRange]? {
        let changing = rules.filter { !$0.source.isEmpty || $0.rule.statement == .masquerade }
        if changing.isEmpty { return nil }
        // What is only for some clients has a chain, in which the label asks for them.
        let sources = changing.filter { !$0.isInBaseChain || $0.rule.statement == .masquerade }
            .compactMap(\.rule.selector.sourceAddresses)
        guard sources.count == changing.count else { return [] }
        return AddressSet(sources.flatMap(\.ranges)).ranges
    }

    /// The addresses that sources become, in words; `nil` for those of an interface.
    static func chosenSources(of rules: [PlacedRule]) -> String? {
        let addresses = newSources(of: rules)
        return addresses.isEmpty ? nil : addresses.joined(separator: ",")
    }

    /// The addresses that sources become, if they are chosen and not those of an interface.
    static func newSources(of rules: [PlacedRule]) -> [String] {
        let addresses = rules.flatMap(\.source).compactMap { statement -> IPAddress? in
            if case .snat(let address) = statement { address } else { nil }
        }
        return Set(addresses).map(\.description).sorted()
    }

    /// The line in a log that each connection gives.
    static func log(of rules: [PlacedRule]) -> String? {
        let statements = rules.map(\.rule.statement)
        for case .log(let log) in statements { return Statement.log(log).text }
        return nil
    }

    /// What stands for any address and any port.
    private static let any = "*"

    /// One end as a policy writes it: `203.0.113.7:80`, `*:80`, `local,[2001:db8::/32]:80,443`.
    private static func end(addresses: [AddressRange], isLocal: Bool, ports: PortSet?) -> String {
        let named = addresses.map { range in
            ports != nil && range.family == .ipv6 ? "[\(range)]" : range.description
        }
        let names = (isLocal ? ["local"] : []) + named
        return (names.isEmpty ? any : abridged(names)) + (ports.map { ":\($0)" } ?? "")
    }

    /// The first of a long list: a line is for reading, the objects are there for the rest.
    private static func abridged(_ names: [String]) -> String {
        let shown = names.prefix(3).joined(separator: ",")
        return names.count > 3 ? "\(shown),… (\(names.count))" : shown
    }
}

// MARK: - What selectors match together

// The rules of one redirect differ in what they match; and where it overlaps with an earlier one,
// what is left for it can be many elements of a map. Each word is for all of them.
extension ViewWords {
    /// Where connections come from; empty for all addresses.
    static func sources(of selectors: [Selector]) -> [AddressRange] {
        addresses(selectors.map { ($0.family, $0.sourceAddresses) })
    }

    /// Where connections were sent; empty for all addresses.
    static func destinations(of selectors: [Selector]) -> [AddressRange] {
        addresses(
            selectors.filter { !$0.isToThisMachine }.map { ($0.family, $0.destinationAddresses) }
        )
    }

    /// The ports that connections come from; `nil` for all.
    static func sourcePorts(of selectors: [Selector]) -> PortSet? {
        ports(selectors.map(\.sourcePorts))
    }

    /// The ports that connections were sent to; `nil` for all.
    static func destinationPorts(of selectors: [Selector]) -> PortSet? {
        ports(selectors.map(\.destinationPorts))
    }

    /// The interfaces that connections arrive on or leave by; empty for all.
    static func interfaces(of selectors: [Selector]) -> [InterfacePattern] {
        Set(selectors.flatMap { $0.inputInterfaces + $0.outputInterfaces }).sorted()
    }

    /// Whose sockets they may be; `nil` for anybody's.
    static func users(of selectors: [Selector]) -> IntervalSet<UInt32>? {
        owners(selectors.map(\.users))
    }

    /// Of which groups' sockets they may be; `nil` for all.
    static func groups(of selectors: [Selector]) -> IntervalSet<UInt32>? {
        owners(selectors.map(\.groups))
    }

    /// The control groups of their processes; empty for all.
    static func cgroups(of selectors: [Selector]) -> [CgroupPath] {
        Set(selectors.compactMap(\.cgroup)).sorted()
    }

    /// The packet marks; empty for all.
    static func marks(of selectors: [Selector]) -> [String] {
        Set(selectors.compactMap(\.mark)).map(\.description).sorted()
    }

    /// The differentiated services code points; empty for all.
    static func dscp(of selectors: [Selector]) -> [CodePoint] {
        Set(selectors.compactMap(\.dscp)).sorted()
    }

    /// The addresses that any of them are; none where they may be all of their families.
    private static func addresses(
        _ parts: [(family: IPFamily?, addresses: AddressSet?)]
    ) -> [AddressRange] {
        let sets = parts.compactMap(\.addresses)
        if sets.isEmpty { return [] }
        if sets.count == 1, parts.count == 1 { return sets[0].ranges }
        func all(_ family: IPFamily?) -> [AddressRange] {
            (family.map { [$0] } ?? IPFamily.allCases).map { .all(of: $0) }
        }
        let ranges = AddressSet(parts.flatMap { $0.addresses?.ranges ?? all($0.family) }).ranges
        return ranges == AddressSet(parts.flatMap { all($0.family) }).ranges ? [] : ranges
    }

    /// The ports that any of them are; `nil` if one may be all.
    private static func ports(_ parts: [PortSet?]) -> PortSet? {
        let sets = parts.compactMap(\.self)
        guard let first = sets.first, sets.count == parts.count else { return nil }
        return sets.count == 1 ? first : PortSet(sets.flatMap(\.ranges))
    }

    /// The users or groups that any of them are; `nil` if one may be all.
    private static func owners(_ parts: [IntervalSet<UInt32>?]) -> IntervalSet<UInt32>? {
        let sets = parts.compactMap(\.self)
        guard let first = sets.first, sets.count == parts.count else { return nil }
        return sets.count == 1 ? first : IntervalSet(sets.flatMap(\.intervals))
    }
}
