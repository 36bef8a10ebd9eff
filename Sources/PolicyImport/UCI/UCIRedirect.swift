import Addressing
import PolicyModel

/// A redirect of OpenWrt's firewall.
struct UCIRedirect {
    /// The zone from which connections come.
    let zone: String

    private let section: UCISection
    private var region = Region.all
    private var destination: ForeignDestination

    private static let understood: Set<String> = [
        "enabled", "name", "family", "src", "dest", "proto", "src_ip", "src_port", "src_dip",
        "src_dport", "dest_ip", "dest_port", "mark", "target", "reflection", "reflection_src",
        "reflection_zone", "helper", "counter", "log",
    ]

    /// Reads a section.
    init(_ section: UCISection) throws(Unsayable) {
        self.section = section
        let target = section.value("target") ?? "DNAT"
        guard target.uppercased() == "DNAT" else {
            throw Unsayable(
                reason: "the target \(target.inComment) changes sources and no destinations"
            )
        }
        if let option = section.values.keys.sorted().first(where: { !Self.understood.contains($0) })
        {
            throw Unsayable(reason: "the option \(option.inComment) can't be said in a policy")
        }
        guard let zone = section.value("src"), zone != "*" else {
            throw Unsayable(reason: "it names no zone as src, so OpenWrt ignores it, too")
        }
        self.zone = zone
        destination = ForeignDestination(place: .local)
        try readMatch()
        try readTarget()
    }

    private mutating func narrow(_ match: Match, isNegated: Bool = false) throws(Unsayable) {
        let narrowed =
            isNegated ? region.excepting(match) : region.intersection(Region(match: match))
        guard let narrowed else { throw Unsayable(reason: "no connection can match it") }
        region = narrowed
    }

    private mutating func readMatch() throws(Unsayable) {
        switch section.value("family") {
        case "any": break
        case nil:
            // OpenWrt takes a section without family and without IPv6 addresses for IPv4 (fw4).
            let addresses = ["src_ip", "src_dip", "dest_ip"].flatMap { section.values[$0] ?? [] }
            if !addresses.contains(where: { $0.contains(":") }) {
                try narrow(Match(family: .ipv4))
            }
        case "ipv4": try narrow(Match(family: .ipv4))
        case "ipv6": try narrow(Match(family: .ipv6))
        case let family?: throw Unsayable(reason: "the family \(family.inComment) is unknown")
        }
        if let protocols = try protocols() { try narrow(Match(protocols: protocols)) }
        for (option, isSource) in [("src_ip", true), ("src_dip", false)] {
            guard let values = section.values[option] else { continue }
            let isNegated = values.contains { $0.hasPrefix("!") }
            guard !isNegated || values.count == 1 else {
                throw Unsayable(
                    reason: "\(option) has several values, and some of them are excepted"
                )
            }
            let ranges = values.map { AddressRange(iptables: $0.dropFirst(isNegated ? 1 : 0)) }
            let found = ranges.compactMap(\.self)
            guard found.count == ranges.count else {
                throw Unsayable(reason: "\(option) has something else than addresses")
            }
            let end = Match.Endpoint(addresses: AddressSet(found))
            try narrow(
                isSource ? Match(source: end) : Match(destination: end),
                isNegated: isNegated
            )
        }
        for (option, isSource) in [("src_port", true), ("src_dport", false)] {
            guard let ports = try ports(option) else { continue }
            guard region.match.protocols != nil else {
                throw Unsayable(reason: "it names ports, and no protocol that has ports")
            }
            let end = Match.Endpoint(ports: ports)
            try narrow(isSource ? Match(source: end) : Match(destination: end))
        }
        if let text = section.value("mark") {
            let isNegated = text.hasPrefix("!")
            guard let mark = PacketMark(iptables: String(text.drop { $0 == "!" })) else {
                throw Unsayable(reason: "no packet has the mark \(text.inComment)")
            }
            try narrow(Match(mark: mark), isNegated: isNegated)
        }
    }

    private func protocols() throws(Unsayable) -> Set<TransportProtocol>? {
        var protocols: Set<TransportProtocol> = []
        for word in section.values["proto"] ?? ["tcpudp"] {
            switch word.lowercased() {
            case "all", "any", "*": return nil
            case "tcpudp": protocols.formUnion([.tcp, .udp])
            case let word:
                let found = TransportProtocol.allCases.first {
                    word == $0.rawValue || word == "\($0.number)"
                }
                guard let found else {
                    throw Unsayable(
                        reason:
                            "a policy names the protocols tcp, udp and sctp, and not \(word.inComment)"
                    )
                }
                protocols.insert(found)
            }
        }
        return protocols
    }

