import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of `source` and `destination`.
enum EndpointKey: String, MappingKey {
    case address
    case port

    static let owner = "`source` and `destination`"

    static let rows = allCases.map(\.row)

    var row: KeyRow<EndpointParts> {
        switch self {
        case .address:
            KeyRow(
                .oneOrMore(.matchedAddress),
                example: "address: 192.0.2.0/24",
                summary: "The address at this end of the connection."
            ) { $0.addresses = EndpointDecoder($1).addresses(of: $0.end) }
        case .port:
            KeyRow(
                .oneOrMore(.matchedPort),
                example: "port: 80",
                summary: "The port at this end of the connection."
            ) { $0.ports = EndpointDecoder($1).ports(of: $0.end) }
        }
    }

    /// Addresses that a connection can come from.
    static let notLocal = """
        {pattern: '^(?!local$)', items: {pattern: '^(?!local$)', errorMessage: \(localMessage)}, \
        errorMessage: \(localMessage)}
        """

    private static let localMessage = #""a connection cannot come from `local`""#
}

/// One end of a connection in a match, as it is written.
struct EndpointParts {
    /// The two ends of a connection.
    enum End: String {
        case source
        case destination
    }

    let end: End
    var addresses: Decoded<AddressParts> = .absent
    var ports: Decoded<PortSet> = .absent
}

/// The addresses of one end, as they are written.
struct AddressParts {
    /// The addresses that are named, if any are.
    var set: AddressSet?

    /// Whether `local`, the addresses of this machine, is among them.
    var isLocal = false
}

extension EndpointParts {
    /// The end of the match; it counts only if no part was rejected.
    var endpoint: Match.Endpoint {
        Match.Endpoint(
            addresses: addresses.value?.set,
            isLocal: addresses.value?.isLocal ?? false,
            ports: ports.value
        )
    }
}

/// One value of `address` in a source or destination.
private enum AddressItem: Hashable {
    /// An address, a prefix or a range.
    case range(AddressRange)
    /// `local`: any address of this machine.
    case local
    /// The name of a list.
    case list(String)
}

/// One value of `port` in a source or destination.
private enum PortItem: Hashable {
    /// A port or a range.
    case range(ClosedRange<Port>)
    /// The name of a list.
    case list(String)
}

/// Decodes the keys of `source` and `destination`.
struct EndpointDecoder {
    private let value: KeyValue

    init(_ value: KeyValue) { self.value = value }

    /// The addresses of one end: values, names of lists and `local`.
    func addresses(of end: EndpointParts.End) -> Decoded<AddressParts> {
        let context = value.context
        let items = value.severalScalars { context.addressItem($0, of: end, in: place(of: end)) }
        guard case .given(let items, let span) = items else { return items.map { _ in .init() } }
        if items.count == 1 {
            switch items[0] {
            case .range(let range): return .given(AddressParts(set: AddressSet(range)), span)
            case .local: return .given(AddressParts(isLocal: true), span)
            // The set is shared by all that use it.
            case .list(let name):
                return .given(AddressParts(set: context.definitions.addresses[name]), span)
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
                let list = context.definitions.addresses[name]?.ranges ?? []
                guard context.canExpand(list.count, at: span) else { return .rejected }
                ranges += list
            }
        }
        parts.set = ranges.isEmpty ? nil : AddressSet(ranges)
        return .given(parts, span)
    }

    /// Where the values stand; the clients of a masquerade have no exceptions.
    private func place(of end: EndpointParts.End) -> ValuePlace {
        let key = EndpointKey(rawValue: value.name)
        return ValuePlace(
            several: value.several,
            exception: key.map { "\(end.rawValue).\($0.rawValue)" }
        )
    }

    /// The ports of one end: values and names of lists.
    func ports(of end: EndpointParts.End) -> Decoded<PortSet> {
        let context = value.context
        let items = value.severalScalars { context.portItem($0, in: place(of: end)) }
        guard case .given(let items, let span) = items else { return items.map { _ in .init([]) } }
        if items.count == 1, case .range(let range) = items[0] {
            return .given(PortSet(range), span)
        }
        var ranges: [ClosedRange<Port>] = []
        for item in items {
            switch item {
            case .range(let range): ranges.append(range)
            case .list(let name):
                guard let list = context.definitions.ports[name] else { return .rejected }
                if items.count == 1 { return .given(list, span) }
                guard context.canExpand(list.ranges.count, at: span) else { return .rejected }
                ranges += list.ranges
            }
        }
        return .given(PortSet(ranges), span)
    }
}

extension DecodingContext {
    fileprivate func addressItem(
        _ scalar: Node.Scalar,
        of end: EndpointParts.End,
        in place: @autoclosure () -> ValuePlace
    ) -> AddressItem? {
        guard ListName.hasForm(scalar.text) else {
            return read(scalar, in: place(), AddressText.range).map { .range($0) }
        }
        guard scalar.text == "local" else {
            return ListReferenceDecoder(context: self).refers(
                scalar,
                to: .addresses,
                as: .matchedAddress
            )
                ? .list(scalar.text) : nil
        }
        if end == .destination { return .local }
        bag.error(
            .localAsSource,
            "`local` cannot be where a connection comes from",
            at: scalar.span,
            "only a destination can be `local`",
            help: "connections that this machine opens are `direction: outbound`; those that "
                + "arrive from outside never come from its own addresses"
        )
        return nil
    }

    fileprivate func portItem(
        _ scalar: Node.Scalar,
        in place: @autoclosure () -> ValuePlace
    ) -> PortItem? {
        guard ListName.hasForm(scalar.text) else {
            return read(scalar, in: place(), PortText.range).map { .range($0) }
        }
        return ListReferenceDecoder(context: self).refers(scalar, to: .ports, as: .matchedPort)
            ? .list(scalar.text) : nil
    }

    /// Counts the values of a list that is used beside other values; reports the first list that is
    /// too much.
    fileprivate func canExpand(_ count: Int, at span: SourceSpan) -> Bool {
        let limit = files.limits.values
        guard expandedValues <= limit else { return false }
        expandedValues += count
        guard expandedValues > limit else { return true }
        bag.error(
            .fileTooLarge,
            "lists with names add up to more than \(limit) values where they are used",
            at: span,
            "the limit is exceeded here",
            help: "a list that is used alone, without other values, adds nothing"
        )
        return false
    }
}
