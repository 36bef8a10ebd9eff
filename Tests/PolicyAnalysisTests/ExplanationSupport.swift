import Addressing
import Diagnostics
import PolicyModel
import PolicyYAML

@testable import PolicyAnalysis

func explain(
    _ connection: String,
    _ redirects: String,
    knowing addresses: Set<IPAddress> = []
) throws -> Explanation {
    let text = "version: 1\nredirects:\n" + redirects
    let policy = try PolicyReader().read(SourceText(name: "policy.yaml", text: text)).policy
    return Explanation(
        of: try ConnectionReader().read(connection),
        by: policy,
        knowing: addresses
    )
}

/// Each outcome in a line: the redirect, the keys of its condition, and where it goes.
func summary(_ explanation: Explanation) -> [String] {
    explanation.cases.map { found in
        let condition = found.condition
        let words =
            (condition.isOtherwise ? ["otherwise"] : [])
            + condition.clauses.map { "\($0.key.path)=\($0.values.joined(separator: "|"))" }
            + condition.exceptions.map { clauses in
                "not("
                    + clauses.map { "\($0.key.path)=\($0.values.joined(separator: "|"))" }
                    .joined(separator: ",") + ")"
            }
        let places = found.places.sorted { "\($0.key)" < "\($1.key)" }
            .map { "\($0.key)*\($0.value)" }
        return "\(found.redirect?.name ?? "-"): \(words.joined(separator: " ")) → "
            + places.joined(separator: " ")
    }
}

func words(_ obstacle: Explanation.Obstacle) -> String {
    func words(_ clause: Explanation.Clause) -> String {
        "\(clause.key.path)=\(clause.values.joined(separator: "|"))"
    }
    return switch obstacle {
    case .disabled: "disabled"
    case .direction(let directions): "\(directions)"
    case .key(let clause, let found): "\(words(clause)):\(found ?? "-")"
    case .target(let family): "target \(family)"
    case .exception(let number, let clauses):
        "entry \(number) \(clauses.map(words).joined(separator: " "))"
    case .exceptions: "exceptions"
    case .combination: "combination"
    case .decidedBefore(let names): "before: \(names.joined(separator: ","))"
    }
}

let web = """
      - name: web
        direction: outbound
        match: {protocol: tcp, destination: {port: 80}}
        to: {port: 8080}

    """
