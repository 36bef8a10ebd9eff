public import Addressing

extension Selector {
    /// The matches in nft's language, in the order in which they are cheapest to check.
    var parts: [String] {
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
        if let cgroup { parts.append(cgroup.match) }
        if let mark { parts.append(mark.text) }
        if isToThisMachine { parts.append("fib daddr type local") }
        for (field, addresses) in [("saddr", sourceAddresses), ("daddr", destinationAddresses)] {
            guard let addresses else { continue }
            parts.append("\(keyword) \(field) " + anonymousSet(addresses.ranges.map(\.description)))
        }
        for (field, ports) in [("sport", sourcePorts), ("dport", destinationPorts)] {
            guard let ports else { continue }
            parts.append("th \(field) " + anonymousSet(ports.ranges.map(PortSet.text(of:))))
        }
        // Behind the ports: nft lists the protocol with those and nowhere else, and can read the
        // original ports only where it knows the protocol already.
        if let original { parts += original.parts(keyword) }
        switch tracked {
        case .confirmed: parts.append("ct status confirmed")
        case .redirected(let label): parts.append("ct status dnat ct label \(label)")
        case nil: break
        }
        if let member { parts.append(member.text()) }
        return parts
    }

    private var keyword: String { family?.keyword ?? "" }
}

extension OriginalTuple {
    fileprivate func parts(_ keyword: String) -> [String] {
        var parts = ["ct status dnat"]
        for (field, addresses) in [("saddr", sourceAddresses), ("daddr", destinationAddresses)] {
            guard let addresses else { continue }
            let set = anonymousSet(addresses.ranges.map(\.description))
            parts.append("ct original \(keyword) \(field) \(set)")
        }
        for (field, ports) in [("proto-src", sourcePorts), ("proto-dst", destinationPorts)] {
            guard let ports else { continue }
            parts.append("ct original \(field) \(ports.lowerBound)-\(ports.upperBound)")
        }
        return parts
    }
}

private func anonymousSet(_ items: [String]) -> String {
    items.count == 1 ? items[0] : "{ " + items.joined(separator: ", ") + " }"
}

extension CgroupPath {
    /// The match in nft's language, as it is written and as it is listed.
    public var match: String { "socket cgroupv2 level \(level) \"\(self)\"" }
}

extension PacketMark {
    fileprivate var text: String {
        let value = "0x" + String(value, radix: 16)
        return mask == .max
            ? "meta mark \(value)" : "meta mark & 0x\(String(mask, radix: 16)) == \(value)"
    }
}

extension IPFamily {
    /// The word for the family in front of an address.
    public var keyword: String {
        switch self {
        case .ipv4: "ip"
        case .ipv6: "ip6"
        }
    }
}
