internal import CNetfilter
internal import OtherTables

/// Reads the matches and targets of iptables in rules (`nf_tables_compat.h`).
///
/// Their data are structures of the C language as the headers `xt_*.h` describe them.
enum IptablesReading {
    private static let name: UnsignedKey = 1
    private static let revision: UnsignedKey = 2
    private static let info: UnsignedKey = 3

    /// Reads a match; `nil` if all packets match.
    static func match(_ data: Attributes) -> Instruction? {
        guard let name = data[name]?.text, let info = data[info] else {
            return .unknownCondition("a match of iptables")
        }
        let revision = data.number(revision) ?? 0
        if name == "comment" { return nil }
        let match: IptablesMatch? =
            switch name {
            case "rt", "frag", "srh": .otherHeader
            case "tcp": ports(info, flagsAt: 11)
            case "udp": ports(info, flagsAt: 8)
            case "multiport" where revision == 1: multiport(info)
            case "conntrack" where revision >= 2: conntrack(info)
            case "state":
                info.native(UInt32.self, at: 0).map {
                    .state(UInt16($0 & 0xFFFF), isNegated: false)
                }
            case "addrtype" where revision == 1: addrtype(info)
            default: nil
            }
        return match.map { .match($0) } ?? .unknownCondition("iptables' `-m \(name)`")
    }

    /// Reads a target; `nil` if it decides nothing.
    static func target(_ data: Attributes) -> Instruction? {
        guard let name = data[name]?.text, let info = data[info] else {
            return .unknownAction("a target of iptables")
        }
        switch name {
        case "LOG", "NFLOG", "TRACE", "AUDIT", "TCPMSS", "DSCP", "TOS", "CHECKSUM", "CLASSIFY",
            "HL", "TTL", "SET", "CONNSECMARK", "SECMARK":
            return nil
        case "REJECT": return .verdict(.reject)
        case "NFQUEUE": return .verdict(.queue)
        case "MASQUERADE", "SNAT": return .verdict(.translateSource)
        case "NOTRACK": return .notrack
        case "TPROXY": return .verdict(.tproxy)
        case "DNAT", "REDIRECT":
            return .verdict(.translate(translation(info, name, data.number(revision) ?? 0)))
        case "CT":
            // XT_CT_NOTRACK
            guard let flags = info.native(UInt16.self, at: 0) else { return .unknownAction("`CT`") }
            return flags & 1 != 0 ? .notrack : nil
        // A register from which nothing was loaded is unknown.
        case "MARK": return .setMark(-1, isOfConnection: false)
        // It sets either mark by the other.
        case "CONNMARK": return .forgetMarks
        default: return .unknownAction("iptables' `-j \(name)`")
        }
    }

    /// Reads `struct xt_tcp` or `struct xt_udp`; `nil` for a test of TCP's flags or options.
    private static func ports(_ info: Bytes, flagsAt place: Int) -> IptablesMatch? {
        guard let inverted = info.native(UInt8.self, at: place),
            let source = range(info, at: 0), let destination = range(info, at: 4)
        else { return nil }
        if place == 11 {
            guard info.native(UInt8.self, at: 8) == 0, info.native(UInt8.self, at: 9) == 0,
                inverted & 0x0C == 0
            else { return nil }
        }
        return .ports(
            source: source,
            isSourceNegated: inverted & 1 != 0,
            destination: destination,
            isDestinationNegated: inverted & 2 != 0
        )
    }

    private static func range(_ info: Bytes, at place: Int) -> ClosedRange<UInt16>? {
        guard let first = info.native(UInt16.self, at: place),
            let last = info.native(UInt16.self, at: place + 2), first <= last
        else { return nil }
        return first...last
    }

    /// Reads `struct xt_multiport_v1`.
    private static func multiport(_ info: Bytes) -> IptablesMatch? {
        guard let kind = info.native(UInt8.self, at: 0), kind <= 2,
            let count = info.native(UInt8.self, at: 1), count <= 15,
            let isInverted = info.native(UInt8.self, at: 47)
        else { return nil }
        var ranges: [ClosedRange<UInt16>] = []
        var index = 0
        while index < Int(count) {
            guard let first = info.native(UInt16.self, at: 2 + 2 * index),
                let beginsRange = info.native(UInt8.self, at: 32 + index)
            else { return nil }
            var last = first
            if beginsRange != 0 {
                index += 1
                guard let end = info.native(UInt16.self, at: 2 + 2 * index), end >= first else {
                    return nil
                }
                last = end
            }
            ranges.append(first...last)
            index += 1
        }
        return .multiport(
            ranges,
            isOfSource: kind != 1,
            isOfDestination: kind != 0,
            isNegated: isInverted != 0
        )
    }

    /// Reads `struct xt_conntrack_mtinfo2` or `3`, if only the state is tested.
    private static func conntrack(_ info: Bytes) -> IptablesMatch? {
        guard let tests = info.native(UInt16.self, at: 146),
            let inverted = info.native(UInt16.self, at: 148),
            let states = info.native(UInt16.self, at: 150)
        else { return nil }
        // XT_CONNTRACK_STATE and XT_CONNTRACK_STATE_ALIAS
        guard tests & 1 != 0, tests & ~0x2001 == 0 else { return nil }
        return .state(states, isNegated: inverted & 1 != 0)
    }

    /// Reads `struct xt_addrtype_info_v1`, if only the destination is tested.
    private static func addrtype(_ info: Bytes) -> IptablesMatch? {
        guard info.native(UInt16.self, at: 0) == 0, let types = info.native(UInt16.self, at: 2),
            let flags = info.native(UInt32.self, at: 4), types != 0, flags & ~2 == 0
        else { return nil }
        return .destinationType(types, isNegated: flags & 2 != 0)
    }

    /// Reads `struct nf_nat_range2` of revision 2, or an older structure.
    private static func translation(
        _ info: Bytes,
        _ name: String,
        _ revision: UInt32
    ) -> Verdict.Translation {
        let isToThisMachine = name == "REDIRECT"
        // In the older structure for IPv4, the number of ranges comes first.
        let isOld = info.count <= 24
        guard let flags = info.native(UInt32.self, at: isOld ? 4 : 0) else {
            return .init(address: .unknown, port: .unknown, isToThisMachine: isToThisMachine)
        }
        func part(_ flag: UInt32, _ first: Range<Int>, _ last: Range<Int>)
            -> Verdict.Translation.Part
        {
            guard flags & flag != 0 else { return .same }
            guard let start = info[first]?.array, let end = info[last]?.array, start == end else {
                return .unknown
            }
            return .bytes(start)
        }
        let address =
            isOld ? part(1, 8..<12, 12..<16) : part(1, 4..<20, 20..<36)
        let port = isOld ? part(2, 16..<18, 18..<20) : part(2, 36..<38, 38..<40)
        return .init(
            address: isToThisMachine ? .unknown : address,
            port: port,
            isToThisMachine: isToThisMachine
        )
    }
}
