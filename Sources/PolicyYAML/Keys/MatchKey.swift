import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of `match`, and of an entry of `except`.
enum MatchKey: String, MappingKey {
    case family
    case `protocol`
    case source
    case destination
    case interface
    case user
    case group
    case cgroup
    case mark
    case dscp

    static let owner = "`match`"

    static let rows: [KeyRow<MatchParts>] = allCases.map(\.row)

    var row: KeyRow<MatchParts> {
        switch self {
        case .family:
            KeyRow(
                .one(.family),
                example: "family: ipv4",
                summary: "The address family; left out, any that the addresses allow."
            ) { $0.family = $1.one(WordText.family) }
        case .protocol:
            KeyRow(
                .oneOrMore(.transport),
                example: "protocol: tcp",
                summary:
                    "The transport protocol; `any` is every protocol, also those without ports.",
                default: "any"
            ) { $0.protocols = MatchDecoder($1).protocols() }
        case .source:
            KeyRow(
                .mapping(EndpointKey.self),
                example: "source: {address: 192.0.2.0/24}",
                summary: "Where the connection comes from."
            ) { $0.source = MatchDecoder($1).endpoint(.source) }
        case .destination:
            KeyRow(
                .mapping(EndpointKey.self),
                example: "destination: {port: 80}",
                summary: "Where the connection was sent."
            ) { $0.destination = MatchDecoder($1).endpoint(.destination) }
        case .interface:
            KeyRow(
                .oneOrMore(.matchedInterface),
                example: "interface: eth0",
                summary: "The interface that it arrives on (inbound) or leaves by (outbound)."
            ) { $0.interfaces = MatchDecoder($1).interfaces() }
        case .user:
            KeyRow(
                .oneOrMore(.user),
                example: "user: 1000",
                summary: "The user whose process opens it (outbound only)."
            ) {
                $0.processKeys.append(.init(.user, $1.keySpan))
                $0.users = $1.several($1.context.accounts.users)
            }
        case .group:
            KeyRow(
                .oneOrMore(.group),
                example: "group: 1000",
                summary: "The group of the process that opens it (outbound only)."
            ) {
                $0.processKeys.append(.init(.group, $1.keySpan))
                $0.groups = $1.several($1.context.accounts.groups)
            }
        case .cgroup:
            KeyRow(
                .oneOrMore(.cgroup),
                example: "cgroup: system.slice/nginx.service",
                summary: "The control group of the process that opens it (outbound only)."
            ) {
                $0.processKeys.append(.init(.cgroup, $1.keySpan))
                $0.cgroups = $1.severalScalars($1.context.cgroup)
            }
        case .mark:
            KeyRow(
                .one(.mark),
                example: "mark: 0x10",
                summary:
                    "The mark of its first packet; with a mask, only the bits in the mask count."
            ) { $0.mark = $1.one(NumberText.mark) }
        case .dscp:
            KeyRow(
                .oneOrMore(.codePoint),
                example: "dscp: ef",
                summary: "The differentiated services code point of its first packet."
            ) { $0.dscp = $1.several(CodePointText.codePoint) }
        }
    }

    static let rules = """
        - if: \(namesPort)
          then: {properties: {protocol: \(notAny)}}
        - properties: {source: {properties: {address: \(EndpointKey.notLocal)}}}
        """

    /// A match that names a port.
    static let namesPort = """
        {anyOf: [{required: [source], properties: {source: {required: [port]}}}, \
        {required: [destination], properties: {destination: {required: [port]}}}]}
        """

    /// A match that asks for no process.
    static let ofNobody = "{properties: {user: false, group: false, cgroup: false}}"

    /// Protocols that have ports.
    static let notAny = "{pattern: '^(?!any$)', errorMessage: \(portMessage)}"

    static let portMessage = #""a port needs a `protocol`: only tcp, udp and sctp have ports""#
}

/// A match, or an entry of `except`, as it is written: every part with its span.
///
/// It is large and passed on from check to check, so it is shared and not copied.
final class MatchParts {
    /// A key that asks for the process of a connection.
    struct ProcessKey {
        let key: MatchKey
        let span: SourceSpan

        init(_ key: MatchKey, _ span: SourceSpan) { (self.key, self.span) = (key, span) }
    }

    /// The span of the match, or `nil` if the key `match` is missing.
    var span: SourceSpan?

