import GenerationModel
import Reporting
import TestSupport
import Testing

/// Every report in every format, from values alone: no kernel, no store, no console.
@Suite struct ReportTests {
    @Test(arguments: SampleReport.allCases)
    func `a report is printed in every format`(_ sample: SampleReport) throws {
        let context = ReportContext(
            command: "command",
            place: CommandHint(location: ["--state-dir", "/srv/my state"]),
            now: Timestamp(seconds: Sample.now)
        )
        let blocks = try OutputFormat.allCases.map { format in
            let text = try format.format(isColored: false).text(of: sample.report, in: context)
            return "----- \(format)\n\(Self.inUTC(text))"
        }
        try Golden().check(blocks.joined(), against: "\(sample).txt")
    }

    @Test func `every golden file belongs to a report`() {
        let files =
            SampleReport.allCases.map { "\($0).txt" } + WidthTests.widths.map(WidthTests.file)
        #expect(Golden().names == files.sorted())
    }

    @Test func `colours and escapes are the text's own matter`() throws {
        let report = Report.temporaryTable(
            TemporaryTableReport(table: "a\u{1B}[31m", redirects: 2)
        )
        let context = ReportContext(command: "run", place: CommandHint(), now: .init(seconds: 0))
        let colored = TextFormat(isColored: true).text(of: report, in: context)
        #expect(colored.hasPrefix("\u{1B}[1mTable inet a\\u{1b}[31m "))
        #expect(colored.hasSuffix("\u{1B}[0m\n"))
        #expect(!TextFormat(isColored: false).text(of: report, in: context).contains("\u{1B}"))
    }

    @Test func `only a change has an effect that a lost result would hide`() throws {
        for sample in SampleReport.allCases {
            let effect = try sample.report.effect
            switch try sample.report {
            case .change, .draining, .restoration,
                .watch where sample == .watchOfDrift,
                .example where sample != .exampleText:
                let context = ReportContext(command: "", place: .init(), now: .init(seconds: 0))
                let text = TextFormat(isColored: false).text(of: try sample.report, in: context)
                #expect(text.contains(try #require(effect)), "\(sample)")
            default: #expect(effect == nil, "\(sample)")
            }
        }
    }

    /// Times of day in UTC, so that the goldens hold in every time zone.
    private static func inUTC(_ text: String) -> String {
        Sample.times.map(Timestamp.init).reduce(text) { $0.replacing($1.local, with: $1.iso) }
    }
}
