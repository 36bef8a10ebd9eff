import Diagnostics
import PolicyModel

/// `to` and `bypass`: what happens to a connection that matches.
extension PolicyDecoder {
    /// What was written, of exactly one form.
    mutating func decision(
        _ redirect: Fields<RedirectKey>,
        of title: @autoclosure () -> String
    ) -> Field<DecisionParts> {
        let to = to(redirect)
        let bypass = one(redirect, .bypass) { $0.bypass($1, hasTarget: redirect.contains(.to)) }
        if let to = redirect.span(of: .to), let span = redirect.span(of: .bypass) {
            // Of `bypass: false`, the value has been reported.
            if !bypass.isRejected { bag.report(.bypassWithTarget(to, bypass: span)) }
            return .rejected
        }
        switch (to, bypass) {
        case (_, .given(_, let span)): return .given(.bypass, span)
        case (_, .rejected): return .rejected
        case (.absent, .absent):
            bag.report(.noDecision(of: title(), at: redirect.mapping.head))
            return .rejected
        case (_, .absent): return to
        }
    }

    /// The decision, with the shift that match and target make together; nothing where it has
    /// errors.
    mutating func decision(_ parts: DecisionParts, _ match: MatchParts?) -> Decision? {
        switch parts {
        case .bypass:
            return .bypass
        case .balance(let balance):
            let shares = balance.shares.compactMap { share in
                share.target.target(share.target.ports.value.map { .one($0.lowerBound) })
                    .map { Balance.Share(target: $0, weight: share.weight) }
            }
            return .balance(Balance(method: balance.method, shares: shares))
        case .target(let target):
            guard case .given(let ports, let span) = target.ports else {
                return target.target(nil).map { .target($0) }
            }
            return newPort(ports, at: span, match).flatMap { target.target($0) }
                .map { .target($0) }
        }
    }

    private mutating func to(_ redirect: Fields<RedirectKey>) -> Field<DecisionParts> {
        let fields: Fields<TargetKey>
        let span: SourceSpan
        switch mapping(redirect, .to, as: TargetKey.self) {
        case .absent: return .absent
        case .rejected: return .rejected
        case .given(let mapping, let written): (fields, span) = (mapping, written)
        }
        let target = target(fields)
        let balance = balance(fields)
        if let balanced = fields.firstSpan(of: .balance, .targets) {
            guard let other = fields.firstSpan(of: .address, .port, .local) else {
                return balance.map { .balance($0) }
            }
            bag.report(.targetWithBalance(other, balance: balanced))
            return .rejected
        }
        guard case .absent = target else { return target.map { .target($0) } }
        // A key that is none has been reported, and is what was meant.
        if fields.mapping.entries.isEmpty { bag.report(.emptyTarget(at: span)) }
        return .rejected
    }

    private mutating func bypass(_ scalar: Node.Scalar, hasTarget: Bool) -> Bool? {
        guard let isBypass = boolean(scalar) else { return nil }
        if isBypass { return true }
        bag.report(.bypassFalse(scalar, hasTarget: hasTarget))
        return nil
    }
}

extension Diagnostic {
    fileprivate static func bypassWithTarget(_ to: SourceSpan, bypass: SourceSpan) -> Diagnostic {
        let (first, last) = to.start < bypass.start ? (to, bypass) : (bypass, to)
        return Diagnostic(
            .ambiguousTarget,
            "the redirect has a target and leaves connections alone at once",
            at: Label(last, "this contradicts it"),
            related: [Label(first, "this says one thing")],
            help: "keep `to`, or keep `bypass`; a bypass for a part of the connections is a "
                + "redirect of its own, before this one"
        )
    }

    fileprivate static func targetWithBalance(
        _ other: SourceSpan,
        balance: SourceSpan
    ) -> Diagnostic {
        let (first, last) = other.start < balance.start ? (other, balance) : (balance, other)
        return Diagnostic(
            .ambiguousTarget,
            "the target is one place and several at once",
            at: Label(last, "this contradicts it"),
            related: [Label(first, "this says one thing")],
            help: "with `balance`, `address`, `port` and `local` stand in the entries of `targets`"
        )
    }

    fileprivate static func bypassFalse(_ scalar: Node.Scalar, hasTarget: Bool) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "`bypass: false` says nothing",
            at: Label(scalar.span, "expected `true`"),
            help: hasTarget
                ? "leave `bypass` out"
                : "say where the connections go, for example `to: {port: 8080}`"
        )
    }

    fileprivate static func noDecision(of title: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .missingKey,
            "\(title) has no `to`",
            at: Label(span, "`to` must be among these keys"),
            help: "add `\(RedirectKey.to.example)`, "
                + "or `\(RedirectKey.bypass.example)` to leave the connections alone"
        )
    }

    fileprivate static func emptyTarget(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "the target says nothing",
            at: Label(span, "expected `port`, `address`, both, `local`, or `balance`"),
            help: "`{port: 8080}` changes the port, `{address: 192.0.2.10}` the address, "
                + "`{local: 8080}` goes to this machine"
        )
    }
}