    /// Whether it is written in one text, as `connection`.
    var isText = false
    var family: Decoded<IPFamily> = .absent
    /// The protocols; `nil` for `any`.
    var protocols: Decoded<Set<TransportProtocol>?> = .absent
    var source = EndpointParts(end: .source)
    var destination = EndpointParts(end: .destination)
    var interfaces: Decoded<[InterfacePattern]> = .absent
    var users: Decoded<[ClosedRange<UInt32>]> = .absent
    var groups: Decoded<[ClosedRange<UInt32>]> = .absent
    var cgroups: Decoded<[CgroupPath]> = .absent
    var mark: Decoded<PacketMark> = .absent
    var dscp: Decoded<[CodePoint]> = .absent
    var processKeys: [ProcessKey] = []

    /// The match; it counts only if no part was rejected.
    var match: Match {
        var match = Match()
        for key in MatchKey.allCases {
            switch key {
            case .family: match.family = family.value
            case .protocol: match.protocols = protocols.value ?? nil
            case .source: match.source = source.endpoint
            case .destination: match.destination = destination.endpoint
            case .interface: match.interfaces = interfaces.value.map { Set($0) }
            case .user: match.users = users.value.map { IntervalSet($0) }
            case .group: match.groups = groups.value.map { IntervalSet($0) }
            case .cgroup: match.cgroups = cgroups.value.map { Set($0) }
            case .mark: match.mark = mark.value
            case .dscp: match.dscp = dscp.value.map { Set($0) }
            }
        }
        return match
    }

    /// The span of a port that is named, that of the destination before that of the source.
    var port: SourceSpan? { destination.ports.span ?? source.ports.span }

    /// Whether the match is about every protocol, also those without ports.
    var isAnyProtocol: Bool {
        switch protocols {
        case .absent, .given(nil, _): true
        case .given, .rejected: false
        }
    }

    /// Gives an exception that names ports, and no protocol of its own, the protocols of the match.
    func inheritProtocols(from match: MatchParts?) {
        guard case .absent = protocols, port != nil, let match,
            case .given(.some, _) = match.protocols
        else { return }
        protocols = match.protocols
    }
}

/// Decodes `match` and `except`, and their keys.
struct MatchDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The parts of `match`, or `nil` if the value is none.
    func match() -> MatchParts? {
        let parts = MatchParts()
        guard case .given(_, let span) = value.mapping(MatchKey.self, into: parts) else {
            return nil
        }
        parts.span = span
        return parts
    }

    /// The entries of `except` that could be decoded.
    func exceptions() -> [MatchParts] {
        guard let list = value.list() else { return [] }
        if list.items.isEmpty {
            context.bag.error(
                .emptyList,
                "the list of `except` is empty",
                at: list.span,
                "an empty list excepts nothing",
                help: "write at least one exception, or leave `except` out"
            )
        }
        return list.items.compactMap { exception($0) }
    }

    private func exception(_ node: Node) -> MatchParts? {
        let parts = MatchParts()
        parts.span = node.head
        let mapping = DecodedMapping<MatchKey>(node, "an entry of `except`", into: parts, context)
        guard let mapping else { return nil }
        if mapping.isEmpty {
            context.bag.error(
                .emptyMapping,
                "an entry of `except` is empty",
                at: node.span,
                "this would except every connection",
                help: "name what is excepted, for example `{destination: {address: 127.0.0.0/8}}`"
            )
        }
        return parts
    }

    /// The protocols; `nil` for `any`.
    func protocols() -> Decoded<Set<TransportProtocol>?> {
        if case .scalar(let scalar) = value.node, scalar.text == "any" {
            return .given(nil, scalar.span)
        }
        return value.several(WordText.transport).map { context.protocolSets.set(of: $0) }
    }

    /// The interfaces; a name is that of a list if there is one, and of an interface otherwise.
    func interfaces() -> Decoded<[InterfacePattern]> {
        let lists = value.severalScalars { scalar -> [InterfacePattern]? in
            guard context.definitions.state(of: scalar.text, .interfaces) != .absent else {
                return value.read(scalar, InterfaceText.pattern).map { [$0] }
            }
            context.definitions.use(scalar.text, .interfaces)
            return context.definitions.interfaces[scalar.text]
        }
        return lists.map { $0.flatMap(\.self) }
    }

    /// One end of the connection.
    func endpoint(_ end: EndpointParts.End) -> EndpointParts {
        switch value.mapping(EndpointKey.self, into: EndpointParts(end: end)) {
        case .absent, .rejected:
            return EndpointParts(end: end, addresses: .rejected, ports: .rejected)
        case .given(let mapping, let span):
            if mapping.isEmpty {
                context.bag.error(
                    .emptyMapping,
                    "`\(value.name)` is empty",
                    at: span,
                    "expected `address` or `port`",
                    help: "leave `\(value.name)` out if it may be anything"
                )
            }
            return mapping.parts
        }
    }
}
