import Addressing
import Diagnostics
import PolicyModel

/// A match, or an entry of `except`, as it was written: every part with its place, as far as it
/// could be decoded.
///
/// It is large and passed on from check to check, so it is shared and not copied.
final class MatchParts {
    /// Where it is written, or nothing where the key `match` is not there.
    let span: SourceSpan?
    let family: Field<IPFamily>
    /// The protocols; nothing for `any`.
    let protocols: Field<Set<TransportProtocol>?>
    let source: EndpointParts
    let destination: EndpointParts
    let interfaces: Field<[InterfacePattern]>
    let users: Field<[ClosedRange<UInt32>]>
    let groups: Field<[ClosedRange<UInt32>]>
    let cgroups: Field<[CgroupPath]>
    let mark: Field<PacketMark>

    /// The keys that ask for the process behind a connection, with their places.
    let processKeys: [(key: MatchKey, span: SourceSpan)]

    init(
        span: SourceSpan? = nil,
        family: Field<IPFamily> = .absent,
        protocols: Field<Set<TransportProtocol>?> = .absent,
        source: EndpointParts = EndpointParts(),
        destination: EndpointParts = EndpointParts(),
        interfaces: Field<[InterfacePattern]> = .absent,
        users: Field<[ClosedRange<UInt32>]> = .absent,
        groups: Field<[ClosedRange<UInt32>]> = .absent,
        cgroups: Field<[CgroupPath]> = .absent,
        mark: Field<PacketMark> = .absent,
        processKeys: [(key: MatchKey, span: SourceSpan)] = []
    ) {
        self.span = span
        self.family = family
        self.protocols = protocols
        self.source = source
        self.destination = destination
        self.interfaces = interfaces
        self.users = users
        self.groups = groups
        self.cgroups = cgroups
        self.mark = mark
        self.processKeys = processKeys
    }

    /// The same with other protocols.
    func with(protocols: Field<Set<TransportProtocol>?>) -> MatchParts {
        MatchParts(
            span: span,
            family: family,
            protocols: protocols,
            source: source,
            destination: destination,
            interfaces: interfaces,
            users: users,
            groups: groups,
            cgroups: cgroups,
            mark: mark,
            processKeys: processKeys
        )
    }

    /// The match; it counts only if no part was rejected.
    var match: Match {
        Match(
            family: family.value,
            protocols: protocols.value ?? nil,
            source: source.endpoint,
            destination: destination.endpoint,
            interfaces: interfaces.value.map { Set($0) },
            users: users.value.map { IntervalSet($0) },
            groups: groups.value.map { IntervalSet($0) },
            cgroups: cgroups.value.map { Set($0) },
            mark: mark.value
        )
    }

    /// The place of a port that is named, that of the destination before that of the source.
    var port: SourceSpan? { destination.ports.span ?? source.ports.span }
}

/// That a match is about every protocol, also those without ports.
struct AnyProtocol {
    /// Where that is written, or nothing where no protocol is.
    let span: SourceSpan?
}

extension Field<Set<TransportProtocol>?> {
    /// Set where the protocols are known to be all there are.
    var anyProtocol: AnyProtocol? {
        switch self {
        case .absent: AnyProtocol(span: nil)
        case .given(nil, let span): AnyProtocol(span: span)
        case .given, .rejected: nil
        }
    }
}

/// One end of a connection as it was written.
struct EndpointParts {
    var addresses: Field<AddressParts> = .absent
    var ports: Field<PortSet> = .absent

    /// The family of the addresses, where all are of one.
    var onlyFamily: IPFamily? {
        guard let addresses = addresses.value, !addresses.isLocal,
            let families = addresses.set?.families, families.count == 1
        else { return nil }
        return families.first
    }

    var endpoint: Match.Endpoint {
        Match.Endpoint(
            addresses: addresses.value?.set,
            isLocal: addresses.value?.isLocal ?? false,
            ports: ports.value
        )
    }
}

/// The addresses of one end as they were written.
struct AddressParts {
    /// The addresses that are named, if any are.
    var set: AddressSet?
    /// Whether those of this machine are among them.
    var isLocal = false
}
