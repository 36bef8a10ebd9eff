import Diagnostics
import PolicyCompiler
import PolicyModel
import RulesetModel

/// The shape of a compiled policy.
struct ScriptJSON: Encodable {
    struct Chain: Encodable {
        let name: String
        let priority: Int32
        let rules: [Rule]
    }

    struct Map: Encodable {
        let name: String
        let type: String
        let elements: [Element]
    }

    struct Element: Encodable {
        let redirect: String?
        let text: String
    }

    struct Rule: Encodable {
        let redirect: String?
        let counter: String?
        let text: String
    }

    let table: String
    let counters: [String]
    let maps: [Map]
    let chains: [Chain]
    let script: String

    init(_ ruleset: Ruleset) {
        table = ruleset.table
        counters = ruleset.counters
        maps = ruleset.maps.map { map in
            Map(
                name: map.name,
                type: map.type.text,
                elements: map.elements.map {
                    Element(redirect: $0.redirect, text: map.type.text(of: $0))
                }
            )
        }
        chains = ruleset.chains.map { chain in
            Chain(
                name: chain.name,
                priority: chain.head.priority,
                rules: chain.rules.map {
                    Rule(redirect: $0.comment, counter: $0.counter, text: $0.text)
                }
            )
        }
        script = ruleset.script
    }
}

/// The shape of the layouts of base chains.
struct LayoutJSON: Encodable {
    struct Chain: Encodable {
        let chain: String
        let direction: String
        let steps: [Step]
        let covered: [String]
    }

    struct Step: Encodable {
        let map: String?
        let rule: String?
        let redirects: [Member]
        let reason: String?

        init(_ step: Layout.Step) {
            switch step {
            case .map(let step):
                map = step.name
                rule = step.rule.text
                redirects = step.members.map {
                    Member(redirect: $0.redirect, elements: $0.elements)
                }
                reason = nil
            case .rule(let redirect, let why):
                map = nil
                rule = nil
                redirects = [Member(redirect: redirect, elements: nil)]
                reason = why.words
            }
        }
    }

    struct Member: Encodable {
        let redirect: String
        let elements: Int?
    }

    let chains: [Chain]
    let neverMatches: [String]

    init(_ report: LayoutReport) {
        neverMatches = report.neverMatching
        chains = report.chains.map { chain in
            Chain(
                chain: chain.name,
                direction: chain.layout.direction.rawValue,
                steps: chain.layout.steps.map(Step.init),
                covered: chain.layout.covered
            )
        }
    }
}

/// The shape of checked policies: of one, its own; of several, a list.
struct ValidationsJSON: Encodable {
    private let policies: [ValidationJSON]

    init(_ validations: [ValidationReport]) {
        policies = validations.map { ValidationJSON($0) }
    }

    private enum CodingKeys: CodingKey {
        case policies
        case valid
    }

    func encode(to encoder: any Encoder) throws {
        if policies.count == 1 { return try policies[0].encode(to: encoder) }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(policies.allSatisfy(\.valid), forKey: .valid)
        try container.encode(policies, forKey: .policies)
    }
}

/// The shape of a checked policy.
struct ValidationJSON: Encodable {
    let policy: String
    let valid: Bool
    let redirects: Int?
    let findings: DiagnosticReport
    let unlisted: Int

    init(_ validation: ValidationReport) {
        policy = validation.policy
        valid = validation.isValid
        redirects = validation.redirects
        unlisted = validation.unlisted.errors + validation.unlisted.warnings
        findings = DiagnosticReport(validation.findings, sources: validation.sources)
    }
}
