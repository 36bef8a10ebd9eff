import Addressing
import GenerationModel
import PolicyModel
import PolicyYAML
import RulesetModel
import TableDiff
import Testing

@testable import Reporting

/// What a status lists, and in which order.
@Suite struct StatusTests {
    /// Redirects with what they have counted.
    private static func report(
        _ counts: KeyValuePairs<String, (UInt64, UInt64)>,
        _ selection: StatusSelection = StatusSelection()
    ) throws -> StatusReport {
        let ruleset = Ruleset(
            table: "t",
            counters: counts.map { "rc_\($0.key)" },
            chains: [
                BaseChain(
                    head: .init(hook: .output, priority: -105),
                    rules: counts.map {
                        Rule(
                            selector: Selector(protocols: [.tcp]),
                            counter: "rc_\($0.key)",
                            statement: .redirect(port: nil),
                            comment: $0.key
                        )
                    }
                )
            ]
        )
        var table = LiveTable(holding: ruleset, marker: nil)
        table.counters = counts.map {
            LiveCounter(
                name: "rc_\($0.key)",
                handle: 1,
                packets: $0.value.0,
                bytes: $0.value.1
            )
        }
        return StatusReport(
            Sample.reading(try Sample.snapshot(.changed)),
            redirectsOf: table,
            selecting: selection,
            draining: nil
        )
    }

    private static let counts: KeyValuePairs<String, (UInt64, UInt64)> = [
        "web": (2, 500), "api": (7, 400), "idle": (0, 0), "web-old": (2, 900),
    ]

    private static func names(_ selection: StatusSelection) throws -> [String] {
        try report(counts, selection).redirects.map(\.redirect)
    }

    @Test func `redirects can be sorted`() throws {
        #expect(try Self.names(.init()) == ["web", "api", "idle", "web-old"])
        #expect(try Self.names(.init(sortedBy: .name)) == ["api", "idle", "web", "web-old"])
        #expect(
            try Self.names(.init(sortedBy: .connections)) == ["api", "web", "web-old", "idle"]
        )
        #expect(try Self.names(.init(sortedBy: .bytes)) == ["web-old", "web", "api", "idle"])
    }

    @Test func `the first ones are listed, the others counted`() throws {
        let selection = StatusSelection(sortedBy: .bytes, atMost: 1) { $0.hasPrefix("web") }
        let report = try Self.report(Self.counts, selection)
        #expect(report.redirects.map(\.redirect) == ["web-old"])
        #expect(report.total == 2)
        let context = ReportContext(command: "status", place: .init(), now: .init(seconds: 0))
        let rest = "  … and 1 more redirect; a larger `--top` shows them"
        #expect(report.lines(in: context).map(\.text).contains(rest))
    }

    @Test func `only problems are printed if only these are asked for`() throws {
        let context = ReportContext(
            command: "check",
            place: .init(),
            now: .init(seconds: Sample.now)
        )
        let lines = try Sample.tables(onlyProblems: true).lines(in: context)
        #expect(lines.first?.text.hasPrefix("  ! lab") == true)
        #expect(lines.last?.text.hasPrefix("  ! old") == true)
        #expect(lines.dropFirst().first?.text == "")
        #expect(lines.dropFirst(2).first?.text.hasPrefix("      ~ web  outbound") == true)
    }

    @Test func `bytes have a unit`() {
        let texts: [UInt64: String] = [
            0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1_048_575: "1023.9 KiB",
            1_048_576: "1.0 MiB", 1_610_612_736: "1.5 GiB", .max: "15.9 EiB",
        ]
        for (bytes, text) in texts { #expect(bytes.inUnits == text) }
    }
}

extension Sample {
    static var statusPolicy: Policy {
        get throws {
            try policy(
                """
                version: 1
                redirects:
                  - name: later
                    description: From March on
                    direction: outbound
                    match: {protocol: tcp, destination: {port: 81}}
                    to: {port: 8081}
                    enabled: false
                  - name: web
                    description: The shop
                    direction: outbound
                    match: {protocol: tcp, destination: {port: 80}}
                    to: {port: 8080}

                """
            ).policy
        }
    }

    /// A table that is up to date, one that is not, and one that can't be read.
    static func tables(onlyProblems: Bool) throws -> TablesReport {
        let upToDate = TableCheck(
            table: "t",
            storeDirectory: "/state",
            live: .cached(manifest(1)),
            generation: manifest(1),
            drift: Drift.none
        )
        return TablesReport(
            [
                .init(namespace: "host", table: "t", .compared(upToDate), at: CommandHint()),
                .init(
                    namespace: "lab",
                    table: "t",
                    .compared(reading(try snapshot(.changed))),
                    at: CommandHint()
                ),
                .init(
                    namespace: "old",
                    table: "u",
                    .failed(reason: "there is no network namespace `old`"),
                    at: CommandHint()
                ),
            ],
            showsOnlyProblems: onlyProblems,
            atMost: 20
        )
    }
}
