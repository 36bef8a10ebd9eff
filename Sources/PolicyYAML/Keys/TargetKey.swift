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

    var row: KeyRow<ToParts> {
        switch self {
        case .address:
            KeyRow(
                .one(.address),
                example: "address: 192.0.2.10",
                summary: "The address that the connections go to."
            ) { $0.fields.address = $1.address(for: .target) }
        case .port:
            KeyRow(
                .one(.targetPort),
                example: "port: 8080",
                summary:
                    "The port that they go to; a range moves each port of the match to its partner."
            ) { $0.fields.ports = $1.ports(for: .target) }
        case .local:
            KeyRow(
                .one(.targetLocal),
                example: "local: 8080",
                summary: "This machine, on another port, or with `true` on the same."
            ) { $0.fields.local = $1.local(for: .target) }
        case .balance:
            KeyRow(
                .one(.balance),
                example: "balance: round-robin",
                summary: "How one of the `targets` is chosen for each connection."
            ) { $0.method = $1.balanceMethod() }
        case .targets:
            KeyRow(
                .list(of: ShareKey.self),
                example: "targets: [{address: 192.0.2.10}, {local: 8080}]",
                summary: "The targets that share the connections."
            ) { $0.shares = $1.shares() }
        }
    }

    static let rules = """
        - if: {required: [local]}
          then: {properties: {address: false, port: false, balance: false, targets: false}}
        - if: {anyOf: [{required: [balance]}, {required: [targets]}]}
          then: {required: [balance, targets], properties: {address: false, port: false}}
        """

    /// A target that changes the port.
    static let namesPort = """
        {anyOf: [\(ShareKey.namesPort), \
        {required: [targets], properties: {targets: {contains: \(ShareKey.namesPort)}}}]}
        """

    /// A target to which the ports of the match are shifted.
    static let namesRange = """
        {anyOf: [{required: [port], properties: {port: \(range)}}, \
        {required: [local], properties: {local: \(range)}}]}
        """

    /// A target for which connections do not leave this machine.
    static let isThisMachine = """
        {anyOf: [{required: [local]}, {required: [targets], \
        properties: {targets: {type: array, items: {required: [local]}}}}]}
        """

    private static let range = #"{type: string, pattern: '^([0-9]+)-(?!\1$)'}"#
}

/// The keys of an entry of `targets`.
enum ShareKey: String, MappingKey {
    case address
    case port
    case local
    case weight

    static let owner = "an entry of `targets`"

    var row: KeyRow<ShareParts> {
        switch self {
        case .address:
            KeyRow(
                .one(.address),
                example: "address: 192.0.2.10",
                summary: "The address that its connections go to."
            ) { $0.fields.address = $1.address(for: .target) }
        case .port:
            KeyRow(
                .one(.port),
                example: "port: 8080",
                summary: "The port that they go to."
            ) { $0.fields.ports = $1.ports(for: .share) }
        case .local:
            KeyRow(
                .one(.localPort),
                example: "local: 8080",
                summary: "This machine, on another port, or with `true` on the same."
            ) { $0.fields.local = $1.local(for: .share) }
        case .weight:
            KeyRow(
                .one(.weight),
                example: "weight: 2",
                summary:
                    "Its part of the connections, in relation to the weights of the others.",
                default: "1"
            ) { $0.weight = $1.one(NumberText.weight) }
        }
    }

    static let rules = """
        - anyOf: [{required: [address]}, {required: [port]}, {required: [local]}]
        - if: {required: [local]}
          then: {properties: {address: false, port: false}}
        """

    /// An entry that changes the port.
    fileprivate static let namesPort = """
        {anyOf: [{required: [port]}, \
        {required: [local], properties: {local: {not: {enum: [true, "true"]}}}}]}
        """
}

/// The keys `address`, `port` and `local`, which name one target, as they are written.
struct TargetFields {
    var address: Decoded<IPAddress> = .absent
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

/// An entry of `targets` as it is written.
struct ShareParts {
    var fields = TargetFields()
    var weight: Decoded<UInt32> = .absent
}

/// A target that was decoded.
struct TargetParts {
    /// The new address, if it changes.
    var address: Decoded<IPAddress> = .absent

    /// The new ports, if they change: one, or the range that ports are shifted to.
    var ports: Decoded<ClosedRange<Port>> = .absent

    /// The span of `local`, if the target is this machine.
    var local: SourceSpan?

    /// The target with the new port.
    func target(_ port: NewPort?) -> Target? {
        if local != nil { return .local(port: port) }
        if let address = address.value { return .address(address, port: port) }
        return port.map { .port($0) }
    }

    /// The target of a share, whose port is one and never shifted.
    var share: Target? { target(ports.value.map { .one($0.lowerBound) }) }
}

/// A balance that was decoded.
struct BalanceParts {
    /// An entry of its `targets`.
    struct Share {
        let target: TargetParts
        let weight: UInt32
        let span: SourceSpan
    }

