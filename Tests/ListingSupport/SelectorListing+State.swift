internal import Addressing
internal import RulesetModel

/// Matches on a connection's state and on its socket.
extension SelectorListing {
    /// `ct status` with the bits IPS_DST_NAT or IPS_CONFIRMED of
    /// <linux/netfilter/nf_conntrack_common.h>, or `ct label`.
    mutating func add(status left: JSONValue, _ right: JSONValue) -> Bool {
        guard let field = left.object, field.hasOnly("key") else { return false }
        switch (field["key"]?.text, right) {
        case ("status", .number(0x20)), ("status", .text("dnat")): return fill(&isTranslated, true)
        case ("status", .number(0x8)), ("status", .text("confirmed")):
            return fill(&isConfirmed, true)
        case ("label", _): return fill(&label, ConnectionLabel(listing: right))
        default: return false
        }
    }

    /// `ct original …`: what the connection was.
    mutating func add(original field: JSONObject, _ right: JSONValue) -> Bool {
        guard field.hasOnly("key", "dir"), field["dir"]?.text == "original",
            let words = field["key"]?.text?.split(separator: " "), let last = words.last
        else { return false }
        let key = String(last)
        switch (words.count, words.first) {
        case (2, "ip"): return add(addresses: right, of: .ipv4, in: key, to: \.originalAddresses)
        case (2, "ip6"): return add(addresses: right, of: .ipv6, in: key, to: \.originalAddresses)
        case (1, "proto-src"), (1, "proto-dst"):
            // A single port, which is no range, is another form than ours.
            guard let ports = PortSet(listing: right)?.ranges, ports.count == 1 else {
                return false
            }
            needsProtocol = true
            return fill(&originalPorts[key], ports.first)
        default: return false
        }
    }

    /// `socket cgroupv2`: libnftables leaves the level out of its JSON; ``JSONTableReader`` checks it.
    mutating func add(socket field: JSONObject, _ right: JSONValue) -> Bool {
        guard field.hasOnly("key", "level"), field["key"]?.text == "cgroupv2" else { return false }
        return fill(&cgroup, right.text.flatMap { CgroupPath($0) })
    }
}

extension ConnectionLabel {
    /// Reads the number of a label's bit.
    init?(listing value: JSONValue) {
        guard let bit = value.number.flatMap(UInt8.init(exactly:)) else { return nil }
        self.init(bit: bit)
    }
}
