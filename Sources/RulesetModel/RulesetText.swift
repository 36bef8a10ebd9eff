import Addressing

/// The text form: what is sent to libnftables, and what plain `nft -f` loads.
///
/// Only the portable core is used: what every libnftables from 1.0.2 on reads the same way.
extension Ruleset {
    /// A script that puts this ruleset in the place of all content of the table.
    public var script: String {
        """
        table inet \(table)
        delete table inet \(table)
        \(tableBlock)

        """ + maps.flatMap { $0.rest(in: table) }.joined()
    }

    private var tableBlock: String {
        let blocks =
            counters.map { "\tcounter \($0) {\n\t}" }
            + maps.map(\.block)
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
        var parts = selector.texts
        // After all else: only connections that the rule is about may be counted.
        if let draw { parts.append(draw.text(for: selector.family)) }
        if let counter { parts.append("counter name \"\(counter)\"") }
        parts.append(statement.text)
        if let comment { parts.append("comment \"\(comment)\"") }
        return parts.joined(separator: " ")
    }
}

extension LoadBalancing {
    fileprivate func text(for family: IPFamily?) -> String {
        let source =
            switch method {
            case .random: "numgen random mod \(modulus)"
            case .increasing: "numgen inc mod \(modulus)"
            case .sourceHash:
                "jhash \(family?.keyword ?? "") saddr mod \(modulus) seed \(Self.seed)"
            }
        let last = range.upperBound > range.lowerBound ? "-\(range.upperBound)" : ""
        return "\(source) \(range.lowerBound)\(last)"
    }
}

extension Statement {
    /// The statement in nft's language.
    public var text: String {
        switch self {
        case .dnatPort(let port): "dnat to :\(port.text)"
        case .dnat(let address, nil): "dnat \(address.family.keyword) to \(address)"
        case .dnat(let address, .port(let port)?):
            "dnat \(address.family.keyword) to \(address.text(withPort: port))"
        case .dnat(let address, let port?):
            "dnat \(address.family.keyword) to \(address) : \(port.text)"
        case .dnatPrefix(let prefix): "dnat \(prefix.family.keyword) prefix to \(prefix)"
        case .dnatMapped(let family, let lookup):
            "dnat \(family.keyword) to \(lookup.text("map"))"
        case .redirect(let port?): "redirect to :\(port.text)"
        case .redirect(nil): "redirect"
        case .masquerade: "masquerade"
        case .snat(let address): "snat \(address.family.keyword) to \(address)"
        case .label(let label): "ct label set \(label)"
        case .log(let log): log.text
        case .accept: "accept"
        case .drop: "drop"
        case .return: "return"
        case .jump(let chain): "jump \(chain)"
        case .verdict(let lookup): lookup.text("vmap")
        case .trial(let chain): "meta nfproto @\(LiveLease.name) goto \(chain)"
        }
    }
}

extension PortExpression {
    fileprivate var text: String {
        switch self {
        case .port(let port): "\(port)"
        case .mapped(let lookup): lookup.text("map")
        }
    }
}

extension PacketLog {
    /// The burst is nft's own default, spelled out.
    fileprivate var text: String {
        let limit = rate.map { "limit rate \($0) burst 5 packets " } ?? ""
        let destination =
            switch destination {
            case .kernel(let level): "level \(level.rawValue)"
            case .group(let group): "group \(group)"
            }
        return "\(limit)log prefix \"\(prefix)\" \(destination)"
    }
}
