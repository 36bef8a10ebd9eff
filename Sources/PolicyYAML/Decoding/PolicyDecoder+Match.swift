import Addressing
import Diagnostics
import PolicyModel

/// `match` and `except`: which connections a redirect is about.
extension PolicyDecoder {
    /// The parts of a redirect's match, or nothing where there is no telling what was meant.
    mutating func match(_ redirect: Fields<RedirectKey>) -> MatchParts? {
        switch mapping(redirect, .match, as: MatchKey.self) {
        case .absent: MatchParts()
        case .rejected: nil
        case .given(let fields, let span): parts(fields, at: span)
        }
    }

    /// The entries of a redirect's `except`, as far as they could be decoded.
    mutating func exceptions(_ redirect: Fields<RedirectKey>) -> [MatchParts] {
        guard let node = redirect[.except] else { return [] }
        guard case .list(let list) = node else {
            reportKind(of: node, for: RedirectKey.except)
            return []
        }
        if list.items.isEmpty { bag.report(.emptyExcept(at: list.span)) }
        return list.items.compactMap { item in
            let fields = fields(of: item, MatchKey.self, expecting: "an entry of `except`")
            guard let fields else { return nil }
            if fields.mapping.entries.isEmpty { bag.report(.emptyException(at: item.span)) }
            return parts(fields, at: item.head)
        }
    }

    private mutating func parts(_ fields: Fields<MatchKey>, at span: SourceSpan) -> MatchParts {
        MatchParts(
            span: span,
            family: one(fields, .family) { decoder, scalar in
                decoder.word(scalar, .family) as IPFamily?
            },
            protocols: protocols(fields),
            source: endpoint(fields, .source),
            destination: endpoint(fields, .destination),
            interfaces: several(fields, .interface) { $0.interface($1) },
            users: several(fields, .user) { $0.ids(of: .user, $1) },
            groups: several(fields, .group) { $0.ids(of: .group, $1) },
            cgroups: several(fields, .cgroup) { $0.cgroup($1) },
            mark: one(fields, .mark) { $0.mark($1) },
            processKeys: [.user, .group, .cgroup].compactMap { key in
                fields.span(of: key).map { (key, $0) }
            }
        )
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
        return words.map { protocolSets.set(of: $0) }
    }

    private mutating func endpoint(_ match: Fields<MatchKey>, _ key: MatchKey) -> EndpointParts {
        switch mapping(match, key, as: EndpointKey.self) {
        case .absent:
            return EndpointParts()
        case .rejected:
            return EndpointParts(addresses: .rejected, ports: .rejected)
        case .given(let fields, let span):
            if fields.mapping.entries.isEmpty { bag.report(.emptyEndpoint(key, at: span)) }
            return EndpointParts(
                addresses: addressParts(
                    several(fields, .address) { $0.addressItem($1, of: key) }
                ),
                ports: portSet(several(fields, .port) { $0.portItem($1) })
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

    fileprivate static func emptyEndpoint(_ key: MatchKey, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyMapping,
            "`\(key.rawValue)` says nothing",
            at: Label(span, "expected `address` or `port`"),
            help: "leave `\(key.rawValue)` out if it may be anything"
        )
    }

    fileprivate static func emptyExcept(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyList,
            "the list behind `except` is empty",
            at: Label(span, "an empty list excepts nothing"),
            help: "write at least one exception, or leave `except` out"
        )
    }

    fileprivate static func emptyException(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyMapping,
            "an entry of `except` says nothing",
            at: Label(span, "this would except every connection"),
            help: "name what is excepted, for example `{destination: {address: 127.0.0.0/8}}`"
        )
    }
}
