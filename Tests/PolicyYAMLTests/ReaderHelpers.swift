import Diagnostics
import LocatedYAML
import TestSupport
import Testing

@testable import PolicyYAML

/// The policy in a text that must have no errors.
func load(_ text: String) throws -> LoadedPolicy {
    try PolicyReader().read(SourceText(name: "web.yaml", text: text))
}

/// All findings about a text.
func findings(in text: String, limits: Limits = Limits()) -> [Diagnostic] {
    do throws(PolicyRejected) {
        let source = SourceText(name: "web.yaml", text: text)
        return try PolicyReader(limits: limits).read(source).warnings
    } catch {
        return error.findings
    }
}

/// Expects exactly one finding, from the mark 1️⃣ up to the mark 2️⃣.
func expectFinding(
    _ code: DiagnosticCode,
    in marked: String,
    message: String? = nil,
    help: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let marked = MarkedText(marked)
    let all = findings(in: marked.text)
    let finding = try #require(all.first, sourceLocation: sourceLocation)
    #expect(all.count == 1, "\(all.map(\.message))", sourceLocation: sourceLocation)
    #expect(finding.code == code, sourceLocation: sourceLocation)
    let span = finding.primary.span
    #expect(marked.places[1] == place(of: span.start), sourceLocation: sourceLocation)
    #expect(marked.places[2] == place(of: span.end), sourceLocation: sourceLocation)
    if let message { #expect(finding.message == message, sourceLocation: sourceLocation) }
    if let help { #expect(finding.help == help, sourceLocation: sourceLocation) }
}

/// A policy with one redirect, of which the part after `direction` is given.
func policy(with rest: String) -> String {
    "version: 1\nredirects:\n  - name: web\n    direction: inbound\n    \(rest)\n"
}

private func place(of position: SourcePosition) -> MarkedText.Place {
    MarkedText.Place(line: Int(position.line), column: Int(position.column))
}

extension String {
    /// The texts between each pair of delimiters.
    func components(between opening: String, and closing: String) -> [String] {
        split(separator: opening, omittingEmptySubsequences: false).dropFirst().compactMap {
            $0.split(separator: closing, omittingEmptySubsequences: false).first.map(String.init)
        }
    }
}
