internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// A selector that is being put together from the tests of a rule.
struct SelectorReading {
    /// What `meta nfproto` was compared with.
    private(set) var family: IPFamily?
    private var impliedFamily: IPFamily?
    private var protocols: [TransportProtocol]?
    private var needsProtocol = false
    private var addresses: [PacketField.Side: AddressSet] = [:]
    private var ports: [PacketField.Side: PortSet] = [:]
    private var input: [InterfacePattern]?
    private var output: [InterfacePattern]?
    private var users: IntervalSet<UInt32>?
    private var groups: IntervalSet<UInt32>?
    private var mark: PacketMark?
    private var dscp: CodePoint?
    private var cgroup: CgroupPath?
    private var isToThisMachine: Bool?
    private var isTranslated: Bool?
    private var isConfirmed: Bool?
    private var label: ConnectionLabel?
    private var member: Lookup?
    private var originalAddresses: [PacketField.Side: AddressSet] = [:]
    private var originalPorts: [PacketField.Side: PortRange] = [:]

    /// Adds a test, or returns `false` if ``Selector`` can't express it.
    mutating func add(
        _ loaded: LoadedField,
        _ condition: Condition,
        cgroups: (UInt64) -> CgroupPath?
    ) -> Bool {
        switch loaded.field {
        case .family: fill(&family, condition.single.flatMap(IPFamily.init(number:)))
        case .transport: fill(&protocols, condition.ranges.flatMap(TransportProtocol.all))
        case .inputInterface: fill(&input, condition.ranges.flatMap(InterfacePattern.all))
        case .outputInterface: fill(&output, condition.ranges.flatMap(InterfacePattern.all))
        case .user: fill(&users, condition.ranges.flatMap(IntervalSet.init(ranges:)))
        case .group: fill(&groups, condition.ranges.flatMap(IntervalSet.init(ranges:)))
        case .mark: fill(&mark, PacketMark(condition))
        case .codePoint(let family):
            fill(&dscp, condition.single.flatMap { CodePoint(bits: $0, in: family) })
        case .network(let offset):
            add(network: condition, offset: offset, length: loaded.length)
        case .ports(let offset): add(ports: condition, offset: offset, length: loaded.length)
        case .status where condition == .anyBit(of: Self.confirmed): fill(&isConfirmed, true)
        case .status:
            fill(&isTranslated, condition == .anyBit(of: Self.destinationChanged) ? true : nil)
        case .label: fill(&label, condition.anyBit.flatMap(ConnectionLabel.init(onlyBitOf:)))
        case .originalAddress(let side, let family): add(original: condition, side, of: family)
        case .originalPort(let side): add(originalPorts: condition, side)
        case .destinationType: fill(&isToThisMachine, condition.single == Self.local ? true : nil)
        case .cgroup(let level):
            fill(
                &cgroup,
                condition.single.flatMap { cgroups(UInt64($0)) }.flatMap {
                    $0.level == level ? $0 : nil
                }
            )
        case .draw: false
        }
    }

    /// Takes in the fields by which the rule looks up.
    mutating func note(_ key: [KeyField]) {
        if key.contains(.sourcePort) || key.contains(.destinationPort) { needsProtocol = true }
    }

    /// Takes in a set that must have the connection.
    mutating func add(member lookup: Lookup) -> Bool { fill(&member, lookup) }

    /// What connection tracking must say; `nil` if no rule of ours asks that.
    private var tracked: (state: TrackedState?, Void)? {
        switch (isTranslated, isConfirmed, label) {
        case (_, nil, nil): (nil, ())
        case (nil, true, nil): (.confirmed, ())
        case (true, nil, let label?): (.redirected(label), ())
        default: nil
        }
    }

    /// The selector; `nil` if the tests contradict or miss one another.
    var selector: Selector? {
        guard family == nil || impliedFamily == nil || family == impliedFamily,
            !needsProtocol || protocols?.isEmpty == false, let tracked
        else { return nil }
        var original: OriginalTuple?
        if isTranslated == true, tracked.state == nil {
            original = OriginalTuple(
                sourceAddresses: originalAddresses[.source],
                destinationAddresses: originalAddresses[.destination],
                sourcePorts: originalPorts[.source],
                destinationPorts: originalPorts[.destination]
            )
        } else if !originalAddresses.isEmpty || !originalPorts.isEmpty {
            return nil
        }
        var selector = Selector()
        for part in Selector.Part.allCases {
            switch part {
            case .inputInterfaces: selector.inputInterfaces = input ?? []
            case .outputInterfaces: selector.outputInterfaces = output ?? []
            case .family: selector.family = family ?? impliedFamily
            case .protocols: selector.protocols = protocols?.sorted() ?? []
            case .users: selector.users = users
            case .groups: selector.groups = groups
            case .cgroup: selector.cgroup = cgroup
            case .mark: selector.mark = mark
            case .dscp: selector.dscp = dscp
            case .isToThisMachine: selector.isToThisMachine = isToThisMachine ?? false
            case .sourceAddresses: selector.sourceAddresses = addresses[.source]
            case .destinationAddresses: selector.destinationAddresses = addresses[.destination]
            case .sourcePorts: selector.sourcePorts = ports[.source]
            case .destinationPorts: selector.destinationPorts = ports[.destination]
            case .original: selector.original = original
            case .tracked: selector.tracked = tracked.state
            case .member: selector.member = member
            }
        }
        return selector
    }

    private static let confirmed = UInt128(CNETFILTER_CONFIRMED.rawValue)
    private static let destinationChanged = UInt128(CNETFILTER_DST_NAT.rawValue)
    private static let local = UInt128(CNETFILTER_LOCAL.rawValue)
}

// MARK: - Parts

extension SelectorReading {
    private mutating func add(network condition: Condition, offset: Int, length: Int) -> Bool {
        // Without the family, nobody knows what stands there.
        guard let family else { return false }
        let parts = HeaderPart.split(
            condition,
            offset: offset,
            length: length,
            among: HeaderPart.addresses(of: family)
        )
        return parts?.allSatisfy { side, ranges in
            fill(&addresses[side], AddressSet(family, ranges))
        } ?? false
    }

    private mutating func add(ports condition: Condition, offset: Int, length: Int) -> Bool {
        needsProtocol = true
        let parts = HeaderPart.split(
            condition,
            offset: offset,
            length: length,
            among: HeaderPart.ports
        )
        return parts?.allSatisfy { side, ranges in fill(&ports[side], PortSet(ranges: ranges)) }
            ?? false
    }

    private mutating func add(
        original condition: Condition,
        _ side: PacketField.Side,
        of family: IPFamily
    ) -> Bool {
        guard impliedFamily == nil || impliedFamily == family else { return false }
        impliedFamily = family
        let addresses = condition.ranges.flatMap { AddressSet(family, $0) }
        return fill(&originalAddresses[side], addresses)
    }

    private mutating func add(originalPorts condition: Condition, _ side: PacketField.Side) -> Bool
    {
        needsProtocol = true
        let ranges = condition.ranges.flatMap(PortSet.init(ranges:))?.ranges
        return fill(&originalPorts[side], ranges?.count == 1 ? ranges?.first : nil)
    }
}

/// Fills a part that has no value yet.
///
/// A second test of the same field narrows the first; no selector of ours does that.
private func fill<Part>(_ part: inout Part?, _ value: Part?) -> Bool {
    guard part == nil, let value else { return false }
    part = value
    return true
}
