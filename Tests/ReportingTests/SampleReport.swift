import Addressing
import Diagnostics
import GenerationModel
import Reporting
import RulesetModel
import TableDiff

/// Reports of every kind but layouts, which only the compiler makes.
enum SampleReport: CaseIterable {
    case plan, planBesideOverdueTrial, planOfNothing, planOfMarker, planOfMissingMarker
    case savedPlan, savedPlanOfOlderVersion
    case applied, restored, confirmed, nothing, removed, nothingToRemove, flushed, flushedByRemoval
    case onTrial, onTrialOfProcess, cancelled, extended, draining
    case drift, driftFromPolicy, driftOfTrial, noDrift, unrecorded, owned, tableIsBack, overdue
    case watchOfDrift, watchOfRestoration, watchOfTrialEnd, watchOfManyAuthors, watchOfNoReading
    case tables, noTables, restoration
    case status, statusOfPolicy, statusDraining, statusOnTrial, statusOnTrialAfterRemoval
    case history, noHistory, comparison, policyDifference, rewrite, generation
    case explanation, explanationOfMany, explanationOfNone, explanationOfTransit, explanationLive
    case explanationDiffering
    case script, valid, refused, example, exampleText, exampleList, temporaryTable, failure

    var report: Report {
        get throws {
            switch self {
            case .plan, .planBesideOverdueTrial, .planOfNothing, .planOfMarker,
                .planOfMissingMarker:
                .plan(try plan)
            case .savedPlan:
                .savedPlan(Sample.saved(PlanContents(try SampleReport.plan.plan)))
            case .savedPlanOfOlderVersion: .savedPlan(Sample.saved(try Sample.olderPlan))
            case .applied, .restored, .confirmed, .nothing, .removed, .nothingToRemove, .onTrial,
                .onTrialOfProcess, .cancelled, .extended, .flushed, .flushedByRemoval:
                .change(try change)
            case .draining:
                .draining(DrainingReport(table: "t", generation: 3, liveFlows: 2))
            case .drift, .driftFromPolicy, .driftOfTrial, .noDrift, .unrecorded, .owned,
                .tableIsBack, .overdue:
                .drift(
                    DriftReport(
                        try reading,
                        atMost: 20,
                        connections: self == .driftFromPolicy
                            ? try Sample.connections(since: 1) : nil,
                        showsObjects: self == .drift
                    )
                )
            case .watchOfDrift, .watchOfRestoration, .watchOfTrialEnd, .watchOfManyAuthors,
                .watchOfNoReading:
                .watch(try Sample.watch(self))
            case .tables: .tables(try Sample.tables(onlyProblems: false))
            case .restoration:
                .restoration(
                    RestorationReport([
                        .init(
                            namespace: "host",
                            table: "t",
                            .changed(
                                ChangeReport(
                                    .restored(generation: 1, Sample.difference),
                                    table: "t"
                                )
                            ),
                            at: CommandHint()
                        ),
                        .init(
                            namespace: "host",
                            table: "u",
                            .changed(ChangeReport(.nothingToRemove, table: "u")),
                            at: CommandHint()
                        ),
                        .init(
                            namespace: "lab",
                            table: "t",
                            .changed(
                                ChangeReport(.nothing(generation: 1, unchanged: 2), table: "t")
                            ),
                            at: CommandHint()
                        ),
                        .init(
                            namespace: "lab",
                            table: "u",
                            .failed(reason: "it is on trial"),
                            at: CommandHint()
                        ),
                    ])
                )
            case .noTables: .tables(TablesReport([], showsOnlyProblems: false, atMost: 20))
            case .status, .statusOfPolicy, .statusDraining, .statusOnTrial,
                .statusOnTrialAfterRemoval:
                .status(try status)
            case .history: .history(Sample.history)
            case .noHistory: .history(HistoryReport(table: "t", generations: [], total: 0))
            case .comparison:
                .comparison(
                    ComparisonReport(
                        table: "t",
                        from: 1,
                        to: 2,
                        difference: Sample.difference,
                        atMost: 20,
                        showsObjects: false
                    )
                )
            case .policyDifference: .policyDifference(policies(try Sample.connections(atMost: 4)))
            case .rewrite: .policyDifference(policies(try Sample.noConnections()))
            case .generation:
                .generation(
                    GenerationReport(
                        table: "t",
                        Sample.manifest(1),
                        [
                            StoredSource(name: "a.yaml", text: "version: 1"),
                            StoredSource(name: "b.yaml", text: "redirects: []\n"),
                        ]
                    )
                )
            case .explanation, .explanationOfMany, .explanationOfNone, .explanationOfTransit,
                .explanationLive, .explanationDiffering:
                .explanation(try Sample.explanation(self))
            case .script: .script(Sample.ruleset(to: 8080))
            case .valid, .refused: .validation([validation])
            case .example: .example(ExampleReport(example: "web", .file("my policy.yaml")))
            case .exampleText: .example(ExampleReport(example: "web", .text("version: 1\n")))
            case .exampleList:
                .exampleList(ExampleListReport([.init(name: "web", summary: "a web server")]))
            case .temporaryTable: .temporaryTable(TemporaryTableReport(table: "t", redirects: 1))
            case .failure: .failure(FailureReport(error: "the kernel gave no reason"))
            }
        }
    }

