import Diagnostics
import PolicyModel

// MARK: - Redirects that never match

extension Analyzer {
    /// Finds out whether a redirect decides any connection, and adds it to the earlier ones.
    mutating func examineReach(of index: Int) {
        let redirect = policy.redirects[index]
        var decided: Point?
        defer { self.decided.append(decided) }
        guard let boxes = space.boxes(of: redirect) else {
            giveUp(on: index)
            earlier.append([])
            return
        }
        guard redirect.isEnabled else { return earlier.append([]) }
        if boxes.isEmpty {
            neverMatching.append(redirect.name)
            reportEmpty(redirect)
            return earlier.append([])
        }
        switch earlier.rest(of: boxes) {
        case .packet(let point):
            decided = point
            if redirect.mayTakeTransit, case .packet(let point) = earlier.rest(of: boxes.inTransit)
            {
                transit[index] = point
            }
            examineExceptions(of: redirect, at: index)
            earlier.append(boxes)
        case .nothing(let deciders):
            neverMatching.append(redirect.name)
            reportCovered(index, boxes, by: deciders)
            // It decides nothing that the earlier ones do not.
            earlier.append([])
        case .unknown:
            giveUp(on: index)
            earlier.append(boxes)
        }
    }

    private mutating func reportEmpty(_ redirect: Redirect) {
        list.report(
            .neverMatches,
            about: redirect,
            "redirect `\(redirect.name)` can never match: its exceptions leave nothing of its match",
            at: .init(redirect.span, "no connection gets here"),
            help: "narrow `except`, or delete the redirect"
        )
    }

    private mutating func reportCovered(_ index: Int, _ boxes: [Box], by deciders: [Int]) {
        let redirect = policy.redirects[index]
        let others = deciders.map { policy.redirects[$0] }
        let isTheSame =
            deciders.count == 1 && redirect.decidesAs(others[0])
            && earlier.boxes(of: deciders[0]).subtracting(boxes, most: 64)?.isEmpty == true
        let code = isTheSame ? DiagnosticCode.duplicateRedirect : .neverMatches
        let witness =
            list.isFull(code) ? nil : witness(in: boxes, of: redirect, coveredBy: others)
        var shown = Array(others.prefix(5))
        if let decider = witness.flatMap({ policy.outcome(of: $0.packet).redirect }),
            !shown.contains(where: { $0.name == decider.name })
        {
            shown.append(decider)
        }
        let changesNothing = isTheSame || others.allSatisfy { redirect.decidesAs($0) }
        let place = others.count == 1 ? "`\(others[0].name)`" : "them"
        list.report(
            code,
            about: redirect,
            isTheSame
                ? "redirect `\(redirect.name)` is a copy of `\(others[0].name)`"
                : Self.sentence(of: redirect, coveredBy: others),
            at: .init(redirect.span, witness.map { effect(of: redirect, on: $0) } ?? ""),
            related: shown.map { other in
                .init(other.span, witness.map { effect(of: other, on: $0) } ?? "")
            },
            help: changesNothing
                ? "delete it; nothing changes" : "move it before \(place), or delete it",
            witness: witness
        )
    }

    private static func sentence(of redirect: Redirect, coveredBy others: [Redirect]) -> String {
        let names = list(of: others)
        return "redirect `\(redirect.name)` can never match: "
            + (others.count == 1
                ? "\(names) comes first and matches all of its connections"
                : "\(names) come first and together match all of its connections")
    }

    /// The first of some redirects, and how many more there are.
    private static func list(of redirects: [Redirect]) -> String {
        let names = redirects.prefix(3).map { "`\($0.name)`" }
        let more = redirects.count - names.count
        return (names + (more > 0 ? ["\(more) more"] : [])).joined(by: "and")
    }

