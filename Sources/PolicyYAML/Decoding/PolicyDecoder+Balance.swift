import Addressing
import Diagnostics
import PolicyModel

/// `balance` and `targets`: places that share connections among them.
extension PolicyDecoder {
    /// The balance that the keys of `to` name.
    mutating func balance(_ fields: Fields<TargetKey>) -> Field<BalanceParts> {
        let method = one(fields, .balance) { decoder, scalar in
            decoder.word(scalar, .balance) as Balance.Method?
        }
        let shares = shares(fields)
        switch (method, shares) {
        case (.given(let method, _), .given(let shares, let span)):
            return .given(BalanceParts(method: method, shares: shares), span)
        case (.absent, .absent):
            return .absent
        case (_, .absent):
            if let span = fields.span(of: .balance) { bag.report(.noTargets(at: span)) }
        case (.absent, _):
            if let span = fields.span(of: .targets) { bag.report(.noBalance(at: span)) }
        default: break
        }
        return .rejected
    }

    private mutating func shares(_ fields: Fields<TargetKey>) -> Field<[BalanceParts.Share]> {
        guard let node = fields[.targets] else { return .absent }
        guard case .list(let list) = node else {
            reportKind(of: node, for: TargetKey.targets)
            return .rejected
        }
        if list.items.isEmpty { bag.report(.emptyTargets(at: list.span)) }
        let shares = list.items.compactMap { share($0) }
        guard !shares.isEmpty, shares.count == list.items.count else { return .rejected }
        checkTwice(shares)
        checkSum(shares)
        return .given(shares, list.span)
    }

    private mutating func share(_ node: Node) -> BalanceParts.Share? {
        guard let fields = fields(of: node, ShareKey.self, expecting: ShareKey.owner) else {
            return nil
        }
        let target = target(fields)
        let weight = one(fields, .weight) { $0.weight($1) }
        if case .absent = target {
            // A key that is none has been reported, and is what was meant.
            if fields.mapping.entries.allSatisfy({ $0.key.text == ShareKey.weight.rawValue }) {
                bag.report(.emptyShare(at: node.head))
            }
            return nil
        }
        guard let target = target.value, !weight.isRejected else { return nil }
        return BalanceParts.Share(target: target, weight: weight.value ?? 1, span: node.head)
    }

    private mutating func weight(_ scalar: Node.Scalar) -> UInt32? {
        guard let number = DecimalText.number(scalar.text) else {
            bag.report(.notAWeight(scalar))
            return nil
        }
        guard let weight = UInt32(exactly: number), Balance.Share.validWeights.contains(weight)
        else {
            bag.report(.weightOutOfRange(scalar, isZero: number == 0))
            return nil
        }
        return weight
    }

    private mutating func checkTwice(_ shares: [BalanceParts.Share]) {
        var first: [Target: BalanceParts.Share] = [:]
        for share in shares {
            guard
                let target = share.target.target(
                    share.target.ports.value.map { .one($0.lowerBound) }
                )
            else { continue }
            if let known = first[target] {
                bag.report(.sameTarget(share, first: known))
            } else {
                first[target] = share
            }
        }
    }

    /// Reports weights that are too much together for the kernel, which counts up to their sum.
    private mutating func checkSum(_ shares: [BalanceParts.Share]) {
        var sum: UInt32 = 0
        for share in shares {
            let (next, isTooMuch) = sum.addingReportingOverflow(share.weight)
            if isTooMuch {
                bag.report(.weightsTooLarge(at: share.span))
                return
            }
            sum = next
        }
    }
}

extension Diagnostic {
    fileprivate static func noTargets(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "`balance` has no `targets`",
            at: Label(span, "this says how, and not where to"),
            help: "add `\(TargetKey.targets.example)`"
        )
    }

    fileprivate static func noBalance(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "`targets` has no `balance`",
            at: Label(span, "how connections are shared among these is not said"),
            help: "add `balance` with \(Grammar.balance.expectation)"
        )
    }

    fileprivate static func emptyTargets(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyList,
            "the list behind `targets` is empty",
            at: Label(span, "there is nowhere to go"),
            help: "write at least one target; to leave connections alone write `bypass: true` "
                + "instead of `to`"
        )
    }

    fileprivate static func emptyShare(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "an entry of `targets` names no target",
            at: Label(span, "expected `port`, `address`, both, or `local`"),
            help: "for example `{address: 192.0.2.10, port: 8080}`"
        )
    }

    fileprivate static func notAWeight(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidWeight,
            "\(scalar.text.quoted) is not a weight",
            at: Label(scalar.span, "expected \(Grammar.weight.expectation)"),
            help: "a weight is a whole number in relation to the others: "
                + "of 1 and 3, one target gets a quarter"
        )
    }

    fileprivate static func weightOutOfRange(
        _ scalar: Node.Scalar,
        isZero: Bool
    ) -> Diagnostic {
        Diagnostic(
            .invalidWeight,
            isZero
                ? "a target of weight 0 gets no connection"
                : "the weight \(scalar.text.quoted) is too large",
            at: Label(scalar.span, "expected \(Grammar.weight.expectation)"),
            help: isZero ? "remove the target" : "divide all weights by the same number"
        )
    }

    fileprivate static func weightsTooLarge(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .invalidWeight,
            "the weights add up to more than \(UInt32.max)",
            at: Label(span, "with this one it becomes too much"),
            help: "divide all weights by the same number"
        )
    }

    fileprivate static func sameTarget(
        _ share: BalanceParts.Share,
        first: BalanceParts.Share
    ) -> Diagnostic {
        let weight = share.weight + first.weight
        return Diagnostic(
            .duplicateValue,
            severity: .warning,
            "the same target is there twice in the list behind `targets`",
            at: Label(share.span, "here again"),
            related: [Label(first.span, "first here")],
            help: "keep one of them, with `weight: \(weight)` for what both get"
        )
    }
}
