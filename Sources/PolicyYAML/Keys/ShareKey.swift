import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of an entry of `targets`.
enum ShareKey: String, MappingKey {
    case address
    case port
    case local
    case weight

    static let owner = "an entry of `targets`"

    static let rows = allCases.map(\.row)

    var row: KeyRow<ShareParts> {
        switch self {
        case .address:
            KeyRow(
                .one(.address),
                example: "address: 192.0.2.10",
                summary: "The address that its connections go to."
            ) { parts, value in
                parts.fields.address = TargetValueDecoder(value).address(for: .share)
                    .map { .one($0) }
            }
        case .port:
            KeyRow(
                .one(.port),
                example: "port: 8080",
                summary: "The port that they go to."
            ) { $0.fields.ports = TargetValueDecoder($1).ports(for: .share) }
        case .local:
            KeyRow(
                .one(.localPort),
                example: "local: 8080",
                summary: "This machine, on another port, or with `true` on the same."
            ) { $0.fields.local = TargetValueDecoder($1).local(for: .share) }
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
    static let namesPort = """
        {anyOf: [{required: [port]}, \
        {required: [local], properties: {local: {not: {enum: [true, "true"]}}}}]}
        """
}

/// An entry of `targets` as it is written.
struct ShareParts {
    var fields = TargetFields()
    var weight: Decoded<UInt32> = .absent
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

/// Decodes `targets`.
struct BalanceDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The entries of `targets`.
    func shares() -> Decoded<[BalanceParts.Share]> {
        guard let list = value.list() else { return .rejected }
        if list.items.isEmpty {
            context.bag.error(
                .emptyList,
                "the list of `targets` is empty",
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
            context.bag.repetition(
                .duplicateValue,
                severity: .warning,
                "the same target is there twice in the list of `targets`",
                at: share.span,
                first: known.span,
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
                    "the limit is exceeded here",
                    help: "divide all weights by the same number"
                )
                return
            }
            sum = next
        }
    }
}
