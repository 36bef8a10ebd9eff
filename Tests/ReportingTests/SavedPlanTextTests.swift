import FoundationEssentials
import GenerationModel
import Reporting
import TableDiff
import TestSupport
import Testing

/// A saved plan is printed as the plan was.
@Suite struct SavedPlanTextTests {
    static let samples: [SampleReport] = [
        .plan, .planBesideOverdueTrial, .planOfNothing, .planOfMarker, .planOfMissingMarker,
    ]

    @Test(arguments: samples)
    func `after a round trip through a file, the text is the same`(_ sample: SampleReport) throws {
        guard case .plan(let plan) = try sample.report else {
            Issue.record("\(sample) is no plan")
            return
        }
        try expectSameText(plan)
    }

    @Test(arguments: [1, 2, 20])
    func `so it is if words change, lists are cut and columns are narrow`(limit: Int) throws {
        guard case .plan(let plan) = try SampleReport.plan.report else { return }
        var longer = plan.plan
        longer.difference = try Sample.longDifference
        let report = PlanReport(
            longer,
            lockouts: [],
            flows: FlowsReport(),
            connections: try Sample.connections(since: 1),
            atMost: limit,
            showsObjects: false
        )
        #expect(longer.difference.redirects.count > 2)
        try expectSameText(report)
    }

    private func expectSameText(_ plan: PlanReport) throws {
        let shown = PlanReport(
            plan.plan,
            lockouts: plan.lockouts,
            flows: plan.flows,
            connections: plan.connections,
            atMost: plan.limit,
            showsObjects: false
        )
        let file = try JSONFormat.text(of: PlanContents(shown))
        let contents = try JSONDecoder().decode(PlanContents.self, from: Data(file.utf8))
        #expect(try JSONFormat.text(of: contents) == file)
        for width in [nil, 60, 120] {
            for isColored in [false, true] {
                func text(_ report: Report) -> String {
                    let context = ReportContext(
                        command: "plan",
                        place: CommandHint(),
                        now: Timestamp(seconds: Sample.now),
                        width: width
                    )
                    return TextFormat(isColored: isColored).text(of: report, in: context)
                }
                let saved = text(.savedPlan(Sample.saved(contents, atMost: plan.limit)))
                let plan = text(.plan(shown))
                #expect(
                    saved.hasPrefix("Saved ") && saved.hasSuffix("\n\n" + plan),
                    "\(saved)\(plan)"
                )
                #expect(saved.split(separator: "\n").count == plan.split(separator: "\n").count + 1)
            }
        }
    }
}

extension Sample {
    static func saved(_ contents: PlanContents, atMost limit: Int = 20) -> SavedPlanReport {
        SavedPlanReport(
            contents,
            policy: "/etc/web.yaml",
            time: Timestamp(seconds: now - 60),
            user: "operator",
            tool: "0.0.0",
            atMost: limit
        )
    }

    /// What 0.2.0 saved.
    static var olderPlan: PlanContents {
        get throws {
            let file = #"""
                {
                  "flows" : {"left" : []}, "generation" : 1, "lockouts" : [], "nextGeneration" : 2,
                  "plan" : {
                    "foreign" : [
                      {"kind" : "rule", "place" : "chain output", "text" : "tcp dport 22 accept"}
                    ],
                    "operations" : ["delete rule inet t output handle 7"],
                    "redirects" : [
                      {
                        "change" : "add", "redirect" : "dns", "live" : null, "liveRules" : [],
                        "wanted" : {
                          "destination" : "port 53", "direction" : "outbound", "protocols" : "udp",
                          "target" : "this machine :5353"
                        },
                        "wantedRules" : ["output: meta l4proto udp th dport 53 redirect to :5353"]
                      },
                      {
                        "change" : "change", "redirect" : "web",
                        "live" : {
                          "destination" : "port 80", "direction" : "outbound", "protocols" : "tcp",
                          "target" : ":8080"
                        },
                        "liveRules" : ["output: tcp dport 80 redirect to :8080"],
                        "wanted" : {
                          "destination" : "port 80", "direction" : "outbound", "protocols" : "tcp",
                          "target" : ":9090"
                        },
                        "wantedRules" : ["output: tcp dport 80 redirect to :9090"]
                      }
                    ],
                    "structure" : [{"kind" : "chain-missing", "chain" : "prerouting"}],
                    "totals" : {"foreign" : 1, "operations" : 1, "redirects" : 2},
                    "unchanged" : 3
                  },
                  "table" : "t"
                }
                """#
            return try JSONDecoder().decode(PlanContents.self, from: Data(file.utf8))
        }
    }
}