    private var plan: PlanReport {
        get throws {
            let isNothing = self != .plan
            let plan = Plan(
                table: "t",
                live: self == .planBesideOverdueTrial
                    ? .listed(try Sample.snapshot(.overdue)) : .cached(Sample.manifest(1)),
                step: isNothing ? .restore : .advance,
                origin: .apply,
                current: 1,
                next: isNothing ? 1 : 2,
                wanted: Sample.generation(2, to: isNothing ? 8080 : 9090).encoded,
                source: nil,
                difference: planned
            )
            let lockout = LockoutReport(
                connection: "inbound tcp local:22",
                reason: "ssh",
                redirect: "web",
                file: "a.yaml",
                line: 3,
                column: 5,
                target: ":8080",
                certain: true
            )
            return PlanReport(
                plan,
                lockouts: self == .plan ? [lockout] : [],
                flows: self == .plan ? Sample.flows(flush: nil) : FlowsReport(),
                connections: self == .plan ? try Sample.connections(since: 1) : nil,
                atMost: 20,
                showsObjects: true
            )
        }
    }

    private func policies(_ connections: ConnectionsReport) -> PolicyDifferenceReport {
        PolicyDifferenceReport(
            old: "a.yaml",
            new: "b.yaml",
            table: "t",
            Sample.difference,
            connections,
            atMost: 20,
            showsObjects: false
        )
    }

    private var planned: Difference {
        switch self {
        case .plan: Sample.difference
        case .planOfMarker: Sample.differenceOfMarker(found: Sample.manifest(2).marker)
        case .planOfMissingMarker: Sample.differenceOfMarker(found: nil)
        default: Difference(noneFrom: Sample.ruleset(to: 8080))
        }
    }

    private var change: ChangeReport {
        get throws {
            let difference = Sample.difference
            let change: Change =
                switch self {
                case .restored: .restored(generation: 2, difference)
                case .confirmed: .confirmed(generation: 2, from: 1, difference)
                case .nothing: .nothing(generation: 1, unchanged: 1)
                case .removed, .flushedByRemoval: .removed(generation: 3, from: 2, redirects: 2)
                case .nothingToRemove: .nothingToRemove
                case .onTrial: .onTrial(try Sample.pending(.kernel), from: 1, difference)
                case .onTrialOfProcess:
                    .onTrial(try Sample.pending(.process), from: nil, difference)
                case .cancelled: .cancelled(generation: 2, current: 1, isDrifted: true)
                case .extended: .extended(generation: 2, deadline: Sample.deadline)
                default: .applied(generation: 2, from: 1, difference)
                }
            let flush = FlowsReport.Flush(
                flushed: 4,
                gone: 1,
                moved: 1,
                stayed: 0,
                cut: 2,
                waiting: 1
            )
            return ChangeReport(
                change,
                table: "t",
                flows: self == .flushed || self == .flushedByRemoval
                    ? Sample.flows(flush: flush) : nil,
                liveFlows: self == .removed ? 2 : nil,
                connections: self == .applied ? try Sample.noConnections(since: 1) : nil
            )
        }
    }

    private var reading: TableCheck {
        get throws {
            let owner = TableCheck.Owner.process(7, command: ["/bin/other", "a b"])
            switch self {
            case .drift, .status, .statusOfPolicy:
                return Sample.reading(try Sample.snapshot(.changed))
            case .driftFromPolicy:
                return Sample.reading(try Sample.snapshot(.changed), policy: "my policy.yaml")
            case .driftOfTrial, .statusOnTrial:
                return Sample.reading(try Sample.snapshot(.onTrial))
            case .statusOnTrialAfterRemoval:
                return Sample.reading(try Sample.snapshot(.onTrialAfterRemoval))
            case .unrecorded: return Sample.reading(try Sample.snapshot(.unknown))
            case .tableIsBack: return Sample.reading(try Sample.snapshot(.back))
            case .overdue: return Sample.reading(try Sample.snapshot(.overdue))
            default:
                let manifest = Sample.manifest(1)
                return TableCheck(
                    table: "t",
                    storeDirectory: "/state",
                    live: .cached(manifest),
                    generation: manifest,
                    drift: Drift.none,
                    owner: self == .owned ? owner : nil
                )
            }
        }
    }

    private var status: StatusReport {
        get throws {
            let reading = try reading
            return StatusReport(
                reading,
                redirectsOf: reading.snapshot?.decidingTable,
                policy: self == .statusOfPolicy ? try Sample.statusPolicy : nil,
                draining: self == .statusDraining
                    ? DrainingReport(table: "t", generation: 1, liveFlows: nil) : nil
            )
        }
    }

    private var validation: ValidationReport {
        var sources = SourceMap()
        let text = sources.add(SourceText(name: "a.yaml", text: "version: 2"))
        let span = SourceSpan(at: SourcePosition(line: 1, column: 10), in: text)
        let finding = Diagnostic(.unsupportedVersion, "version 2 is unknown", at: .init(span))
        return self == .valid
            ? ValidationReport(policy: "-", redirects: 2, disabled: 1, [], sources: sources)
            : ValidationReport(policy: "a.yaml", [finding], sources: sources)
    }
}
