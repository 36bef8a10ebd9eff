import Addressing
import Diagnostics
import FoundationEssentials
import Glibc
import PolicyModel
import TestSupport
import Testing

@testable import LocatedYAML
@testable import PolicyYAML

/// Policies of several files.
@Suite struct IncludeTests {
    private static func file(_ name: String, _ rest: String = "") -> String {
        "version: 1\n\(rest)\nredirects: [{name: \(name), direction: inbound, bypass: true}]\n"
    }

    @Test func `redirects of included files come first, in the order of the bytes of their names`()
        throws
    {
        let files = try PolicyFiles([
            "web.yaml": Self.file("top", "include: [first.yaml, conf.d/*.yaml]"),
            "first.yaml": Self.file("first"),
            "conf.d/b.yaml": Self.file("b", "include: sub/x.yaml"),
            "conf.d/sub/x.yaml": Self.file("x"),
            "conf.d/a.yaml": Self.file("a"),
            "conf.d/Z.yaml": Self.file("z"),
            "conf.d/é.yaml": Self.file("e"),
            "conf.d/10.yaml": Self.file("ten"),
            "conf.d/9.yaml": Self.file("nine"),
            "conf.d/.hidden.yaml": "not YAML: [",
            "conf.d/a.yaml~": "not YAML: [",
        ])
        let loaded = try files.load()
        let names = ["first", "ten", "nine", "z", "a", "x", "b", "e", "top"]
        #expect(loaded.policy.redirects.map(\.name) == names)
        #expect(loaded.sources.sources.count == 9)
        #expect(loaded.warnings.isEmpty)
        for redirect in loaded.policy.redirects where redirect.name == "x" {
            #expect(loaded.sources[redirect.span.source].name.hasSuffix("conf.d/sub/x.yaml"))
        }
    }

