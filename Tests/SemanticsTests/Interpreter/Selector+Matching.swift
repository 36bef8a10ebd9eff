import Addressing
import PolicyModel
import RulesetModel

extension Selector {
    /// Whether a packet is what a rule is about: every part that is given holds.
    func matches(_ packet: PacketView) -> Bool {
        if let family, family != packet.family { return false }
        if !protocols.isEmpty, !protocols.contains(where: { $0.number == packet.protocolNumber }) {
            return false
        }
        if let sourceAddresses, !sourceAddresses.contains(packet.source) { return false }
        if let destinationAddresses, !destinationAddresses.contains(packet.destination) {
            return false
        }
        if !sourcePorts.allows(packet.sourcePort) { return false }
        if !destinationPorts.allows(packet.destinationPort) { return false }
        if isToThisMachine, !packet.isToThisMachine { return false }
        if !inputInterfaces.allow(packet.inputInterface) { return false }
        if !outputInterfaces.allow(packet.outputInterface) { return false }
        // Without a socket there is nothing to compare with, and the rule does not apply.
        if !users.allows(packet.process?.user) { return false }
        if !groups.allows(packet.process?.group) { return false }
        if let cgroup, !cgroup.isAncestor(of: packet.process?.cgroup) { return false }
        if let mark {
            guard let bits = packet.mark, bits & mark.mask == mark.value else { return false }
        }
        switch tracked {
        // That is asked only about a connection's first packet.
        case .confirmed: return false
        case .redirected(let label):
            guard packet.isRedirected, packet.labels.contains(label) else { return false }
        case nil: break
        }
        return original?.matches(packet.original) ?? true
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
