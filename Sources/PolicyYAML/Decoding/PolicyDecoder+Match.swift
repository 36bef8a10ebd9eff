import Addressing
import Diagnostics
import PolicyModel

/// `match`: which connections a redirect is about.
extension PolicyDecoder {
    /// The parts of a redirect's match, or nothing where there is no telling what was meant.
    mutating func match(_ redirect: Fields<RedirectKey>) -> MatchParts? {
        switch mapping(redirect, .match, as: MatchKey.self) {
        case .absent:
            return MatchParts()
        case .rejected:
            return nil
        case .given(let fields, _):
            return MatchParts(
                isWritten: true,
                family: one(fields, .family) { decoder, scalar in
                    decoder.word(scalar, .family) as IPFamily?
                },
                protocols: protocols(fields),
                source: endpoint(fields, .source),
                destination: endpoint(fields, .destination)
            )
        }
    }

    private mutating func protocols(_ fields: Fields<MatchKey>) -> Field<Set<TransportProtocol>?> {
        if case .scalar(let scalar) = fields[.protocol], scalar.text == "any" {
            return .given(nil, scalar.span)
        }
        let words: Field<[TransportProtocol]> = several(fields, .protocol) { decoder, scalar in
            if scalar.text == "any" {
                decoder.bag.report(.anyInList(scalar))
                return nil
            }
            return decoder.word(scalar, .transport)
        }
        switch words {
        case .absent: return .absent
        case .rejected: return .rejected
        case .given(let words, let place): return .given(Set(words), place)
        }
    }

    private mutating func endpoint(_ match: Fields<MatchKey>, _ key: MatchKey) -> EndpointParts {
        switch mapping(match, key, as: EndpointKey.self) {
        case .absent:
            return EndpointParts()
        case .rejected:
            return EndpointParts(addresses: .rejected, ports: .rejected)
        case .given(let fields, let place):
            if fields.mapping.entries.isEmpty { bag.report(.emptyEndpoint(key, at: place)) }
            return EndpointParts(
                addresses: several(fields, .address) { $0.addressRange($1) },
                ports: several(fields, .port) { $0.portRange($1) }
            )
        }
    }
}

extension Diagnostic {
    fileprivate static func anyInList(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .unknownWord,
            "`any` is not one protocol among others",
            at: Label(scalar.span, "expected `tcp`, `udp` or `sctp`"),
            help: "write `protocol: any`, not in a list, or name the protocols"
        )
    }

    fileprivate static func emptyEndpoint(_ key: MatchKey, at place: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyMapping,
            "`\(key.rawValue)` says nothing",
            at: Label(place, "expected `address` or `port`"),
            help: "leave `\(key.rawValue)` out if it may be anything"
        )
    }
}
