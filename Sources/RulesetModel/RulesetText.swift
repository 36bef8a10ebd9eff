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
        let blocks =
            counters.map { "\tcounter \($0) {\n\t}" }
            + regularChains.map { block($0.name, lines: $0.rules.map(\.text)) }
            + chains.map { block($0.name, lines: [$0.head.text] + $0.rules.map(\.text)) }
        return "table inet \(table) {\n" + blocks.joined(separator: "\n\n") + "\n}"
    }

    private func block(_ chain: String, lines: [String]) -> String {
        "\tchain \(chain) {\n" + lines.map { "\t\t\($0)\n" }.joined() + "\t}"
    }
}

extension BaseChain.Head {
    /// The specification of a base chain: `type nat hook output priority -105; policy accept;`.
    ///
    /// The priority is a number: names such as `dstnat` are an error on output before 1.0.9.
    public var text: String { text(policy: "accept") }

    func text(policy: String) -> String {
        "type nat hook \(hook.rawValue) priority \(priority); policy \(policy);"
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
        for (key, interfaces) in [("iifname", inputInterfaces), ("oifname", outputInterfaces)]
        where !interfaces.isEmpty {
            parts.append("\(key) " + anonymousSet(interfaces.map { "\"\($0)\"" }))
        }
        if let family { parts.append("meta nfproto \(family.rawValue)") }
        if !protocols.isEmpty {
            parts.append("meta l4proto " + anonymousSet(protocols.map(\.rawValue)))
        }
        for (key, numbers) in [("skuid", users), ("skgid", groups)] {
            guard let numbers else { continue }
            parts.append("meta \(key) " + anonymousSet(numbers.texts))
        }
        if let mark { parts.append(mark.text) }
        if isToThisMachine { parts.append("fib daddr type local") }
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

extension PacketMark {
    fileprivate var text: String {
        let value = "0x" + String(value, radix: 16)
        return mask == .max
            ? "meta mark \(value)" : "meta mark & 0x\(String(mask, radix: 16)) == \(value)"
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
        case .accept: "accept"
        case .return: "return"
        case .jump(let chain): "jump \(chain)"
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
