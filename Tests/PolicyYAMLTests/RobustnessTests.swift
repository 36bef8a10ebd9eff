import Diagnostics
import TestSupport
import Testing

@testable import PolicyYAML

/// Whatever the text, reading ends in a policy or in errors that lie inside the text.
@Suite struct RobustnessTests {
    @Test(arguments: ExamplePolicies.names)
    func `every beginning of a policy is read or refused`(name: String) throws {
        let text = Array(try ExamplePolicies.text(of: name).utf8)
        for end in stride(from: 0, through: text.count, by: 3) {
            check(Array(text[..<end]))
        }
    }

    @Test(arguments: UInt64(1)...16)
    func `every mutation of a policy is read or refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let texts =
            try ExamplePolicies.names.map { Array(try ExamplePolicies.text(of: $0).utf8) }
            + FindingCase.all.values.map { Array($0.shown.utf8) }.sorted { $0.count < $1.count }
        for _ in 0..<400 {
            guard var text = texts.randomElement(using: &generator) else { return }
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                mutate(&text, using: &generator)
            }
            check(text)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func `every mutation of a connection is read or refused, alone and in a policy`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var bytes = Array((Self.connections.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                mutate(&bytes, using: &generator)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            check { () throws(PolicyRejected) in _ = try ConnectionReader().read(text) }
            let policy = "version: 1\nredirects: []\ntests:\n  - connection: "
            for (opening, closing) in [("", ""), ("'", "'"), ("\"", "\""), (">\n    ", "")] {
                check(Array("\(policy)\(opening)\(text)\(closing)\n    expect: \(text)\n".utf8))
            }
        }
    }

    private func check(_ bytes: [UInt8]) {
        check { () throws(PolicyRejected) in
            _ = try PolicyReader().read(bytes, named: "web.yaml")
        }
    }

    private func check(_ read: () throws(PolicyRejected) -> Void) {
        do throws(PolicyRejected) {
            try read()
        } catch {
            #expect(error.findings.contains { $0.severity == .error })
            for span in error.findings.flatMap(spans) {
                #expect(isInside(span, error.sources), "\(span) in \(error.sources.sources)")
            }
            let rendered = DiagnosticText(sources: error.sources, color: false)
                .render(error.findings)
            #expect(rendered.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" })
        }
    }

    private func spans(of finding: Diagnostic) -> [SourceSpan] {
        [finding.primary.span] + finding.related.map(\.span)
    }

    private func isInside(_ span: SourceSpan, _ sources: SourceMap) -> Bool {
        guard span.start <= span.end, span.start.line >= 1, span.start.column >= 1 else {
            return false
        }
        let lines = SourceLines(sources[span.source].text)
        return [span.start, span.end].allSatisfy { position in
            guard let line = lines.line(Int(position.line)) else {
                return position == SourcePosition(line: 1, column: 1)
            }
            return Int(position.column) <= line.count + 1
        }
    }

    private func mutate(_ text: inout [UInt8], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0...text.count, using: &generator)
        let count = Int.random(in: 0...min(12, text.count - place), using: &generator)
        let part = place..<(place + count)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: text.removeSubrange(part)
        case 1: text.insert(contentsOf: text[part], at: place)
        case 2: text.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 3:
            let piece = Self.pieces.randomElement(using: &generator) ?? ""
            text.insert(contentsOf: piece.utf8, at: place)
        default:
            let piece = Self.pieces.randomElement(using: &generator) ?? ""
            text.replaceSubrange(part, with: piece.utf8)
        }
    }

    private static let connections = [
        "outbound tcp 192.0.2.1:80 user=1000 group=root mark=0x10",
        "inbound udp [2001:db8::1]:53 source=[fd00::1]:5 interface=wg0",
        "outbound sctp 192.0.2.1:80 source=192.0.2.2 cgroup=a.slice/b", "local:8080",
        "[2001:db8::1]:80", "unchanged", "inbound tcp 192.0.2.9 -> 192.0.2.1:80",
    ]

    private static let pieces = [
        "\n", "  ", "- ", ": ", "{", "}", "[", "]", "\"", "'", "|", ">", "&a ", "*a", "!!str ",
        "? ", "---\n", "...\n", "#", "\t", "\r", "\u{85}", "\u{2028}", "\u{FEFF}", "é", "😀",
        "null", "~", "=", " ", "0", "-", "::", "/", "%TAG", "<<: ", "\\", "\0", ",",
    ]
}
