import Diagnostics
import FoundationEssentials
import LocatedYAML
import TestSupport
import Testing

@testable import PolicyYAML

/// A policy of several files in a directory of its own, beginning with `web.yaml`.
struct PolicyFiles {
    /// A file's path below the directory, and what is in it.
    typealias Files = KeyValuePairs<String, String>

    private let directory: ScratchDirectory
    private let limits: Limits

    init(_ files: Files, limits: Limits = Limits()) throws {
        directory = try ScratchDirectory()
        self.limits = limits
        for (name, text) in files {
            let path = path(of: name)
            try FileManager.default.createDirectory(
                atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]),
                withIntermediateDirectories: true
            )
            try TestFile.write(Array(text.utf8), to: path)
        }
    }

    func path(of name: String) -> String { "\(directory.path)/\(name)" }

    /// The policy, which must have no errors.
    func load() throws -> LoadedPolicy {
        try PolicyReader(.accepted, limits: limits)
            .read(path: path(of: "web.yaml"))
    }

    /// All findings, and the texts, with names as they are below the directory.
    func read() throws -> (findings: [Diagnostic], sources: SourceMap) {
        do {
            let loaded = try load()
            return (loaded.warnings.map(renamed), renamed(loaded.sources))
        } catch let error as PolicyRejected {
            return (error.findings.map(renamed), renamed(error.sources))
        }
    }

    /// The findings as people read them.
    func text() throws -> String {
        let (findings, sources) = try read()
        return DiagnosticText(sources: sources, color: false).render(findings)
    }

    private func renamed(_ finding: Diagnostic) -> Diagnostic {
        Diagnostic(
            finding.code,
            severity: finding.severity,
            finding.message.replacing(directory.path + "/", with: ""),
            at: finding.primary,
            related: finding.related,
            help: finding.help
        )
    }

    private func renamed(_ sources: SourceMap) -> SourceMap {
        sources.sources.reduce(into: SourceMap()) { map, source in
            let name = source.name.replacing(directory.path + "/", with: "")
            _ = map.add(SourceText(name: name, text: source.text))
        }
    }
}
