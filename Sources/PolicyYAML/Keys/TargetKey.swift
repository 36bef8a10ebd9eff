import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of `to`.
enum TargetKey: String, MappingKey {
    case address
    case port
    case local
    case balance
    case targets

    static let owner = "`to`"

    static let rows = allCases.map(\.row)

    var row: KeyRow<ToParts> {
        switch self {
        case .address:
            KeyRow(
                .one(.targetAddress),
                example: "address: 192.0.2.10",
                summary:
                    """
                    The address that the connections go to; a prefix moves each address of the match \
                    to its partner.
                    """
            ) { $0.fields.address = TargetValueDecoder($1).targetAddress() }
        case .port:
            KeyRow(
                .one(.targetPort),
                example: "port: 8080",
                summary:
                    "The port that they go to; a range moves each port of the match to its partner."
            ) { $0.fields.ports = TargetValueDecoder($1).ports(for: .target) }
        case .local:
            KeyRow(
                .one(.targetLocal),
                example: "local: 8080",
                summary: "This machine, on another port, or with `true` on the same."
            ) { $0.fields.local = TargetValueDecoder($1).local(for: .target) }
        case .balance:
            KeyRow(
                .one(.balance),
                example: "balance: round-robin",
                summary: "How one of the `targets` is chosen for each connection."
            ) { $0.method = $1.one(WordText.balanceMethod) }
        case .targets:
            KeyRow(
                .list(of: ShareKey.self),
                example: "targets: [{address: 192.0.2.10}, {local: 8080}]",
                summary: "The targets that share the connections."
            ) { $0.shares = BalanceDecoder($1).shares() }
        }
    }

    static let rules = """
        - if: {required: [local]}
          then: {properties: {address: false, port: false, balance: false, targets: false}}
        - if: {anyOf: [{required: [balance]}, {required: [targets]}]}
          then: {required: [balance, targets], properties: {address: false, port: false}}
        - if: {required: [address], properties: {address: \(text(SchemaPattern.prefix))}}
          then: {properties: {port: false}}
        """

    /// A target that changes the port.
    static let namesPort = """
        {anyOf: [{type: object, anyOf: [\(ShareKey.namesPort), \
        {required: [targets], properties: {targets: {contains: \(ShareKey.namesPort)}}}]}, \
        \(text(SchemaPattern.targetWithPort))]}
        """

    /// A target to which the ports of the match are shifted.
    static let namesRange = """
        {anyOf: [{type: object, anyOf: [{required: [port], properties: {port: \(range)}}, \
        {required: [local], properties: {local: \(range)}}]}, \
        \(text(SchemaPattern.targetWithRange))]}
        """

    /// A target to which the addresses of the match are moved.
    static let namesPrefix = """
        {anyOf: [{type: object, required: [address], \
        properties: {address: \(text(SchemaPattern.prefix))}}, \(text(SchemaPattern.prefix))]}
        """

    /// A target for which connections do not leave this machine.
    static let isThisMachine = """
        {anyOf: [{type: object, anyOf: [{required: [local]}, {required: [targets], \
        properties: {targets: {type: array, items: {required: [local]}}}}]}, \
        \(text("local(:.*)?"))]}
        """

    /// A target in one text.
    private static func text(_ pattern: String) -> String {
        "{type: string, pattern: '^\(pattern)$'}"
    }

    private static let range = #"{type: string, pattern: '^([0-9]+)-(?!\1$)'}"#
}

/// The keys `address`, `port` and `local`, which name one target, as they are written.
struct TargetFields {
    var address: Decoded<TargetAddress> = .absent
    var ports: Decoded<ClosedRange<Port>> = .absent
    /// The ports of this machine; `nil` for `true`, which keeps the port.
    var local: Decoded<ClosedRange<Port>?> = .absent
}

/// The mapping `to` as it is written.
struct ToParts {
    var fields = TargetFields()
    var method: Decoded<Balance.Method> = .absent
    var shares: Decoded<[BalanceParts.Share]> = .absent
}

/// A target that was decoded.
struct TargetParts {
    /// Whether it is written in one text.
    var isText = false

    /// The new address, if it changes.
    var address: Decoded<TargetAddress> = .absent

    /// The new ports, if they change: one, or the range that ports are shifted to.
    var ports: Decoded<ClosedRange<Port>> = .absent

    /// The span of `local`, if the target is this machine.
    var local: SourceSpan?