    let method: Balance.Method
    let shares: [Share]

    var balance: Balance {
        let shares = shares.compactMap { share in
            share.target.share.map { Balance.Share(target: $0, weight: share.weight) }
        }
        return Balance(method: method, shares: shares)
    }
}

extension DecodedMapping {
    /// The target that `address`, `port` and `local` name together; `absent` if they name none.
    fileprivate func target(
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

// MARK: - `to`

extension KeyValue {
    /// The target or the balance of `to`.
    func target() -> Decoded<DecisionParts> {
        guard case .given(let to, let span) = mapping(TargetKey.self, into: ToParts()) else {
            return .rejected
        }
        let target = to.target(to.parts.fields, .address, .port, .local, context)
        let balance = balance(to)
        if let balanced = to.firstSpan(of: .balance, .targets) {
            guard let other = to.firstSpan(of: .address, .port, .local) else {
                return balance.map { .balance($0) }
            }
            context.reportContradiction(
                .ambiguousTarget,
                "the target is one place and several at once",
                other,
                balanced,
                help: "with `balance`, `address`, `port` and `local` stand in the entries of "
                    + "`targets`"
            )
            return .rejected
        }
        guard case .absent = target else { return target.map { .target($0) } }
        // An unknown key has been reported, and is probably what was meant.
        if to.isEmpty {
            context.bag.error(
                .incompleteTarget,
                "the target says nothing",
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
                "this says how, and not where to",
                help: "add `\(TargetKey.targets.example)`"
            )
        case (.absent, _):
            guard let span = to.span(of: .targets) else { return .rejected }
            context.bag.error(
                .incompleteTarget,
                "`targets` has no `balance`",
                at: span,
                "how connections are shared among these is not said",
                help: "add `balance` with \(Grammar.balance.expectation)"
            )
        case (.given, .rejected), (.rejected, .given), (.rejected, .rejected): break
        }
        return .rejected
    }

    fileprivate func balanceMethod() -> Decoded<Balance.Method> {
        one { text throws(ValueProblem) in try WordText.word(text, "a way to balance") }
    }

    // MARK: - `targets`

    fileprivate func shares() -> Decoded<[BalanceParts.Share]> {
        guard let list = list() else { return .rejected }
        if list.items.isEmpty {
            context.bag.error(
                .emptyList,
                "the list behind `targets` is empty",
                at: list.span,
                "there is nowhere to go",
                help: "write at least one target; to leave connections alone write `bypass: true` "
                    + "instead of `to`"
            )
        }
        let shares = list.items.compactMap { share($0) }
        guard !shares.isEmpty, shares.count == list.items.count else { return .rejected }
        checkTwice(shares)
        checkSum(shares)
        return .given(shares, list.span)
    }

    private func share(_ node: Node) -> BalanceParts.Share? {
        let mapping = DecodedMapping<ShareKey>(node, ShareKey.owner, into: ShareParts(), context)
        guard let mapping else { return nil }
        let target = mapping.target(mapping.parts.fields, .address, .port, .local, context)
        let weight = mapping.parts.weight
        // An unknown key has been reported, and is probably what was meant.
        if case .absent = target,
            mapping.mapping.entries.allSatisfy({ $0.key.text == ShareKey.weight.rawValue })
        {
            context.bag.error(
                .incompleteTarget,
                "an entry of `targets` names no target",
                at: node.head,
                "expected `port`, `address`, both, or `local`",
                help: "for example `{address: 192.0.2.10, port: 8080}`"
            )
        }
        guard let target = target.value, !weight.isRejected else { return nil }
        return BalanceParts.Share(target: target, weight: weight.value ?? 1, span: node.head)
    }

    private func checkTwice(_ shares: [BalanceParts.Share]) {
        var first: [Target: BalanceParts.Share] = [:]
        for share in shares {
            guard let target = share.target.share else { continue }
            guard let known = first[target] else {
                first[target] = share
                continue
            }
            context.bag.warning(
                .duplicateValue,
                "the same target is there twice in the list behind `targets`",
                at: share.span,
                "here again",
                related: [.init(known.span, "first here")],
                help: "keep one of them, with `weight: \(share.weight + known.weight)` for what "
                    + "both get"
            )
        }
    }

    /// Reports weights whose sum is too large: the kernel counts up to it in 32 bits.
    private func checkSum(_ shares: [BalanceParts.Share]) {
        var sum: UInt32 = 0
        for share in shares {
            let (next, isTooMuch) = sum.addingReportingOverflow(share.weight)
            guard !isTooMuch else {
                context.bag.error(
                    .invalidWeight,
                    "the weights add up to more than \(UInt32.max)",
                    at: share.span,
                    "with this one it becomes too much",
                    help: "divide all weights by the same number"
                )
                return
            }
            sum = next
        }
    }
}
