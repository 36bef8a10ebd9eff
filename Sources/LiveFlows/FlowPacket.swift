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

    /// Whether it was sent to an address of this machine; `nil` if that is not known.
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

    /// The number by which a map is looked up; `nil` if it is not known.
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

    /// Whether the packet has a field at all, so that a map can be looked up by it.
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
        var isOpen = false
        for part in Part.allCases {
            switch matches(packet, part) {
            case false?: return false
            case nil: isOpen = true
            case true?: break
            }
        }
        return isOpen ? nil : true
    }

    private func matches(_ packet: FlowPacket, _ part: Part) -> Bool? {
        let flow = packet.flow
        /// The answer if a part asks for something; `nil` stands for what is no longer known.
        func answer(_ isGiven: Bool, _ answer: Bool?) -> Bool? { isGiven ? answer : true }
        let perhapsOutbound: Bool? = packet.hook == .output ? nil : false
        return switch part {
        case .inputInterfaces:
            answer(!inputInterfaces.isEmpty, packet.hook == .output ? false : nil)
        case .outputInterfaces: answer(!outputInterfaces.isEmpty, perhapsOutbound)
        case .family: family.map { $0 == flow.family } ?? true
        case .protocols:
            protocols.isEmpty || protocols.contains { $0.number == flow.protocolNumber }
        case .users: answer(users != nil, perhapsOutbound)
        case .groups: answer(groups != nil, perhapsOutbound)
        case .cgroup: answer(cgroup != nil, perhapsOutbound)
        case .mark: answer(mark != nil, nil)
        case .dscp: answer(dscp != nil, nil)
        case .isToThisMachine: answer(isToThisMachine, packet.isToThisMachine)
        case .sourceAddresses: sourceAddresses?.contains(flow.client.address) ?? true
        case .destinationAddresses:
            destinationAddresses?.contains(flow.destination.address) ?? true
        case .sourcePorts:
            sourcePorts.map { ports in flow.client.port.map(ports.contains) ?? false } ?? true
        case .destinationPorts:
            destinationPorts.map { ports in flow.destination.port.map(ports.contains) ?? false }
                ?? true
        // A new connection is neither confirmed nor translated yet.
        case .original: original == nil
        case .tracked: tracked == nil
        case .member: true
        }
    }
}