    /// A connection that a redirect matches, and an earlier one decides: one of some redirects if possible.
    private func witness(
        in boxes: [Box],
        of redirect: Redirect,
        coveredBy others: [Redirect]
    ) -> Witness? {
        let names = Set(others.map(\.name))
        var any: Witness?
        for box in boxes.prefix(8) {
            for place in Point.Place.allCases {
                let point = Point(in: box, at: place)
                let owner = earlier.owner(containing: point)
                let deciding = owner.map { earlier.boxes(of: $0) } ?? []
                guard let witness = space.witness(at: point, naming: [box] + deciding),
                    redirect.mismatch(for: witness.packet) == nil,
                    let decider = policy.outcome(of: witness.packet).redirect,
                    decider.name != redirect.name
                else { continue }
                if names.contains(decider.name) { return witness }
                any = any ?? witness
            }
        }
        return any
    }

    /// What a redirect does with a connection, if it matches: `goes to local:81`.
    func effect(of redirect: Redirect, on witness: Witness) -> String {
        guard redirect.mismatch(for: witness.packet) == nil else { return "" }
        let outcome = Policy(redirects: [redirect]).outcome(of: witness.packet)
        let isDecider = policy.outcome(of: witness.packet).redirect?.name == redirect.name
        let words = outcome.words(for: witness.packet)
        return isDecider ? "decides: \(words)" : "would decide: \(words)"
    }
}

// MARK: - Exceptions that never apply

extension Analyzer {
    private mutating func examineExceptions(of redirect: Redirect, at index: Int) {
        guard !redirect.exceptions.isEmpty else { return }
        let matched = space.boxes(of: redirect.match, redirect.directions, redirect.families)
        for (number, exception) in redirect.exceptions.enumerated() {
            let boxes = space.boxes(of: exception, redirect.directions, redirect.families)
                .flatMap { box in matched.compactMap { $0.intersection(box) } }
            if boxes.isEmpty {
                if !isReportedByReader(exception, of: redirect) {
                    reportUseless(number, of: redirect)
                }
                continue
            }
            let deciders: [Int]
            switch earlier.rest(of: boxes) {
            case .packet: continue
            case .unknown: return giveUp(on: index)
            case .nothing(let all): deciders = all
            }
            let others = deciders.map { policy.redirects[$0] }
            list.report(
                .exceptionNeverApplies,
                about: redirect,
                "entry \(number + 1) of `except` of `\(redirect.name)` never applies: "
                    + "\(Self.list(of: others)) "
                    + "\(others.count == 1 ? "decides" : "decide") all its connections before",
                at: .init(redirect.span),
                related: others.prefix(5).map { .init($0.span, "this is tried first") },
                help: "delete the entry"
            )
        }
    }
}

extension Analyzer {
    /// An exception of another family or protocol than the match is reported when the policy is read.
    private func isReportedByReader(_ exception: Match, of redirect: Redirect) -> Bool {
        if exception.families.isDisjoint(with: redirect.families) { return true }
        guard let own = exception.protocols, let outer = redirect.match.protocols else {
            return false
        }
        return own.isDisjoint(with: outer)
    }

    private func reportUseless(_ number: Int, of redirect: Redirect) {
        list.report(
            .exceptionNeverApplies,
            about: redirect,
            "entry \(number + 1) of `except` of `\(redirect.name)` never applies: no connection that it "
                + "is about matches the redirect",
            at: .init(redirect.span, "`match` already leaves them out"),
            help: "delete the entry, or correct it"
        )
    }
}

extension [Box] {
    /// The packets that arrive from outside and are not for this machine.
    fileprivate var inTransit: [Box] {
        compactMap { box in
            var box = box
            let isPossible =
                box.narrow(.origin, to: NumberSet(Origin.inbound.rawValue))
                && box.narrow(.locality, to: NumberSet(0))
            return isPossible ? box : nil
        }
    }
}

extension Redirect {
    /// Whether both do the same with every connection that they match.
    func decidesAs(_ other: Redirect) -> Bool {
        decision == other.decision && masquerade == other.masquerade && log == other.log
    }
}
