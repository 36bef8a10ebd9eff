import Addressing
import RulesetModel

/// The two ends of a connection in words, read off the selectors of one redirect's rules.
enum ViewWords {
    /// Where connections come from, or nothing for anywhere.
    static func source(of selectors: [Selector]) -> String? {
        var words: [String] = []
        if let end = end(
            addresses: selectors.compactMap(\.sourceAddresses),
            isLocal: false,
            ports: selectors.first?.sourcePorts
        ) {
            words.append(end)
        }
        let interfaces = Set(selectors.flatMap { $0.inputInterfaces + $0.outputInterfaces })
        if !interfaces.isEmpty {
            words.append(
                "interface " + interfaces.sorted().map(\.description).joined(separator: ",")
            )
        }
        if let users = selectors.first?.users { words.append("user \(users)") }
        if let groups = selectors.first?.groups { words.append("group \(groups)") }
        let cgroups = Set(selectors.compactMap(\.cgroup))
        if !cgroups.isEmpty {
            words.append("cgroup " + cgroups.sorted().map(\.text).joined(separator: ","))
        }
        if let mark = selectors.first?.mark { words.append("mark \(mark)") }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Where connections were sent.
    static func destination(of selectors: [Selector]) -> String {
        end(
            addresses: selectors.compactMap(\.destinationAddresses),
            isLocal: selectors.contains(where: \.isToThisMachine),
            ports: selectors.first?.destinationPorts
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
        addresses: [AddressSet],
        isLocal: Bool,
        ports: PortSet?
    ) -> String? {
        let ranges = AddressSet(addresses.flatMap(\.ranges)).ranges
        let names = (isLocal ? ["local"] : []) + ranges.map(\.description)
        switch (names.count, ports) {
        case (0, nil): return nil
        case (0, let ports?): return "port \(ports)"
        case (_, nil): return abridged(names)
        case (1, let ports?) where ranges.first?.family == .ipv6: return "[\(names[0])]:\(ports)"
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
