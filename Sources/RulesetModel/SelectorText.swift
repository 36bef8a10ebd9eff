public import Addressing

extension Selector {
    /// The matches in nft's language.
    var texts: [String] { Part.allCases.compactMap(text) }

    private func text(of part: Part) -> String? {
        switch part {
        case .inputInterfaces: text("iifname", inputInterfaces)
        case .outputInterfaces: text("oifname", outputInterfaces)
        case .family: family.map { "meta nfproto \($0.rawValue)" }
        case .protocols:
            protocols.isEmpty ? nil : "meta l4proto " + anonymousSet(protocols.map(\.rawValue))
        case .users: users.map { "meta skuid " + anonymousSet($0.texts) }
        case .groups: groups.map { "meta skgid " + anonymousSet($0.texts) }
        case .cgroup: cgroup?.match
        case .mark: mark?.text
        case .isToThisMachine: isToThisMachine ? "fib daddr type local" : nil
        case .sourceAddresses: sourceAddresses.map { "\(keyword) saddr " + $0.text }
        case .destinationAddresses: destinationAddresses.map { "\(keyword) daddr " + $0.text }
        case .sourcePorts: sourcePorts.map { "th sport " + $0.text }
        case .destinationPorts: destinationPorts.map { "th dport " + $0.text }
        case .dscp: dscp.map { "\(keyword) dscp \($0)" }
        // After the ports: nft lists the protocol with those and nowhere else, and can read the
        // original ports only if it knows the protocol already.
        case .original: original?.text(keyword)
        case .tracked: tracked?.text
        case .member: member?.text()
        }
    }

    private func text(_ key: String, _ interfaces: [InterfacePattern]) -> String? {
        interfaces.isEmpty ? nil : "\(key) " + anonymousSet(interfaces.map { "\"\($0)\"" })
    }

    private var keyword: String { family?.keyword ?? "" }
}

extension AddressSet {
    fileprivate var text: String { anonymousSet(ranges.map(\.description)) }
}

extension PortSet {
    fileprivate var text: String { anonymousSet(ranges.map(PortSet.text(of:))) }
}

extension TrackedState {
    fileprivate var text: String {
        switch self {
        case .confirmed: "ct status confirmed"
        case .redirected(let label): "ct status dnat ct label \(label)"
        }
    }
}

extension OriginalTuple {
    fileprivate func text(_ keyword: String) -> String {
        var parts = ["ct status dnat"]
        for (field, addresses) in [("saddr", sourceAddresses), ("daddr", destinationAddresses)] {
            guard let addresses else { continue }
            parts.append("ct original \(keyword) \(field) \(addresses.text)")
        }
        for (field, ports) in [("proto-src", sourcePorts), ("proto-dst", destinationPorts)] {
            guard let ports else { continue }
            parts.append("ct original \(field) \(ports.lowerBound)-\(ports.upperBound)")
        }
        return parts.joined(separator: " ")
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
    /// The word for the family before an address.
    public var keyword: String {
        switch self {
        case .ipv4: "ip"
        case .ipv6: "ip6"
        }
    }
}