    @Test func `definitions hold in every file`() throws {
        let loaded = try PolicyFiles([
            "web.yaml": """
            version: 1
            include: [use.yaml, lists/define.yaml]
            ports: {web: 80}
            settings: {table: edge}
            """,
            "use.yaml": """
            version: 1
            redirects:
              - name: r
                direction: inbound
                match: {protocol: tcp, source: {address: [a, b]}, destination: {port: web}}
                to: {local: true}
            """,
            "lists/define.yaml": "version: 1\naddresses: {a: 10.0.0.1, b: {file: b.txt}}\n",
            "lists/b.txt": "10.0.0.2\n",
        ]).load()
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.policy.settings.table == "edge")
        let match = try #require(loaded.policy.redirects.first?.match)
        #expect(match.source.addresses?.description == "10.0.0.1-10.0.0.2")
        #expect(match.destination.ports?.description == "80")
    }

    @Test func `a pattern may stand for nothing, a path may not`() throws {
        let empty = try PolicyFiles(["web.yaml": "version: 1\ninclude: [conf.d/*.yaml, x?]\n"])
        #expect(try empty.load().policy.redirects.isEmpty)
        let missing = try PolicyFiles(["web.yaml": "version: 1\ninclude: conf.d/a.yaml\n"])
        #expect(try missing.text().contains("--> web.yaml:2:10\n"))
        #expect(try missing.read().findings.map(\.code) == [.unreadableFile])
    }

    @Test(arguments: [
        ("conf.d/a.yml", "did you mean `conf.d/a.yaml`?"),
        ("conf.d/a", "did you mean `conf.d/a.yaml`?"),
        ("conf.d", "for the files in it write a pattern: `conf.d/*.yaml`"),
        ("other.yaml", "a path is relative to the file that names it"),
        (
            "https://example.com/a.yaml",
            "nothing is fetched from other machines; name a file of this one"
        ), ("nowhere/web.yaml", "a path is relative to the file that names it"),
    ])
    func `a file that was probably meant is named`(text: String, help: String) throws {
        let files = try PolicyFiles([
            "web.yaml": "version: 1\nredirects: []\ninclude: \(text)\n",
            "conf.d/a.yaml": "version: 1\n",
        ])
        let (findings, _) = try files.read()
        #expect(findings.map(\.code) == [.unreadableFile])
        #expect(findings.first?.help == help)
    }

    @Test(arguments: [
        ("conf.*/a.yaml", DiagnosticCode.invalidPath), ("~/a.yaml", .invalidPath),
        ("\"\"", .invalidPath), ("\"a\\0\"", .invalidPath), ("conf.d/", .unreadableFile),
        ("[]", .emptyList), ("{a: b}", .wrongKind), ("", .wrongKind), ("web.yaml", .includeCycle),
        ("./web.yaml", .includeCycle),
    ])
    func `what cannot be included is refused`(text: String, code: DiagnosticCode) throws {
        let files = try PolicyFiles([
            "web.yaml": "version: 1\nredirects: []\ninclude: \(text)\n",
            "conf.d/a.yaml": "version: 1\n",
        ])
        #expect(try files.read().findings.map(\.code) == [code])
    }

    @Test func `mistakes of all files are found in one run, in the order of reading`() throws {
        let text = try PolicyFiles([
            "web.yaml": Self.file("top", "includes: x\ninclude: [a.yaml, b.yaml, c.yaml]"),
            "a.yaml": "version: 2\n",
            "b.yaml": "redirects: [\n",
            "c.yaml": Self.file("C", "extra: 1"),
        ]).text()
        let places = text.split(separator: "\n").filter { $0.contains("-->") }
            .map { $0.split(separator: " ").last.map(String.init) ?? "" }
        #expect(
            places == ["web.yaml:2:1", "a.yaml:1:10", "b.yaml:2:1", "c.yaml:2:1", "c.yaml:3:20"]
        )
        #expect(text.hasSuffix("5 errors in 4 files\n"))
    }

    @Test func `names that may be defined in a file that was not read are not reported`() throws {
        let use = Self.file("top", "include: [a.yaml]")
            .replacing("bypass", with: "match: {source: {address: lan}}, bypass")
        let files = try PolicyFiles(["web.yaml": use, "a.yaml": "addresses: {lan: [\n"])
        #expect(try files.read().findings.map(\.code) == [.yamlSyntax])
        #expect(try PolicyFiles(["web.yaml": use]).read().findings.map(\.code) == [.unreadableFile])
    }

    @Test func `a file is the same by whatever path`() throws {
        let files = try PolicyFiles([
            "web.yaml": "version: 1\ninclude: [a.yaml, b.yaml]\n", "a.yaml": "version: 1\n",
        ])
        #expect(symlink(files.path(of: "a.yaml"), files.path(of: "b.yaml")) == 0)
        #expect(try files.read().findings.map(\.code) == [.duplicateInclude])
    }

    @Test func `files are included sixteen deep and no deeper`() throws {
        let files = try PolicyFiles(["web.yaml": "version: 1\ninclude: 1.yaml\n"])
        for number in 1...17 {
            let rest = number < 16 ? "include: \(number + 1).yaml\n" : ""
            try TestFile.write(
                Array("version: 1\n\(rest)".utf8),
                to: files.path(of: "\(number).yaml")
            )
        }
        #expect(try files.load().sources.sources.count == 17)
        try TestFile.write(
            Array("version: 1\ninclude: 17.yaml\n".utf8),
            to: files.path(of: "16.yaml")
        )
        #expect(try files.read().findings.map(\.code) == [.includeTooDeep])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `root refuses an included file that others can write`() throws {
        let files = try PolicyFiles([
            "web.yaml": "version: 1\ninclude: a.yaml\n", "a.yaml": "version: 1\n",
        ])
        #expect(chmod(files.path(of: "a.yaml"), 0o666) == 0)
        let error = #expect(throws: PolicyRejected.self) {
            try PolicyReader().read(path: files.path(of: "web.yaml"))
        }
        #expect(error?.findings.map(\.code) == [.unsafePermissions])
    }

    @Test(arguments: [
        ("*.yaml", "a.yaml", true), ("*.yaml", ".yaml", false), ("*.yaml", "a.yml", false),
        ("*", "a", true), ("*", ".a", false), (".*", ".a", true), ("a?c", "abc", true),
        ("a?c", "ac", false), ("a?c", "aéc", true), ("*a*b*", "xxaxxbxx", true),
        ("*a*b", "xxbxxa", false), ("[ab]", "a", false), ("[ab]", "[ab]", true), ("**", "x", true),
        ("?", "", false), ("*", "", true),
        ("a*a*a*a*b", String(repeating: "a", count: 5000), false),
    ])
    func `a pattern is matched as in a shell`(pattern: String, name: String, matches: Bool) {
        #expect(PathPattern("conf.d/" + pattern).matches(name) == matches)
    }
}
