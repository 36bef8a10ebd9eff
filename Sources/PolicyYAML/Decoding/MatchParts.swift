import Addressing
import Diagnostics
import PolicyModel

/// A match as it was written: every part with its place, as far as it could be decoded.
struct MatchParts {
    /// Whether the key `match` is there.
    var isWritten = false
    var family: Field<IPFamily> = .absent
    /// The protocols; nothing for `any`.
    var protocols: Field<Set<TransportProtocol>?> = .absent
    var source = EndpointParts()
    var destination = EndpointParts()

    /// The match; it counts only if no part was rejected.
    var match: Match {
        Match(
            family: family.value,
            protocols: protocols.value ?? nil,
            source: source.endpoint,
            destination: destination.endpoint
        )
    }
}

/// One end of a connection as it was written.
struct EndpointParts {
    var addresses: Field<[AddressRange]> = .absent
    var ports: Field<[ClosedRange<Port>]> = .absent

    /// The family of the addresses, where all are of one.
    var onlyFamily: IPFamily? {
        guard let ranges = addresses.value, let family = ranges.first?.family else { return nil }
        return ranges.allSatisfy { $0.family == family } ? family : nil
    }

    var endpoint: Match.Endpoint {
        Match.Endpoint(
            addresses: addresses.value.map { AddressSet($0) },
            ports: ports.value.map { PortSet($0) }
        )
    }
}

/// A target as it was written.
struct TargetParts {
    let target: Target
    var address: SourceSpan?
    var port: SourceSpan?
}
