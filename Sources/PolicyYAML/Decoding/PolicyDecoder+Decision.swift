import Diagnostics

/// `to` and `bypass`: what happens to a connection that matches.
extension PolicyDecoder {
    /// The target, or no target for a bypass.
    mutating func decision(
        _ redirect: Fields<RedirectKey>,
        of title: @autoclosure () -> String
    ) -> Field<TargetParts?> {
        let target = target(redirect)
        let bypass = one(redirect, .bypass) { $0.bypass($1, hasTarget: redirect.contains(.to)) }
        if let to = redirect.place(of: .to), let place = redirect.place(of: .bypass) {
            // Of `bypass: false`, the value has been reported.
            if !bypass.isRejected { bag.report(.bypassWithTarget(to, bypass: place)) }
            return .rejected
        }
        switch (target, bypass) {
        case (_, .given(_, let place)): return .given(nil, place)
        case (_, .rejected): return .rejected
        case (.absent, .absent):
            bag.report(.noDecision(of: title(), at: redirect.mapping.head))
            return .rejected
        case (_, .absent): return target.map { $0 }
        }
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

    fileprivate static func noDecision(of title: String, at place: SourceSpan) -> Diagnostic {
        Diagnostic(
            .missingKey,
            "\(title) has no `to`",
            at: Label(place, "`to` must be among these keys"),
            help: "add `\(RedirectKey.to.example)`, "
                + "or `\(RedirectKey.bypass.example)` to leave the connections alone"
        )
    }
}
