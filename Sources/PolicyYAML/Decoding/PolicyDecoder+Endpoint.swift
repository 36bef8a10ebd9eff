import Addressing
import Diagnostics

/// The addresses and ports of one end of a connection: values, and names of lists of them.
extension PolicyDecoder {
    /// A value behind the `address` of a source or destination.
    mutating func addressItem(_ scalar: Node.Scalar, of end: MatchKey) -> AddressItem? {
        guard DefinitionName.hasForm(scalar.text) else {
            return addressRange(scalar).map { .range($0) }
        }
        guard scalar.text == "local" else {
            return refers(scalar, to: .addresses, as: .matchedAddress) ? .list(scalar.text) : nil
        }
        if end == .destination { return .local }
        bag.report(.localAsSource(scalar))
        return nil
    }

    /// A value behind the `port` of a source or destination.
    mutating func portItem(_ scalar: Node.Scalar) -> PortItem? {
        guard DefinitionName.hasForm(scalar.text) else {
            return portRange(scalar).map { .range($0) }
        }
        return refers(scalar, to: .ports, as: .matchedPort) ? .list(scalar.text) : nil
    }

    /// The addresses that values stand for together.
    mutating func addressParts(_ items: Field<[AddressItem]>) -> Field<AddressParts> {
        guard case .given(let items, let span) = items else { return items.map { _ in .init() } }
        if items.count == 1 {
            switch items[0] {
            case .range(let range): return .given(AddressParts(set: AddressSet(range)), span)
            case .local: return .given(AddressParts(isLocal: true), span)
            // It is shared by all that use it.
            case .list(let name):
                return .given(AddressParts(set: definitions.addresses[name]), span)
            }
        }
        var parts = AddressParts()
        var ranges: [AddressRange] = []
        ranges.reserveCapacity(items.count)
        for item in items {
            switch item {
            case .range(let range): ranges.append(range)
            case .local: parts.isLocal = true
            case .list(let name):
                let list = definitions.addresses[name]?.ranges ?? []
                guard canExpand(list.count, at: span) else { return .rejected }
                ranges += list
            }
        }
        parts.set = ranges.isEmpty ? nil : AddressSet(ranges)
        return .given(parts, span)
    }

    /// The ports that values stand for together.
    mutating func portSet(_ items: Field<[PortItem]>) -> Field<PortSet> {
        guard case .given(let items, let span) = items else { return items.map { _ in .init([]) } }
        if items.count == 1, case .range(let range) = items[0] {
            return .given(PortSet(range), span)
        }
        var ranges: [ClosedRange<Port>] = []
        for item in items {
            switch item {
            case .range(let range): ranges.append(range)
            case .list(let name):
                guard let list = definitions.ports[name] else { return .rejected }
                if items.count == 1 { return .given(list, span) }
                guard canExpand(list.ranges.count, at: span) else { return .rejected }
                ranges += list.ranges
            }
        }
        return .given(PortSet(ranges), span)
    }

    /// Counts what a list adds where it stands beside other values; reports the first that is too
    /// much.
    private mutating func canExpand(_ count: Int, at span: SourceSpan) -> Bool {
        let limit = texts.limits.values
        guard expandedValues <= limit else { return false }
        expandedValues += count
        guard expandedValues > limit else { return true }
        bag.report(.tooManyExpanded(limit, at: span))
        return false
    }
}

extension Diagnostic {
    fileprivate static func localAsSource(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .localAsSource,
            "`local` cannot be where a connection comes from",
            at: Label(scalar.span, "only a destination can be `local`"),
            help: "connections that this machine opens are `direction: outbound`; those that "
                + "arrive from outside never come from its own addresses"
        )
    }

    fileprivate static func tooManyExpanded(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .fileTooLarge,
            "lists with names add up to more than \(limit) values where they are used",
            at: Label(span, "here it becomes too much"),
            help: "a list that stands alone, and not beside other values, adds nothing"
        )
    }
}
