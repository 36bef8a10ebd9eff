import Addressing
import RulesetModel

extension CompilerFault {
    /// Faults of the ports that rules match.
    static let ports = [
        CompilerFault(
            "first destination port one too high",
            inSelector: {
                $0.destinationPorts = $0.destinationPorts?.changingFirst { first, last in
                    first < last ? first.next.map { $0...last } : nil
                }
            }
        ),
        CompilerFault(
            "last destination port one too high",
            inSelector: {
                $0.destinationPorts = $0.destinationPorts?.changingFirst { first, last in
                    last.next.map { first...$0 }
                }
            }
        ),
        CompilerFault(
            "last source port one too high",
            inSelector: {
                $0.sourcePorts = $0.sourcePorts?.changingFirst { first, last in
                    last.next.map { first...$0 }
                }
            }
        ),
        CompilerFault(
            "range of ports lost",
            inSelector: {
                if let ranges = $0.destinationPorts?.ranges, ranges.count > 1 {
                    $0.destinationPorts = PortSet(ranges.dropLast())
                }
            }
        ),
        CompilerFault("destination ports lost", inSelector: { $0.destinationPorts = nil }),
        CompilerFault("source ports lost", inSelector: { $0.sourcePorts = nil }),
        CompilerFault(
            "source and destination ports swapped",
            inSelector: {
                ($0.sourcePorts, $0.destinationPorts) = ($0.destinationPorts, $0.sourcePorts)
            }
        ),
    ]

    /// Faults of the addresses that rules match.
    static let addresses = [
        CompilerFault(
            "source range one address too long",
            inSelector: {
                $0.sourceAddresses = $0.sourceAddresses?.changingFirst { bits in
                    bits.upperBound == .max ? nil : bits.lowerBound...(bits.upperBound + 1)
                }
            }
        ),
        CompilerFault(
            "destination range one address too long",
            inSelector: {
                $0.destinationAddresses = $0.destinationAddresses?.changingFirst { bits in
                    bits.lowerBound == 0 ? nil : (bits.lowerBound - 1)...bits.upperBound
                }
            }
        ),
        CompilerFault(
            "destination range one address too short",
            inSelector: {
                $0.destinationAddresses = $0.destinationAddresses?.changingFirst { bits in
                    bits.lowerBound < bits.upperBound
                        ? bits.lowerBound...(bits.upperBound - 1) : nil
                }
            }
        ),
        CompilerFault(
            "range of addresses lost",
            inSelector: {
                if let ranges = $0.destinationAddresses?.ranges, ranges.count > 1 {
                    $0.destinationAddresses = AddressSet(ranges.dropLast())
                }
            }
        ),
        CompilerFault("source addresses lost", inSelector: { $0.sourceAddresses = nil }),
        CompilerFault("destination addresses lost", inSelector: { $0.destinationAddresses = nil }),
        CompilerFault(
            "source and destination addresses swapped",
            inSelector: {
                ($0.sourceAddresses, $0.destinationAddresses) =
                    ($0.destinationAddresses, $0.sourceAddresses)
            }
        ),
        CompilerFault("this machine lost", inSelector: { $0.isToThisMachine = false }),
        CompilerFault(
            "this machine and not what is named",
            inSelector: {
                if $0.destinationAddresses != nil {
                    ($0.destinationAddresses, $0.isToThisMachine) = (nil, true)
                }
            }
        ),
        CompilerFault(
            "family swapped",
            inSelector: {
                if $0.sourceAddresses == nil, $0.destinationAddresses == nil {
                    $0.family = $0.family.map { $0 == .ipv4 ? .ipv6 : .ipv4 }
                }
            }
        ),
        CompilerFault("family lost", inSelector: { $0.family = nil }),
    ]

