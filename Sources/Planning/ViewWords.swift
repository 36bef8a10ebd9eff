import Addressing
import RulesetModel

/// The two ends of a connection in words, read off the selectors of one redirect's rules.
enum ViewWords {
    /// The protocols, as `tcp,udp`, or `any`.
    static func protocols(of selectors: [Selector]) -> String {
        if selectors.contains(where: \.protocols.isEmpty) { return "any" }
        return Set(selectors.flatMap(\.protocols)).sorted().map(\.rawValue).joined(separator: ",")
    }

    /// Where connections come from, or nothing for anywhere.
    static func source(of selectors: [Selector]) -> String? {
        var words: [String] = []
        if let end = end(
            addresses: addresses(of: selectors, \.sourceAddresses),
            isLocal: false,
            ports: ports(of: selectors, \.sourcePorts)
        ) {
            words.append(end)
        }
        let interfaces = Set(selectors.flatMap { $0.inputInterfaces + $0.outputInterfaces })
        if !interfaces.isEmpty {
            words.append(
                "interface " + interfaces.sorted().map(\.description).joined(separator: ",")
            )
        }
        if let users = owners(of: selectors, \.users) { words.append("user \(users)") }
        if let groups = owners(of: selectors, \.groups) { words.append("group \(groups)") }
        let cgroups = Set(selectors.compactMap(\.cgroup))
        if !cgroups.isEmpty {
            words.append("cgroup " + cgroups.sorted().map(\.text).joined(separator: ","))
        }
        let marks = Set(selectors.compactMap(\.mark)).map(\.description).sorted()
        if !marks.isEmpty { words.append("mark \(marks.joined(separator: ","))") }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Where connections were sent.
    static func destination(of selectors: [Selector]) -> String {
        end(
            addresses: addresses(
                of: selectors.filter { !$0.isToThisMachine },
                \.destinationAddresses
            ),
            isLocal: selectors.contains(where: \.isToThisMachine),
            ports: ports(of: selectors, \.destinationPorts)
        ) ?? "any"
    }

    /// Whose source address is exchanged: `all`, or addresses.
    static func masquerade(of rules: [PlacedRule]) -> String? {
        let selectors = rules.map(\.rule).filter { $0.statement == .masquerade }.map(\.selector)
        if selectors.isEmpty { return nil }
        let sources = selectors.compactMap(\.sourceAddresses)
        guard sources.count == selectors.count else { return "all" }
        return abridged(AddressSet(sources.flatMap(\.ranges)).ranges.map(\.description))
    }

    /// The line in a log that each connection gives.
    static func log(of rules: [PlacedRule]) -> String? {
        let statements = rules.map(\.rule.statement)
        for case .log(let log) in statements { return Statement.log(log).text }
        return nil
    }

    private static func end(
        addresses: [AddressRange],
        isLocal: Bool,
        ports: PortSet?
    ) -> String? {
        let names = (isLocal ? ["local"] : []) + addresses.map(\.description)
        switch (names.count, ports) {
        case (0, nil): return nil
        case (0, let ports?): return "port \(ports)"
        case (_, nil): return abridged(names)
        case (1, let ports?) where addresses.first?.family == .ipv6: return "[\(names[0])]:\(ports)"
        case (1, let ports?): return "\(names[0]):\(ports)"
        case (_, let ports?): return "\(abridged(names)) port \(ports)"
        }
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
    /// The addresses that one of the selectors matches; none where all do.
    private static func addresses(
        of selectors: [Selector],
        _ part: KeyPath<Selector, AddressSet?>
    ) -> [AddressRange] {
        if selectors.allSatisfy({ $0[keyPath: part] == nil }) { return [] }
        func all(_ selector: Selector) -> [AddressRange] {
            (selector.family.map { [$0] } ?? IPFamily.allCases).map { .all(of: $0) }
        }
        let ranges = AddressSet(selectors.flatMap { $0[keyPath: part]?.ranges ?? all($0) }).ranges
        return ranges == AddressSet(selectors.flatMap(all)).ranges ? [] : ranges
    }

    private static func ports(
        of selectors: [Selector],
        _ part: KeyPath<Selector, PortSet?>
    ) -> PortSet? {
        let sets = selectors.compactMap { $0[keyPath: part] }
        return sets.count < selectors.count || sets.isEmpty ? nil : PortSet(sets.flatMap(\.ranges))
    }

    private static func owners(
        of selectors: [Selector],
        _ part: KeyPath<Selector, IntervalSet<UInt32>?>
    ) -> IntervalSet<UInt32>? {
        let sets = selectors.compactMap { $0[keyPath: part] }
        return sets.count < selectors.count || sets.isEmpty
            ? nil : IntervalSet(sets.flatMap(\.intervals))
    }
}
