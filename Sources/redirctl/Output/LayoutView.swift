import Planning
import PolicyCompiler
import PolicyModel
import RulesetModel

/// How redirects are laid out over maps and rules, for `compile --explain`.
struct LayoutView: Encodable {
    /// A base chain.
    struct Chain: Encodable {
        let chain: String
        let direction: String
        let steps: [Step]

        /// Redirects of which something never matches, because earlier ones take it all.
        let covered: [String]
    }

    /// A look-up or a rule, in the order in which they are tried.
    struct Step: Encodable {
        let map: String?
        let rule: String?
        let redirects: [Member]
        let reason: String?
    }

    /// A redirect in a map.
    struct Member: Encodable {
        let redirect: String
        let elements: Int?
    }

    let chains: [Chain]

    init(_ layouts: [Layout], of ruleset: Ruleset) {
        chains = zip(layouts, ruleset.chains).map { layout, chain in
            Chain(
                chain: chain.name,
                direction: layout.direction.rawValue,
                steps: layout.steps.map { Step($0) },
                covered: layout.covered
            )
        }
    }

    /// The chains with their steps; of many redirects in one map only the first.
    var lines: [ReportLine] {
        chains.flatMap { chain in
            var lines = [ReportLine(.heading, "Chain \(chain.chain), \(chain.direction)")]
            if chain.steps.isEmpty { lines.append(ReportLine(.plain, "  nothing")) }
            for (index, step) in chain.steps.enumerated() {
                lines += step.lines(number: index + 1)
            }
            if !chain.covered.isEmpty {
                let names = Self.list(chain.covered)
                lines.append(ReportLine(.plain, "  Earlier redirects leave nothing to: \(names)"))
            }
            return lines + [ReportLine(.plain)]
        }
    }

    fileprivate static func list(_ names: [String]) -> String {
        let shown = names.prefix(8).joined(separator: ", ")
        return names.count > 8 ? "\(shown), … (\(names.count))" : shown
    }
}

extension LayoutView.Step {
    fileprivate init(_ step: Layout.Step) {
        switch step {
        case .map(let step):
            map = step.name
            rule = step.rule.text
            redirects = step.members.map { .init(redirect: $0.redirect, elements: $0.elements) }
            reason = nil
        case .rule(let redirect, let why):
            map = nil
            rule = nil
            redirects = [.init(redirect: redirect, elements: nil)]
            reason = why.words
        }
    }

    fileprivate func lines(number: Int) -> [ReportLine] {
        guard let map else {
            let name = redirects.first?.redirect ?? ""
            return [ReportLine(.plain, "  \(number). rule of \(name): \(reason ?? "")")]
        }
        let elements = redirects.reduce(0) { $0 + ($1.elements ?? 0) }
        let names = redirects.map { member in
            member.elements == 1 ? member.redirect : "\(member.redirect) (\(member.elements ?? 0))"
        }
        return [
            ReportLine(.plain, "  \(number). map \(map)"),
            ReportLine(
                .plain,
                "     \(count(redirects.count, "redirect")), \(count(elements, "element")): \(LayoutView.list(names))"
            ),
            ReportLine(.plain, "     \(rule ?? "")"),
        ]
    }

    private func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension Layout.Reason {
    /// The reason in a sentence's end.
    fileprivate var words: String {
        switch self {
        case .controlGroup: "a map's key can't hold a control group"
        case .maskedMark: "a map's key holds a whole mark, not some bits of it"
        case .interfacePrefix: "a map's key holds an interface's whole name, not its beginning"
        case .nothingToLookUp: "it asks for nothing that could be looked up"
        case .tooManyFields(let count):
            "it asks for \(count) things at once, and a map's key has at most \(MapType.mostFields)"
        case .keyTooLong: "the addresses and names that it asks for are too long for one key"
        case .tooManyKeys(let count):
            "its lists have \(count >= 1_000_000 ? "a million or more" : "\(count)") combinations, "
                + "and sets need only the sum"
        case .tooManyRemainders: "what earlier redirects leave of it is in too many pieces"
        case .target: "no map can hold its target"
        }
    }
}
