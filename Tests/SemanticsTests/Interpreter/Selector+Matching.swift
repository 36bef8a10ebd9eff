import Addressing
import PolicyModel
import RulesetModel

extension Selector {
    /// Whether a packet is what a rule is about: every part that is given holds.
    ///
    /// A set in which it must be is looked up elsewhere.
    func matches(_ packet: PacketView) -> Bool {
        Part.allCases.allSatisfy { matches(packet, $0) }
    }

    private func matches(_ packet: PacketView, _ part: Part) -> Bool {
        switch part {
        case .inputInterfaces: inputInterfaces.allow(packet.inputInterface)
        case .outputInterfaces: outputInterfaces.allow(packet.outputInterface)
        case .family: family.map { $0 == packet.family } ?? true
        case .protocols:
            protocols.isEmpty || protocols.contains { $0.number == packet.protocolNumber }
        // Without a socket there is nothing to compare with, and the rule does not apply.
        case .users: users.allows(packet.process?.user)
        case .groups: groups.allows(packet.process?.group)
        case .cgroup: cgroup?.isAncestor(of: packet.process?.cgroup) ?? true
        case .mark:
            mark.map { mark in packet.mark.map { $0 & mark.mask == mark.value } ?? false } ?? true
        case .dscp: dscp.map { $0 == packet.dscp } ?? true
        case .isToThisMachine: !isToThisMachine || packet.isToThisMachine
        case .sourceAddresses: sourceAddresses?.contains(packet.source) ?? true
        case .destinationAddresses: destinationAddresses?.contains(packet.destination) ?? true
        case .sourcePorts: sourcePorts.allows(packet.sourcePort)
        case .destinationPorts: destinationPorts.allows(packet.destinationPort)
        case .original: original?.matches(packet.original) ?? true
        case .tracked:
            switch tracked {
            // That is asked only about a connection's first packet.
            case .confirmed: false
            case .redirected(let label): packet.isRedirected && packet.labels.contains(label)
            case nil: true
            }
        case .member: true
        }
    }
}

extension OriginalTuple {
    fileprivate func matches(_ original: PacketView.Original?) -> Bool {
        guard let original else { return false }
        return sourceAddresses.map { $0.contains(original.source) } ?? true
            && destinationAddresses.map { $0.contains(original.destination) } ?? true
            && sourcePorts.map { original.sourcePort.map($0.contains) ?? false } ?? true
            && destinationPorts.map { original.destinationPort.map($0.contains) ?? false } ?? true
    }
}

extension PortSet? {
    fileprivate func allows(_ port: Port?) -> Bool {
        guard let ports = self else { return true }
        return port.map { ports.contains($0) } ?? false
    }
}

extension IntervalSet<UInt32>? {
    fileprivate func allows(_ number: UInt32?) -> Bool {
        guard let numbers = self else { return true }
        return number.map { numbers.contains($0) } ?? false
    }
}

extension [InterfacePattern] {
    fileprivate func allow(_ interface: String?) -> Bool {
        if isEmpty { return true }
        guard let interface else { return false }
        return contains { pattern in
            pattern.isPrefix ? interface.hasPrefix(pattern.name) : interface == pattern.name
        }
    }
}

extension CgroupPath {
    /// Compares the ancestor of its own level, as the kernel does.
    fileprivate func isAncestor(of path: CgroupPath?) -> Bool {
        guard let path else { return false }
        return path.text.split(separator: "/").prefix(level).joined(separator: "/") == text
    }
}
