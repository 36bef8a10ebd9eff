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
        case .prefix(let move):
            connection.destinationAddress.flatMap { address in move(address).map { $0 != address } }
        // It may become another of this machine's addresses, where no program listens.
        case .local: connection.destination == .local ? nil : true
        }
    }
}

extension [Bool?] {
    /// Whether all are true; `nil` if that depends on an unknown one.
    var allHold: Bool? {
        if contains(false) { return false }
        return contains(nil) ? nil : true
    }
}
