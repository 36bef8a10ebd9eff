import Addressing
import RulesetModel

/// What is known of the packet by which a flow began.
///
/// Connection tracking keeps its addresses and ports. Interfaces, owners, control groups and marks
/// are gone.
struct FlowPacket {
    let flow: Flow

    /// Where its destination was decided.
    let hook: Hook

    /// Whether it was sent to an address of this machine; nothing where that is not known.
    let isToThisMachine: Bool?

    init(_ flow: Flow, machine addresses: Set<IPAddress>) {
        self.init(
            flow,
            at: flow.client.address.isLocal(among: addresses) ? .output : .prerouting,
            isToThisMachine: flow.destination.address.isLocal(among: addresses) ? true : nil
        )
    }

    init(_ flow: Flow, at hook: Hook, isToThisMachine: Bool?) {
        self.flow = flow
        self.hook = hook
        self.isToThisMachine = isToThisMachine
    }

    /// The number that a map is asked for; nothing where it is not known.
    func number(of field: KeyField) -> UInt128? {
        switch field {
        case .inputInterface, .outputInterface, .user, .group, .mark: nil
        case .sourceAddress(let family):
            flow.family == family ? flow.client.address.bits : nil
        case .destinationAddress(let family):
            flow.family == family ? flow.destination.address.bits : nil
        case .transport: UInt128(flow.protocolNumber)
        case .sourcePort: flow.client.port.map { UInt128($0.number) }
        case .destinationPort: flow.destination.port.map { UInt128($0.number) }
        }
    }

    /// Whether the packet has a field at all, so that a map can be asked for it.
    func has(_ field: KeyField) -> Bool? {
        switch field {
        case .inputInterface: hook == .output ? false : true
        case .outputInterface: hook == .output ? true : false
        // What the kernel itself sends has no socket; and what arrives has none yet.
        case .user, .group: hook == .output ? nil : false
        case .mark, .transport: true
        case .sourceAddress(let family), .destinationAddress(let family): flow.family == family
        case .sourcePort, .destinationPort: flow.destination.port != nil
        }
    }
}

extension IPAddress {
    /// Whether it is an address of this machine, by its interfaces or by being a loopback one.
    func isLocal(among addresses: Set<IPAddress>) -> Bool {
        addresses.contains(self) || (family == .ipv4 && bits >> 24 == 127)
            || (family == .ipv6 && bits == 1)
    }
}

extension Selector {
    /// Whether a packet is as selected; `nil` if that depends on what is not known.
    ///
    /// Membership of a set is not looked at.
    func matches(_ packet: FlowPacket) -> Bool? {
        let flow = packet.flow
        if let family, family != flow.family { return false }
        if !protocols.isEmpty, !protocols.contains(where: { $0.number == flow.protocolNumber }) {
            return false
        }
        if let sourceAddresses, !sourceAddresses.contains(flow.client.address) { return false }
        if let destinationAddresses, !destinationAddresses.contains(flow.destination.address) {
            return false
        }
        if let sourcePorts, !(flow.client.port.map { sourcePorts.contains($0) } ?? false) {
            return false
        }
        if let destinationPorts,
            !(flow.destination.port.map { destinationPorts.contains($0) } ?? false)
        {
            return false
        }
        // A new connection is neither confirmed nor translated yet.
        if original != nil || tracked != nil { return false }
        let isOutput = packet.hook == .output
        if !inputInterfaces.isEmpty, isOutput { return false }
        if !outputInterfaces.isEmpty, !isOutput { return false }
        if users != nil || groups != nil || cgroup != nil, !isOutput { return false }
        let isOpen =
            !inputInterfaces.isEmpty || !outputInterfaces.isEmpty || users != nil || groups != nil
            || cgroup != nil || mark != nil
        return isOpen || (isToThisMachine && packet.isToThisMachine == nil) ? nil : true
    }
}
