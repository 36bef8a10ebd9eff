extension LiveTable {
    /// What each redirect has counted, over its rules and elements; one that counts nothing is not
    /// there.
    ///
    /// An element that jumps counts connections that the chain may let go. Those that it decides are
    /// counted by its rules.
    public var countsByRedirect: [String: PacketCount] {
        var counts: [String: PacketCount] = [:]
        let counters = Dictionary(counters.map { ($0.name, $0) }) { first, _ in first }
        var seen: Set<String> = []
        for rule in chains.lazy.flatMap(\.rules).compactMap(\.known) {
            guard let redirect = rule.comment, let name = rule.counter,
                let counter = counters[name],
                seen.insert(name).inserted
            else { continue }
            counts[redirect, default: PacketCount()] =
                counts[redirect, default: PacketCount()]
                + PacketCount(packets: counter.packets, bytes: counter.bytes)
        }
        for live in maps.lazy.flatMap(\.elements) {
            if case .jump = live.element.value { continue }
            guard let redirect = live.element.redirect, let count = live.count else { continue }
            counts[redirect, default: PacketCount()] =
                counts[redirect, default: PacketCount()] + count
        }
        return counts
    }
}
