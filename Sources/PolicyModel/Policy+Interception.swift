public import Addressing

/// A redirect that sends a connection elsewhere, or might.
public struct Interception: Sendable {
    /// The redirect.
    public var redirect: Redirect

    /// Whether it does so for every value of the unknown parts of the connection.
    public var isCertain: Bool
}

extension Policy {
    /// The first redirect that sends a connection elsewhere, or that might, depending on an unknown part
    /// of the connection.
    ///
    /// Every question is answered for itself: where two answers exclude each other, both count as
    /// possible. `nil` means that no connection of this kind goes elsewhere. Addresses that are not
    /// among those of this machine may be its own all the same.
    public func interception(
        of connection: Connection,
        knowing addresses: Set<IPAddress> = []
    ) -> Interception? {
        let seen = PartialPacket(connection, knowing: addresses)
        var isCertain = true
        for redirect in redirects {
            let matches = redirect.matches(seen)
            guard matches != false else { continue }
            let moves = redirect.decision.moves(seen)
            if moves != false {
                return Interception(
                    redirect: redirect,
                    isCertain: isCertain && matches == true && moves == true
                )
            }
            if matches == true { return nil }
            isCertain = false
        }
        return nil
    }
}

/// What is known of a first packet; `nil` stands for what is not.
struct PartialPacket {
    let connection: Connection
    let family: IPFamily?
    let isToThisMachine: Bool?

    init(_ connection: Connection, knowing addresses: Set<IPAddress>) {
        self.connection = connection
        family = connection.destinationAddress?.family ?? connection.sourceAddress?.family
        isToThisMachine =
            switch connection.destination {
            case .local: true
            case .address(let address): addresses.contains(address) ? true : nil
            }
    }
}

extension Redirect {
    /// Whether it matches, as ``mismatch(for:)`` says it of a packet of which all is known.
    fileprivate func matches(_ packet: PartialPacket) -> Bool? {
        guard isEnabled, directions.contains(packet.connection.direction) else { return false }
        let hasTarget: Bool? =
            if let family = packet.family {
                decision.allows(family)
            } else {
                decision.families.count == IPFamily.allCases.count ? true : nil
            }
        var parts = [match.holds(for: packet), hasTarget]
        parts += exceptions.map { exception in exception.holds(for: packet).map { !$0 } }
        return parts.allHold
    }
}

extension Match {
    /// Whether every key matches, like ``mismatchedKey(of:)`` for a packet without unknown parts.
    fileprivate func holds(for packet: PartialPacket) -> Bool? {
        Key.allCases.map { holds($0, for: packet) }.allHold
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

extension Decision {
    /// Whether a connection that it decides goes elsewhere than it was sent.
    fileprivate func moves(_ packet: PartialPacket) -> Bool? {
        let targets =
            switch self {
            case .bypass, .target: targets
            case .balance:
                targets.filter { target in packet.family.map { target.allows($0) } ?? true }
            }
        let moves = targets.map { $0.moves(packet.connection) }
        if moves.allSatisfy({ $0 == true }), !moves.isEmpty { return true }
        return moves.allSatisfy { $0 == false } ? false : nil
    }
}

extension Target {
    /// Whether it is another place than that to which a connection was sent.
    fileprivate func moves(_ connection: Connection) -> Bool? {
        let port = connection.destinationPort
        let changesPort =
            switch self.port {
            case nil: false
            case .one(let new): new != port
            case .shift(let shift): shift(port) != port
            }
        if changesPort { return true }
        return switch self {
        case .port: false
        case .address(let address, _): connection.destinationAddress.map { $0 != address }
        // It may become another of this machine's addresses, where no program listens.
        case .local: connection.destination == .local ? nil : true
        }
    }
}

extension [Bool?] {
    /// Whether all are true; `nil` if that depends on an unknown one.
    fileprivate var allHold: Bool? {
        if contains(false) { return false }
        return contains(nil) ? nil : true
    }
}
