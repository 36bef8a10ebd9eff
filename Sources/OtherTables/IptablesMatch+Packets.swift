/// What matches of iptables say of a packet.
extension IptablesMatch {
    /// Whether a packet matches.
    func applies(to packet: FilterPacket) -> Ternary {
        switch self {
        case .ports(let source, let isSourceNegated, let destination, let isDestinationNegated):
            let first = packet.source.port.isWithin(source)
            let second = packet.destination.port.isWithin(destination)
            return (isSourceNegated ? !first : first)
                .and(isDestinationNegated ? !second : second)
        case .multiport(let ranges, let isOfSource, let isOfDestination, let isNegated):
            var answer = Ternary.no
            for range in ranges {
                if isOfSource { answer = answer.or(packet.source.port.isWithin(range)) }
                if isOfDestination { answer = answer.or(packet.destination.port.isWithin(range)) }
            }
            return isNegated ? !answer : answer
        case .state(let bits, let isNegated):
            let answer = Ternary(packet.iptablesStates & bits != 0)
            return isNegated ? !answer : answer
        case .otherHeader: return .no
        case .destinationType(let bits, let isNegated):
            guard let isToThisMachine = packet.isToThisMachine else { return .maybe }
            // The bits of XT_ADDRTYPE_LOCAL and XT_ADDRTYPE_UNICAST.
            let answer = Ternary(bits & (isToThisMachine ? 1 << 2 : 1 << 1) != 0)
            return isNegated ? !answer : answer
        }
    }
}

extension FilterPacket {
    /// The bits of `-m conntrack --ctstate` (`xt_conntrack.h`).
    fileprivate var iptablesStates: UInt16 {
        guard isTracked else { return 1 }
        // XT_CONNTRACK_STATE_BIT of IP_CT_NEW is 1 << 3, of IP_CT_ESTABLISHED 1 << 1, and
        // XT_CONNTRACK_STATE_DNAT is 1 << 7.
        return UInt16(tracking.stateBit) | (isRedirected ? 1 << 7 : 0)
    }
}

extension UInt16? {
    fileprivate func isWithin(_ range: ClosedRange<UInt16>) -> Ternary {
        if let number = self { return range.contains(number) ? .yes : .no }
        return range == 0...UInt16.max ? .yes : .maybe
    }
}
