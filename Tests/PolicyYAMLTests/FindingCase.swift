import Diagnostics
import LocatedYAML

@testable import PolicyYAML

/// A policy that shows one kind of finding, and how it is read.
struct FindingCase: Sendable {
    /// The text as the golden file shows it.
    let shown: String

    /// The policies in it, as bytes.
    let policies: [[UInt8]]

    /// Reads it; returns all findings.
    let read: @Sendable () -> (findings: [Diagnostic], sources: SourceMap)

    /// The case of a text; `check` looks for more in a policy that could be read.
    init(
        _ text: String,
        limits: Limits = Limits(),
        check: @escaping @Sendable (LoadedPolicy) -> [Diagnostic] = { _ in [] }
    ) {
        self.init(shown: text, bytes: Array(text.utf8), limits: limits, check: check)
    }

    /// The case of bytes that cannot be shown as they are.
    init(
        shown: String,
        bytes: [UInt8],
        limits: Limits = Limits(),
        check: @escaping @Sendable (LoadedPolicy) -> [Diagnostic] = { _ in [] }
    ) {
        self.shown = shown
        policies = [bytes]
        read = {
            do throws(PolicyRejected) {
                let loaded = try PolicyReader(limits: limits).read(bytes, named: "web.yaml")
                return (loaded.warnings + check(loaded), loaded.sources)
            } catch {
                return (error.findings, error.sources)
            }
        }
    }

    /// A case that is read in its own way.
    init(
        shown: String,
        policies: [[UInt8]],
        read: @escaping @Sendable () -> (findings: [Diagnostic], sources: SourceMap)
    ) {
        (self.shown, self.policies, self.read) = (shown, policies, read)
    }

    /// The case of several files.
    init(files: PolicyFiles.Files, limits: Limits = Limits()) {
        shown = files.enumerated().map { index, file in
            (index == 0 ? "" : "----- \(file.key)\n") + file.value
        }.joined()
        policies = files.filter { $0.key.hasSuffix(".yaml") }.map { Array($0.value.utf8) }
        read = {
            let failed: [Diagnostic] = []
            return (try? PolicyFiles(files, limits: limits).read()) ?? (failed, SourceMap())
        }
    }

    /// The case of a file that is not read.
    init(shown: String, finding: @escaping @Sendable (SourceID) -> Diagnostic) {
        self.shown = shown
        policies = []
        read = {
            var sources = SourceMap()
            let source = sources.add(SourceText(name: "web.yaml", text: ""))
            return ([finding(source)], sources)
        }
    }

    /// The cases of all codes.
    static let all = fileCases.merging(structureCases) { first, _ in first }
        .merging(valueCases) { first, _ in first }
        .merging(matchCases) { first, _ in first }
        .merging(nameCases) { first, _ in first }
        .merging(includeCases) { first, _ in first }
        .merging(meaningCases) { first, _ in first }
        .merging(targetCases) { first, _ in first }
        .merging(logCases) { first, _ in first }
        .merging(testCases) { first, _ in first }
        .merging(analysisCases) { first, _ in first }

    /// A policy with one redirect, of which only the interesting line is given.
    static func redirect(_ lines: String, direction: String = "inbound") -> FindingCase {
        let body = lines.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\n    ")
        return FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: \(direction)
                \(body)

            """
        )
    }
}
