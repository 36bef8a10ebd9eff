import FoundationEssentials

/// Reports as JSON objects for programs, with the shapes that `Sources/redirctl/README.md` describes.
public struct JSONFormat: ReportFormat {
    /// Creates the format.
    public init() {}

    /// The whole output for a report: one object with its version and command.
    public func text(of report: Report, in context: ReportContext) throws -> String {
        func text(_ result: some Encodable) throws -> String {
            try Self.text(of: Envelope(command: context.command, result: result))
        }
        return switch report {
        case .plan(let plan): try text(PlanJSON(plan))
        case .savedPlan(let plan): try text(SavedPlanJSON(saved: plan))
        case .change(let change): try text(ChangeJSON(change))
        case .draining(let draining): try text(DrainingJSON(draining))
        case .drift(let drift):
            try text(
                DriftJSON(
                    drift.reading,
                    atMost: drift.limit,
                    connections: drift.connections,
                    healing: drift.healing
                )
            )
        case .watch(let watch):
            // One object a line, because more follow.
            try Self.text(
                of: Envelope(command: context.command, result: WatchJSON(watch, at: context.now)),
                isPretty: false
            )
        case .status(let status): try text(StatusJSON(status))
        case .tables(let tables): try text(TablesJSON(tables))
        case .restoration(let restoration): try text(RestorationJSON(restoration))
        case .history(let history): try text(HistoryJSON(history))
        case .comparison(let comparison): try text(ComparisonJSON(comparison))
        case .policyDifference(let difference): try text(PolicyDifferenceJSON(difference))
        case .generation(let generation): try text(GenerationJSON(generation))
        case .script(let ruleset): try text(ScriptJSON(ruleset))
        case .layout(let layout): try text(LayoutJSON(layout))
        case .validation(let validation): try text(ValidationsJSON(validation))
        case .explanation(let explanation): try text(ExplanationJSON(explanation))
        case .doctor(let doctor): try text(DoctorJSON(doctor))
        case .walk(let walk): try text(WalkJSON(walk))
        case .tests(let tests): try text(TestsJSON(tests))
        case .example(let example): try text(ExampleJSON(example))
        case .exampleList(let list): try text(list)
        case .temporaryTable(let table): try text(table)
        case .failure(let failure): try text(failure)
        }
    }

    /// A value as JSON with a line break at the end.
    public static func text(of value: some Encodable, isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}

/// The outermost shape of every result.
private struct Envelope<Result: Encodable>: Encodable {
    let version = 1
    let command: String
    let result: Result

    enum CodingKeys: String, CodingKey {
        case version
        case command
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version, forKey: .version)
        try container.encode(command, forKey: .command)
        try result.encode(to: encoder)
    }
}
