import Addressing

extension Match {
    /// A part of a match, by which a connection can be another than it is about.
    public enum Key: String, Sendable, Hashable, CaseIterable {
        /// The family.
        case family
        /// The protocol.
        case transport
        /// The client's address.
        case sourceAddress
        /// The client's port.
        case sourcePort
        /// The address that it was sent to.
        case destinationAddress
        /// The port that it was sent to.
        case destinationPort
        /// The interface that it arrives on or leaves by.
        case interface
        /// The user whose process opens it.
        case user
        /// The group whose process opens it.
        case group
        /// The control group of the process that opens it.
        case cgroup
        /// The packet mark.
        case mark
    }

    /// The first key that does not hold for a connection, or nothing where it matches.
    public func mismatchedKey(of packet: FirstPacket) -> Key? {
        if let family, family != packet.family { return .family }
        if let protocols, !packet.transport.isAny(of: protocols.contains) { return .transport }
        if !source.holds(packet.source) { return .sourceAddress }
        if let ports = source.ports, !packet.sourcePort.isAny(of: ports.contains) {
            return .sourcePort
        }
        if !destination.holds(packet.destination, ofThisMachine: packet.isToThisMachine) {
            return .destinationAddress
        }
        if let ports = destination.ports, !packet.destinationPort.isAny(of: ports.contains) {
            return .destinationPort
        }
        if let interfaces, !interfaces.contains(where: { $0.matches(packet.interface) }) {
            return .interface
        }
        let process = packet.process
        if let users, !(process?.user).isAny(of: users.contains) { return .user }
        if let groups, !(process?.group).isAny(of: groups.contains) { return .group }
        if let cgroups, !(process?.cgroup).isAny(of: { $0.isWithinAny(of: cgroups) }) {
            return .cgroup
        }
        if let mark, packet.mark & mark.mask != mark.value { return .mark }
        return nil
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
    /// Whether there is something, and it holds for it.
    fileprivate func isAny(of holds: (Wrapped) -> Bool) -> Bool {
        map(holds) ?? false
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
