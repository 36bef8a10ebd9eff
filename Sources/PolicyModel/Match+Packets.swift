import Addressing

extension Match {
    /// The first key that a connection does not match; `nil` if it matches every key.
    public func mismatchedKey(of packet: FirstPacket) -> Key? {
        Key.allCases.first { !holds($0, for: packet) }
    }

    /// Whether a connection matches a key; a key that is not given matches every connection.
    private func holds(_ key: Key, for packet: FirstPacket) -> Bool {
        switch key {
        case .family: family.allows(packet.family, ==)
        case .transport: protocols.allows(packet.transport) { $0.contains($1) }
        case .sourceAddress: source.holds(packet.source)
        case .sourcePort: source.ports.allows(packet.sourcePort) { $0.contains($1) }
        case .destinationAddress:
            destination.holds(packet.destination, ofThisMachine: packet.isToThisMachine)
        case .destinationPort: destination.ports.allows(packet.destinationPort) { $0.contains($1) }
        case .interface:
            interfaces.allows(packet.interface) { patterns, name in
                patterns.contains { $0.matches(name) }
            }
        case .user: users.allows(packet.process?.user) { $0.contains($1) }
        case .group: groups.allows(packet.process?.group) { $0.contains($1) }
        case .cgroup: cgroups.allows(packet.process?.cgroup) { $1.isWithinAny(of: $0) }
        case .mark: mark.allows(packet.mark) { $1 & $0.mask == $0.value }
        case .dscp: dscp.allows(packet.dscp) { $0.contains($1) }
        }
    }
}

extension Match.Endpoint {
    /// Whether the end may have an address; a connection never comes from one of this machine.
    fileprivate func holds(_ address: IPAddress, ofThisMachine isLocal: Bool = false) -> Bool {
        if let addresses, addresses.contains(address) { return true }
        return self.isLocal ? isLocal : addresses == nil
    }
}

extension Optional {
    /// Whether a connection may have a value; a connection without one matches only if nothing is asked.
    fileprivate func allows<Value>(_ value: Value?, _ contains: (Wrapped, Value) -> Bool) -> Bool {
        guard let wanted = self else { return true }
        return value.map { contains(wanted, $0) } ?? false
    }
}

extension CgroupPath {
    /// Whether it is one of some control groups, or lies below one.
    func isWithinAny(of groups: Set<CgroupPath>) -> Bool {
        groups.contains { self == $0 || text.hasPrefix($0.text + "/") }
    }
}

extension InterfacePattern {
    /// Whether an interface is meant.
    func matches(_ interface: String) -> Bool {
        isPrefix ? interface.hasPrefix(name) : interface == name
    }
}
