import Addressing

extension Rule {
    /// What the rule does for the connections of one element of the map in which it looks up: the rule that
    /// would stand there if there were no maps.
    ///
    /// `nil` if it looks up nothing, if it has no use for what the element has, or if no
    /// connection that ``Selector`` can express is both the rule's and the element's.
    public func narrowed(to element: MapElement) -> Rule? {
        guard let lookup, lookup.key.count == element.key.parts.count,
            let statement = statement.finding(element.value)
        else { return nil }
        var rule = self
        rule.selector.member = nil
        rule.statement = statement
        rule.comment = element.redirect ?? comment
        for (field, numbers) in zip(lookup.key, element.key.parts) {
            guard rule.selector.narrow(field, to: numbers) else { return nil }
        }
        return rule
    }
}

extension Statement {
    /// The statement that says itself what this one finds in its map.
    fileprivate func finding(_ value: MapValue) -> Statement? {
        switch self {
        case .dnatPort(.mapped):
            if case .port(let port) = value { .dnatPort(to: .port(port)) } else { nil }
        case .dnat(let address, .mapped?):
            if case .port(let port) = value { .dnat(to: address, port: .port(port)) } else { nil }
        case .redirect(.mapped?):
            if case .port(let port) = value { .redirect(port: .port(port)) } else { nil }
        case .dnatMapped(let family, _):
            switch value {
            case .address(let address) where address.family == family:
                .dnat(to: address, port: nil)
            case .addressAndPort(let address, let port) where address.family == family:
                .dnat(to: address, port: .port(port))
            case .member, .port, .address, .addressAndPort, .accept, .jump: nil
            }
        case .label, .drop: value == .member ? self : nil
        case .verdict:
            switch value {
            case .accept: .accept
            case .jump(let chain): .jump(to: chain)
            case .member, .port, .address, .addressAndPort: nil
            }
        // They look up nothing.
        case .dnatPort(.port), .dnat, .dnatPrefix, .redirect, .masquerade, .snat, .log, .accept,
            .return, .jump, .trial:
            nil
        }
    }
}

extension Selector {
    /// Demands that a part of the packet be one of these numbers, besides all else.
    ///
    /// False where nothing is left, or what is left can't be said.
    fileprivate mutating func narrow(_ field: KeyField, to numbers: ClosedRange<UInt128>) -> Bool {
        switch field {
        case .inputInterface: inputInterfaces.narrow(to: numbers)
        case .outputInterface: outputInterfaces.narrow(to: numbers)
        case .user: Self.narrow(&users, to: numbers)
        case .group: Self.narrow(&groups, to: numbers)
        case .mark: Self.narrow(&mark, to: numbers)
        case .sourceAddress(let family): narrow(\.sourceAddresses, of: family, to: numbers)
        case .destinationAddress(let family):
            narrow(\.destinationAddresses, of: family, to: numbers)
        case .transport: narrowProtocols(to: numbers)
        case .sourcePort: Self.narrow(&sourcePorts, to: numbers)
        case .destinationPort: Self.narrow(&destinationPorts, to: numbers)
        }
    }

    private mutating func narrow(
        _ part: WritableKeyPath<Selector, AddressSet?>,
        of family: IPFamily,
        to numbers: ClosedRange<UInt128>
    ) -> Bool {
        if let known = self.family, known != family { return false }
        self.family = family
        if let known = self[keyPath: part] {
            let ranges = known.ranges.filter { $0.family == family && $0.bits.overlaps(numbers) }
                .compactMap { AddressRange(family: family, bits: $0.bits.clamped(to: numbers)) }
            self[keyPath: part] = AddressSet(ranges)
            return !ranges.isEmpty
        }
        guard let range = AddressRange(family: family, bits: numbers) else { return false }
        if range != .all(of: family) { self[keyPath: part] = AddressSet([range]) }
        return true
    }

    private mutating func narrowProtocols(to numbers: ClosedRange<UInt128>) -> Bool {
        let everything = 0...KeyField.transport.highest
        if protocols.isEmpty, numbers == everything { return true }
        let all = TransportProtocol.allCases.sorted()
        // Without any, the protocols of a selector are all there are, not only those it has a word for.
        if protocols.isEmpty, numbers.lowerBound != numbers.upperBound { return false }
        protocols = (protocols.isEmpty ? all : protocols).filter {
            numbers.contains(UInt128($0.number))
        }
        return !protocols.isEmpty
    }

    private static func narrow(_ ports: inout PortSet?, to numbers: ClosedRange<UInt128>) -> Bool {
        if ports == nil, numbers == 0...KeyField.sourcePort.highest { return true }
        guard let first = Port(UInt16(clamping: max(numbers.lowerBound, 1))),
            let last = Port(UInt16(clamping: numbers.upperBound)), first <= last
        else { return false }
        let range = first...last
        ports = PortSet(
            (ports?.ranges ?? [range]).filter { $0.overlaps(range) }.map { $0.clamped(to: range) }
        )
        return ports?.ranges.isEmpty == false
    }

    private static func narrow(
        _ owners: inout IntervalSet<UInt32>?,
        to numbers: ClosedRange<UInt128>
    ) -> Bool {
        if owners == nil, numbers == 0...KeyField.user.highest { return true }
        let range = UInt32(clamping: numbers.lowerBound)...UInt32(clamping: numbers.upperBound)
        owners = IntervalSet(
            (owners?.intervals ?? [range]).filter { $0.overlaps(range) }
                .map { $0.clamped(to: range) }
        )
        return owners?.isEmpty == false
    }

    private static func narrow(
        _ mark: inout PacketMark?,
        to numbers: ClosedRange<UInt128>
    ) -> Bool {
        if numbers == 0...KeyField.mark.highest { return true }
        guard numbers.lowerBound == numbers.upperBound else { return false }
        let value = UInt32(clamping: numbers.lowerBound)
        if let known = mark, value & known.mask != known.value { return false }
        mark = PacketMark(value: value)
        return true
    }
}

extension [InterfacePattern] {
    fileprivate mutating func narrow(to numbers: ClosedRange<UInt128>) -> Bool {
        if isEmpty, numbers == 0...KeyField.inputInterface.highest { return true }
        guard numbers.lowerBound == numbers.upperBound else { return false }
        let name = KeyField.interfaceName(of: numbers.lowerBound)
        let isKnown = contains { $0.isPrefix ? name.hasPrefix($0.name) : name == $0.name }
        guard isEmpty || isKnown else { return false }
        self = [InterfacePattern(name: name)]
        return true
    }
}