    private func ports(_ option: String) throws(Unsayable) -> PortSet? {
        guard let values = section.values[option], !values.isEmpty else { return nil }
        guard values.count == 1 else {
            throw Unsayable(
                reason: "\(option) has several values, so OpenWrt (fw4) ignores the section, too"
            )
        }
        let text = values[0].replacingColons
        guard let ports = PortSet(iptables: text, rangeSign: "-") else {
            throw Unsayable(reason: "\(option) \(text.inComment) are no numbers of ports")
        }
        return ports
    }

    private mutating func readTarget() throws(Unsayable) {
        if let text = section.value("dest_ip"), text != "0.0.0.0" {
            guard section.values["dest_ip"]?.count == 1, let range = AddressRange(iptables: text),
                let addresses = range.addresses(atMost: ForeignDestination.largestPool)
            else { throw Unsayable(reason: "dest_ip \(text.inComment) is no address") }
            destination.place = addresses.count == 1 ? .address(addresses[0]) : .pool(addresses)
            try narrow(Match(family: range.family))
        }
        guard let ports = try ports("dest_port") else { return }
        guard let range = ports.onlyRange, region.match.protocols != nil else {
            throw Unsayable(
                reason: "dest_port is more than one range, or there is no protocol for it"
            )
        }
        destination.ports = range
    }

    // MARK: - Redirects

    /// What the section becomes, on the interfaces of its zone; switched off if these are unknown.
    func drafts(
        number: Int,
        interfaces: Set<InterfacePattern>?
    ) throws(Unsayable) -> [RedirectDraft] {
        var drafts: [RedirectDraft] = []
        let place = interfaces.map { Region(match: Match(interfaces: $0)) } ?? .all
        for part in try parts() {
            guard let region = part.region.intersection(place) else { continue }
            var draft = draft(part, number)
            (draft.match, draft.exceptions) = (region.match, region.exceptions)
            draft.isEnabled = interfaces != nil && !section.isOff("enabled")
            drafts.append(draft)
        }
        return drafts
    }

    private func parts() throws(Unsayable) -> [DecidedPart] {
        try FlatRule(
            region: region,
            verdict: .destination(destination),
            rule: 0,
            notes: []
        ).parts()
    }

    private func draft(_ part: DecidedPart, _ number: Int) -> RedirectDraft {
        var draft = RedirectDraft(
            description: section.value("name")?.asDescription,
            directions: [.inbound],
            match: part.region.match,
            exceptions: part.region.exceptions,
            decision: part.decision,
            rules: [number]
        )
        draft.notes = part.notes
        return draft
    }

    /// The redirects for clients of the inner zone that use the outer address (NAT reflection).
    ///
    /// If they can't be made, a note says so. Without knowing the families that the outer zone masquerades,
    /// all are taken to be.
    func reflection(
        _ drafts: inout [RedirectDraft],
        number: Int,
        interfaces: Set<InterfacePattern>?,
        masquerading: Set<IPFamily>?
    ) throws(Unsayable) -> [RedirectDraft] {
        guard !section.isOff("reflection"), let dest = section.value("dest"), dest != "*",
            destination.place != .local, !drafts.isEmpty,
            // OpenWrt reflects for zones that masquerade only.
            masquerading.map({ !$0.isDisjoint(with: region.match.families) }) ?? true
        else { return [] }
        guard section.values["src_dip"] != nil, section.values["src_ip"] == nil,
            section.values["reflection_zone"] == nil, let interfaces
        else {
            drafts[0].notes.append(
                "NAT reflection is not taken: for clients of the zone \(dest.inComment), write the same with "
                    + "their interface, the outer address as destination, and masquerade: true"
            )
            return []
        }
        var match = Match(interfaces: interfaces)
        if masquerading?.count == 1 { match.family = masquerading?.first }
        let inner = Region(match: match)
        return try parts().compactMap { part in
            guard let region = part.region.intersection(inner) else { return nil }
            var draft = draft(part, number)
            (draft.match, draft.exceptions) = (region.match, region.exceptions)
            draft.masquerade = Masquerade()
            draft.isEnabled = !section.isOff("enabled")
            draft.description = draft.description.map { "\($0) (reflection)" }?.asDescription
            return draft
        }
    }
}

extension String {
    /// OpenWrt takes both `1000-2000` and `1000:2000`.
    fileprivate var replacingColons: String { String(map { $0 == ":" ? "-" : $0 }) }
}
