internal import Addressing
internal import OtherTables

/// What lets redirected connections pass an obstacle.
extension ObstacleWords {
    /// What mends it for connections of a destination to one address and port, to one port, and for all.
    func remedies(for destination: Destination) -> [HostFinding.Remedy?] {
        let ends = destination.commonEnds(with: destination.sampleEnds(at: nil))
        return [ends, ends.withoutAddresses, CommonEnds()].map { remedy(for: $0) }
    }

    private func remedy(for ends: CommonEnds) -> HostFinding.Remedy? {
        switch obstacle.kind {
        case .translate:
            let wanted = Int(rule.base.priority) - 5
            guard wanted >= -199 else { return nil }
            return HostFinding.Remedy(
                advice: "write `priority: \(wanted)` in the policy's `settings`, and apply it"
            )
        case .queue, .unknown, .tproxy: return nil
        case .drop, .notrack: break
        }
        guard let match = match(for: ends) else { return nil }
        let command = rule.isOfIptables ? iptables(match.iptables) : nft(match.nft)
        return command.map { command in
            HostFinding.Remedy(
                command: command,
                advice:
                    "accept them; a reload of that firewall drops this rule, so write it into the "
                    + "firewall's own configuration, too"
            )
        }
    }

    private struct Match {
        var nft: [String] = []
        var iptables: [String] = []
    }

    /// Whether the packet has not been translated yet, on its way to the target.
    private var isBeforeTranslation: Bool {
        step.hook == (sample.first.isOutbound ? .output : .prerouting)
            && rule.base.priority < Passage.translation && step.stage != .answer
    }

    /// Whether the packet is an answer that comes from the original destination again.
    private var isRestored: Bool {
        step.stage == .answer && rule.base.priority > Passage.restoration
            && step.hook == (sample.first.isOutbound ? .input : .postrouting)
    }

    /// The redirected packets that meet the obstacle; `nil` if no rule there can tell them apart.
    private func match(for ends: CommonEnds) -> Match? {
        // Connections are not known to chains of devices.
        guard step.hook != .ingress, step.hook != .egress else { return nil }
        let isTracked =
            rule.base.priority >= -200 || step.hook != .prerouting && step.hook != .output
        let hasStatus = isTracked && step.stage != .before
        let end = isBeforeTranslation || isRestored ? ends.first : ends.redirected
        let isAnswer = step.stage == .answer
        var match = Match()
        if let address = end.address {
            let family = address.family == .ipv4 ? "ip" : "ip6"
            match.nft.append("\(family) \(isAnswer ? "saddr" : "daddr") \(address)")
            match.iptables.append("\(isAnswer ? "-s" : "-d") \(address)")
        }
        if let port = end.port {
            let transport = sample.transport.rawValue
            match.nft.append("\(transport) \(isAnswer ? "sport" : "dport") \(port)")
            match.iptables.append("-p \(transport) \(isAnswer ? "--sport" : "--dport") \(port)")
        }
        // Without the status, only the port tells what is meant.
        guard hasStatus || end.port != nil else { return nil }
        if hasStatus {
            match.nft.append("ct status dnat")
            match.iptables.append("-m conntrack --ctstate DNAT")
        }
        return match
    }

    private func nft(_ match: [String]) -> String? {
        guard rule.table.name.isPlain, rule.baseChain.isPlain else { return nil }
        let words = ["nft insert rule", rule.table.text, rule.baseChain] + match + ["accept"]
        return words.joined(separator: " ")
    }

    private func iptables(_ match: [String]) -> String? {
        let program = rule.table.family == .ip6 ? "ip6tables" : "iptables"
        let table = rule.table.name == "filter" ? "" : " -t \(rule.table.name)"
        return "\(program)\(table) -I \(rule.baseChain) \(match.joined(separator: " ")) -j ACCEPT"
    }
}

extension String {
    /// Whether nft and a shell take the name as it is.
    fileprivate var isPlain: Bool {
        unicodeScalars.first?.properties.isAlphabetic == true
            && utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                    || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
            }
    }
}