    /// Faults of the other keys of packets.
    static let keys = [
        CompilerFault(
            "one of several protocols lost",
            inSelector: {
                if $0.protocols.count > 1 { $0.protocols.removeLast() }
            }
        ),
        CompilerFault(
            "another protocol",
            inSelector: {
                if $0.protocols == [.tcp] { $0.protocols = [.udp] }
            }
        ),
        CompilerFault("every protocol instead of one", inSelector: { $0.protocols = [] }),
        CompilerFault(
            "protocols with ports instead of any",
            inSelector: {
                if $0.protocols.isEmpty { $0.protocols = TransportProtocol.allCases }
            }
        ),
        CompilerFault(
            "beginning of an interface's name as the whole",
            inSelector: {
                $0.inputInterfaces = $0.inputInterfaces.changed(ifPrefix: true)
            }
        ),
        CompilerFault(
            "interface's name as the beginning of one",
            inSelector: {
                $0.outputInterfaces = $0.outputInterfaces.changed(ifPrefix: false)
            }
        ),
        CompilerFault(
            "one of several interfaces lost",
            inSelector: {
                if $0.outputInterfaces.count > 1 { $0.outputInterfaces.removeFirst() }
            }
        ),
        CompilerFault("interfaces lost", inSelector: { $0.inputInterfaces = [] }),
        CompilerFault(
            "interface on the other side",
            inSelector: {
                ($0.inputInterfaces, $0.outputInterfaces) = (
                    $0.outputInterfaces, $0.inputInterfaces
                )
            }
        ),
        CompilerFault(
            "mask of a mark lost",
            inSelector: {
                $0.mark = $0.mark.flatMap { PacketMark(value: $0.value) }
            }
        ),
        CompilerFault(
            "other bit of a mark",
            inSelector: {
                $0.mark = $0.mark.flatMap { mark in
                    let lowest = mark.mask & ~(mark.mask &- 1)
                    return PacketMark(value: mark.value ^ lowest, mask: mark.mask)
                }
            }
        ),
        CompilerFault("mark lost", inSelector: { $0.mark = nil }),
        CompilerFault("code points lost", inSelector: { $0.dscp = nil }),
        CompilerFault(
            "other bit of a code point",
            inSelector: { $0.dscp = $0.dscp.flatMap { CodePoint($0.number ^ 1) } }
        ),
    ]

    /// Faults of the keys of processes.
    static let owners = [
        CompilerFault(
            "range of users one too long",
            inSelector: {
                $0.users = $0.users?.changingFirst { $0.lowerBound...($0.upperBound + 1) }
            }
        ),
        CompilerFault(
            "range of groups one too short",
            inSelector: {
                $0.groups = $0.groups?.changingFirst {
                    $0.count > 1 ? ($0.lowerBound + 1)...$0.upperBound : nil
                }
            }
        ),
        CompilerFault(
            "one of several users lost",
            inSelector: {
                if let intervals = $0.users?.intervals, intervals.count > 1 {
                    $0.users = IntervalSet(intervals.dropFirst())
                }
            }
        ),
        CompilerFault("users lost", inSelector: { $0.users = nil }),
        CompilerFault(
            "users as groups",
            inSelector: { ($0.users, $0.groups) = ($0.groups, $0.users) }
        ),
        CompilerFault(
            "control group one level up",
            inSelector: {
                $0.cgroup = $0.cgroup.flatMap { path in
                    CgroupPath(path.text.split(separator: "/").dropLast().joined(separator: "/"))
                        ?? path
                }
            }
        ),
        CompilerFault("control group lost", inSelector: { $0.cgroup = nil }),
    ]
}

extension PortSet {
    fileprivate func changingFirst(_ change: (Port, Port) -> ClosedRange<Port>?) -> PortSet {
        guard let first = ranges.first, let range = change(first.lowerBound, first.upperBound)
        else { return self }
        return PortSet([range] + ranges.dropFirst())
    }
}

extension AddressSet {
    fileprivate func changingFirst(
        _ change: (ClosedRange<UInt128>) -> ClosedRange<UInt128>?
    ) -> AddressSet {
        guard let first = ranges.first, let bits = change(first.bits),
            let range = AddressRange(family: first.family, bits: bits)
        else { return self }
        return AddressSet([range] + ranges.dropFirst())
    }
}

extension IntervalSet {
    fileprivate func changingFirst(
        _ change: (ClosedRange<Number>) -> ClosedRange<Number>?
    ) -> IntervalSet {
        guard let first = intervals.first, let interval = change(first) else { return self }
        return IntervalSet([interval] + intervals.dropFirst())
    }
}

extension [InterfacePattern] {
    fileprivate func changed(ifPrefix isPrefix: Bool) -> [InterfacePattern] {
        map {
            $0.isPrefix == isPrefix ? InterfacePattern(name: $0.name, isPrefix: !isPrefix) : $0
        }
    }
}