    /// The target with the new port; `nil` if its address is a prefix, which the match decides about, too.
    func target(_ port: NewPort?) -> Target? {
        if local != nil { return .local(port: port) }
        switch address.value {
        case .one(let address)?: return .address(address, port: port)
        case .prefix?: return nil
        case nil: break
        }
        return port.map { .port($0) }
    }

    /// The target of a share, whose port is one and never shifted.
    var share: Target? { target(ports.value.map { .one($0.lowerBound) }) }
}

extension DecodedMapping {
    /// The target that `address`, `port` and `local` name together; `absent` if they name none.
    func target(
        _ fields: TargetFields,
        _ addressKey: Key,
        _ portKey: Key,
        _ localKey: Key,
        _ context: DecodingContext
    ) -> Decoded<TargetParts> {
        if let local = span(of: localKey), let other = firstSpan(of: addressKey, portKey) {
            let (first, last) = local.start < other.start ? (local, other) : (other, local)
            context.bag.error(
                .ambiguousTarget,
                "the target is this machine and something else at once",
                at: last,
                "this names another target",
                related: [.init(first, "this names one")],
                help: fields.ports.value.map {
                    "for this machine write `local: \(PortSet.text(of: $0))` alone"
                } ?? "keep `local`, or `address` and `port`"
            )
            return .rejected
        }
        switch (fields.address, fields.ports, fields.local) {
        case (.rejected, _, _), (_, .rejected, _), (_, _, .rejected):
            return .rejected
        case (.absent, .absent, .absent):
            return .absent
        case (_, _, .given(let ports, let written)):
            let ports = ports.map { Decoded.given($0, written) } ?? .absent
            return .given(TargetParts(ports: ports, local: written), mapping.span)
        default:
            return .given(TargetParts(address: fields.address, ports: fields.ports), mapping.span)
        }
    }
}

/// Decodes `to`.
struct TargetDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The target or the balance of `to`.
    func target() -> Decoded<DecisionParts> {
        if case .scalar(let scalar) = value.node, !scalar.isNull {
            let target = TargetTextDecoder(context: context).target(scalar)
            return target.map { .given(.target($0), scalar.span) } ?? .rejected
        }
        guard case .given(let to, let span) = value.mapping(TargetKey.self, into: ToParts()) else {
            return .rejected
        }
        let target = to.target(to.parts.fields, .address, .port, .local, context)
        if let balanced = to.firstSpan(of: .balance, .targets) {
            let balance = balance(to)
            guard let other = to.firstSpan(of: .address, .port, .local) else {
                return balance.map { .balance($0) }
            }
            context.bag.contradiction(
                .ambiguousTarget,
                "the target is one place and several at once",
                other,
                balanced,
                help: "with `balance`, `address`, `port` and `local` belong in the entries of "
                    + "`targets`"
            )
            return .rejected
        }
        guard case .absent = target else { return target.map { .target($0) } }
        // An unknown key has been reported, and is probably what was meant.
        if to.isEmpty {
            context.bag.error(
                .incompleteTarget,
                "the target is empty",
                at: span,
                "expected `port`, `address`, both, `local`, or `balance`",
                help: "`{port: 8080}` changes the port, `{address: 192.0.2.10}` the address, "
                    + "`{local: 8080}` goes to this machine"
            )
        }
        return .rejected
    }

    private func balance(_ to: DecodedMapping<TargetKey>) -> Decoded<BalanceParts> {
        switch (to.parts.method, to.parts.shares) {
        case (.given(let method, _), .given(let shares, let span)):
            return .given(BalanceParts(method: method, shares: shares), span)
        case (.absent, .absent):
            return .absent
        case (_, .absent):
            guard let span = to.span(of: .balance) else { return .rejected }
            context.bag.error(
                .incompleteTarget,
                "`balance` has no `targets`",
                at: span,
                "this does not say where connections go",
                help: "add `\(TargetKey.targets.example)`"
            )
        case (.absent, _):
            guard let span = to.span(of: .targets) else { return .rejected }
            context.bag.error(
                .incompleteTarget,
                "`targets` has no `balance`",
                at: span,
                "this does not say how connections are shared",
                help: "add `balance` with \(Grammar.balance.expectation)"
            )
        case (.given, .rejected), (.rejected, .given), (.rejected, .rejected): break
        }
        return .rejected
    }
}
