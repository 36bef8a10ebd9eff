import Addressing

/// The text form: what is sent to libnftables, and what plain `nft -f` loads.
///
/// Only the portable core is used: what every libnftables from 1.0.2 on reads the same way.
extension Ruleset {
    /// A script that puts this ruleset in the place of whatever the table held.
    public var script: String {
        """
        table inet \(table)
        delete table inet \(table)
        \(tableBlock)

        """
    }

    private var tableBlock: String {
        let blocks = counters.map { "\tcounter \($0) {\n\t}" } + chains.map(\.block)
        return "table inet \(table) {\n" + blocks.joined(separator: "\n\n") + "\n}"
    }
}

extension BaseChain {
    fileprivate var block: String {
        let lines = [head.text] + rules.map(\.text)
        return "\tchain \(name) {\n" + lines.map { "\t\t\($0)\n" }.joined() + "\t}"
    }
}

extension BaseChain.Head {
    /// The specification of a base chain: `type nat hook output priority -105; policy accept;`.
    ///
    /// The priority is a number: names such as `dstnat` are an error on output before 1.0.9.
    public var text: String {
        "type nat hook \(hook.rawValue) priority \(priority); policy accept;"
    }
}

extension Rule {
    /// The rule in nft's language.
    public var text: String {
        var parts = selector.parts
        if let counter { parts.append("counter name \"\(counter)\"") }
        parts.append(statement.text)
        if let comment { parts.append("comment \"\(comment)\"") }
        return parts.joined(separator: " ")
    }
}

extension Selector {
    fileprivate var parts: [String] {
        var parts: [String] = []
        if let family { parts.append("meta nfproto \(family.rawValue)") }
        if !protocols.isEmpty {
            parts.append("meta l4proto " + anonymousSet(protocols.map(\.rawValue)))
        }
        let keyword = family?.keyword ?? ""
        for (field, addresses) in [("saddr", sourceAddresses), ("daddr", destinationAddresses)] {
            guard let addresses else { continue }
            parts.append("\(keyword) \(field) " + anonymousSet(addresses.ranges.map(\.description)))
        }
        for (field, ports) in [("sport", sourcePorts), ("dport", destinationPorts)] {
            guard let ports else { continue }
            parts.append("th \(field) " + anonymousSet(ports.ranges.map(PortSet.text(of:))))
        }
        return parts
    }

    private func anonymousSet(_ items: [String]) -> String {
        items.count == 1 ? items[0] : "{ " + items.joined(separator: ", ") + " }"
    }
}

extension Statement {
    /// The statement in nft's language.
    public var text: String {
        switch self {
        case .dnatPort(let port): "dnat to :\(port)"
        case .dnat(let address, let port):
            "dnat \(address.family.keyword) to "
                + (port.map { address.text(withPort: $0) } ?? address.description)
        case .redirect(let port?): "redirect to :\(port)"
        case .redirect(nil): "redirect"
        }
    }
}

extension IPFamily {
    fileprivate var keyword: String {
        switch self {
        case .ipv4: "ip"
        case .ipv6: "ip6"
        }
    }
}
