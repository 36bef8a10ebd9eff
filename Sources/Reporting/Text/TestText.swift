import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel

extension TestReport {
    private static let mostFailures = 100

    /// The failures of each policy, one a line, and how many there are.
    var lines: [ReportLine] {
        let lines = entries.flatMap { entry in
            switch entry.result {
            // Standard error says why.
            case .rejected: [ReportLine(.heading, "\(entry.policy): not valid, so not tested")]
            case .unreadable: [ReportLine(.heading, "\(entry.policy): not read")]
            case .run(let run, let coverage, let sources):
                failures(of: run, sources)
                    + [ReportLine(.heading, "\(entry.policy): \(run.summary)")]
                    + (coverage?.lines(sources) ?? [])
            }
        }
        return entries.count > 1 ? lines + [ReportLine(.heading, total)] : lines
    }

    private func failures(of run: TestRun, _ sources: SourceMap) -> [ReportLine] {
        run.failures.prefix(Self.mostFailures).flatMap { result in
            let place = sources.place(of: result.test.span)
            let sentence = result.sentence(in: sources)
            return [
                ReportLine(.removal, "\(place): \(result.title): \(sentence)")
            ] + (result.hint.map { [ReportLine(.plain, "  \($0)")] } ?? [])
        }
            + ReportLine.rest(run.failed - Self.mostFailures, "failed test", "failed tests")
    }

    private var total: String {
        let runs = entries.compactMap { entry in
            if case .run(let run, _, _) = entry.result { run } else { nil }
        }
        let (tests, failed) = runs.reduce(into: (0, 0)) {
            $0.0 += $1.total
            $0.1 += $1.failed
        }
        let refused = entries.count - runs.count
        return "\(entries.count) policies: \(TestRun.summary(tests, failed: failed))"
            + (refused == 0
                ? "" : ", \(refused) \(refused == 1 ? "policy" : "policies") not tested")
    }
}

extension TestRun {
    /// How many tests passed, in words: `12 tests passed`, `1 of 12 tests failed`, `no tests`.
    var summary: String { Self.summary(total, failed: failed) }

    /// The same for numbers of tests.
    static func summary(_ tests: Int, failed: Int) -> String {
        guard tests > 0 else { return "no tests" }
        let noun = tests == 1 ? "test" : "tests"
        return failed == 0 ? "\(tests) \(noun) passed" : "\(failed) of \(tests) \(noun) failed"
    }
}

// MARK: - Coverage

extension TestCoverage {
    private static let mostGaps = 20

    /// How much of the policy the tests reach, and what they don't.
    fileprivate func lines(_ sources: SourceMap) -> [ReportLine] {
        let counts = [
            words(redirects, "redirect"), words(targets, "target"), words(exceptions, "exception"),
        ]
        let gaps = (redirects.gaps + targets.gaps + exceptions.gaps)
            .sorted { $0.redirect.span < $1.redirect.span }
        let count = redirects.gapCount + targets.gapCount + exceptions.gapCount
        return [
            ReportLine(.plain, "  reached: \(counts.compactMap(\.self).joined(separator: ", "))")
        ]
            + gaps.prefix(Self.mostGaps).map { gap in
                let place = sources.place(of: gap.redirect.span)
                return ReportLine(.change, "  \(place): no test reaches \(gap.title)")
            }
            + ReportLine.rest(count - Self.mostGaps, "part", "parts")
    }

    private func words(_ parts: Parts, _ noun: String) -> String? {
        guard parts.total > 0 else { return nil }
        return "\(parts.reached) of \(parts.total) \(parts.total == 1 ? noun : noun + "s")"
    }
}

extension TestCoverage.Gap {
    fileprivate var title: String {
        switch part {
        case .redirect: "redirect `\(redirect.name)`"
        case .target(let target, let place):
            "target \(place + 1) of `\(redirect.name)` (\(target.words))"
        case .exception(let place): "exception \(place + 1) of `\(redirect.name)`"
        }
    }
}

extension Target {
    /// The target as a policy writes it: `address: 192.0.2.10, port: 8080`.
    var words: String {
        func text(_ port: NewPort) -> String {
            switch port {
            case .one(let port): "\(port)"
            case .shift(let shift): PortSet.text(of: shift.destination)
            }
        }
        return switch self {
        case .port(let port): "port: \(text(port))"
        case .address(let address, let port):
            "address: \(address)" + (port.map { ", port: \(text($0))" } ?? "")
        case .prefix(let move): "address: \(move.destination)"
        case .local(let port): "local: \(port.map(text) ?? "true")"
        }
    }
}
