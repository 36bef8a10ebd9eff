import Diagnostics
import TestSupport
import Testing

@testable import PolicyYAML

@Suite struct FindingTests {
    @Test(arguments: DiagnosticCode.allCases)
    func `every code has a policy that shows it, and a text`(code: DiagnosticCode) throws {
        let example = try #require(FindingCase.all[code], "no policy shows \(code.rawValue)")
        let (findings, sources) = example.read()
        #expect(findings.contains { $0.code == code })
        #expect(findings.allSatisfy { $0.code == code || code == .tooManyFindings })
        let text = DiagnosticText(sources: sources, color: false).render(findings)
        try Golden().check(
            "----- web.yaml\n\(example.shown)----- findings\n\(text)",
            against: "\(code.rawValue).txt"
        )
    }

    @Test func `every golden file belongs to a code`() {
        let codes = Set(DiagnosticCode.allCases.map { "\($0.rawValue).txt" })
        #expect(Set(Golden().names).subtracting(codes).isEmpty)
    }

    @Test func `messages begin small, end open and name no place`() {
        for example in FindingCase.all.values {
            for finding in example.read().findings {
                let texts =
                    [finding.message, finding.primary.text]
                    + finding.related.map(\.text) + [finding.help ?? ""]
                for text in texts {
                    #expect(!text.hasSuffix("."), "\(text)")
                    #expect(text.first?.isUppercase != true, "\(text)")
                }
                #expect(!finding.message.isEmpty)
            }
        }
    }
}
