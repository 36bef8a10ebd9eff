public import Addressing

/// What is known of a first packet; `nil` stands for what is not.
struct PartialPacket {
    let connection: Connection
    let family: IPFamily?
    let isToThisMachine: Bool?

    init(_ connection: Connection, knowing addresses: Set<IPAddress>) {
        self.connection = connection
        family = connection.family
        isToThisMachine =
            switch connection.destination {
            case .local: true
            case .address(let address): addresses.contains(address) ? true : nil
            }
    }
}

extension Match {
    /// Whether every key matches, like ``mismatchedKey(of:)`` for a packet without unknown parts.
    func holds(for packet: PartialPacket) -> Bool? {
        Key.allCases.map { holds($0, for: packet) }.allHold
    }

    /// Whether a connection matches a key; `nil` if that depends on an unknown part of it.
    ///
    /// Addresses that are not among those of this machine may be its own all the same.
    public func holds(
        _ key: Key,
        for connection: Connection,
        knowing addresses: Set<IPAddress> = []
    ) -> Bool? {
        holds(key, for: PartialPacket(connection, knowing: addresses))
    }

    private func holds(_ key: Key, for packet: PartialPacket) -> Bool? {
        let connection = packet.connection
        return switch key {
        case .family: family.mayAllow(packet.family, ==)
        case .transport: protocols?.contains(connection.transport) ?? true
        case .sourceAddress:
            source.holds(connection.sourceAddress, packet.family, ofThisMachine: false)
        case .sourcePort: source.ports.mayAllow(connection.sourcePort) { $0.contains($1) }
        case .destinationAddress:
            destination.holds(
                connection.destinationAddress,
                packet.family,
                ofThisMachine: packet.isToThisMachine
            )
        case .destinationPort: destination.ports?.contains(connection.destinationPort) ?? true
        case .interface:
            interfaces.mayAllow(connection.interface) { patterns, name in
                patterns.contains { $0.matches(name) }
            }
        case .user: users.mayAllow(ofProcess: packet, \.user) { $0.contains($1) }
        case .group: groups.mayAllow(ofProcess: packet, \.group) { $0.contains($1) }
        case .cgroup: cgroups.mayAllow(ofProcess: packet, \.cgroup) { $1.isWithinAny(of: $0) }
        case .mark:
            // An empty mask asks for nothing.
            mark?.mask == 0
                ? mark?.value == 0 : mark.mayAllow(connection.mark) { $1 & $0.mask == $0.value }
        case .dscp: dscp.mayAllow(connection.dscp) { $0.contains($1) }
        }
    }
}

extension Optional {
    /// Whether a connection may have a value that is perhaps not known.
    fileprivate func mayAllow<Value>(
        _ value: Value?,
        _ contains: (Wrapped, Value) -> Bool
    ) -> Bool? {
        guard let wanted = self else { return true }
        return value.map { contains(wanted, $0) }
    }

    /// The same for a value of the process that opens a connection; inbound ones have none here.
    fileprivate func mayAllow<Value>(
        ofProcess packet: PartialPacket,
        _ value: (Connection) -> Value?,
        _ contains: (Wrapped, Value) -> Bool
    ) -> Bool? {
        guard self != nil, packet.connection.direction == .inbound else {
            return mayAllow(value(packet.connection), contains)
        }
        return false
    }
}

extension Match.Endpoint {
    /// Whether the end may have an address that is perhaps not known.
    fileprivate func holds(
        _ address: IPAddress?,
        _ family: IPFamily?,
        ofThisMachine isOfThisMachine: Bool?
    ) -> Bool? {
        guard addresses != nil || isLocal else { return true }
        if isLocal, isOfThisMachine == true { return true }
        let isNamed: Bool? =
            if let addresses {
                if let address {
                    addresses.contains(address)
                } else if let family, !addresses.holdsAny(of: family) {
                    false
                } else {
                    nil
                }
            } else {
                false
            }
        if isNamed == true { return true }
        return isNamed == nil || (isLocal && isOfThisMachine == nil) ? nil : false
    }
}
