import Addressing
import Diagnostics
import PolicyModel

/// A match, or an entry of `except`, as it was written: every part with its place, as far as it
/// could be decoded.
struct MatchParts {
    /// Where it is written, or nothing where the key `match` is not there.
    var place: SourceSpan?
    var family: Field<IPFamily> = .absent
    /// The protocols; nothing for `any`.
    var protocols: Field<Set<TransportProtocol>?> = .absent
    var source = EndpointParts()
    var destination = EndpointParts()
    var interfaces: Field<[InterfacePattern]> = .absent
    var users: Field<[ClosedRange<UInt32>]> = .absent
    var groups: Field<[ClosedRange<UInt32>]> = .absent
    var cgroups: Field<[CgroupPath]> = .absent
    var mark: Field<PacketMark> = .absent

    /// The keys that ask for the process behind a connection, with their places.
    var processKeys: [(key: MatchKey, place: SourceSpan)] = []

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
    var port: SourceSpan? { destination.ports.place ?? source.ports.place }
}

/// That a match is about every protocol, also those without ports.
struct AnyProtocol {
    /// Where that is written, or nothing where no protocol is.
    let place: SourceSpan?
}

extension Field<Set<TransportProtocol>?> {
    /// Set where the protocols are known to be all there are.
    var anyProtocol: AnyProtocol? {
        switch self {
        case .absent: AnyProtocol(place: nil)
        case .given(nil, let place): AnyProtocol(place: place)
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
