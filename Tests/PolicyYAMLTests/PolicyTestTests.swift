import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// `tests`.
@Suite struct PolicyTestTests {
    private func text(_ connection: String, _ expect: String) -> String {
        "version: 1\nredirects: []\ntests:\n  - connection: \(connection)\n    expect: \(expect)\n"
    }

    @Test func `every key arrives in the model`() throws {
        let loaded = try load(
            """
            version: 1
            redirects: []
            tests:
              - name: the web
                connection: outbound tcp [2001:db8::1]:80 user=1000
                expect: ["[fd00::1]:8080", 'local:8080', unchanged]
              - {connection: inbound udp 192.0.2.1:53, expect: 192.0.2.2:5353}
            """
        )
        #expect(loaded.warnings.isEmpty)
        let tests = loaded.policy.tests
        #expect(tests.map(\.name) == ["the web", nil])
        #expect(
            tests.map(\.span.start) == [.init(line: 5, column: 17), .init(line: 7, column: 18)]
        )
        #expect(tests.first?.connection.user == 1000)
        let port = try #require(Port(8080))
        #expect(
            tests.first?.outcomes == [
                .address(try #require(IPAddress("fd00::1")), port), .local(port), .unchanged,
            ]
        )
        let other = try #require(IPAddress("192.0.2.2"))
        #expect(tests.last?.outcomes == [.address(other, try #require(Port(5353)))])
    }

    @Test func `what becomes of the source, and who decides, arrives in the model`() throws {
        let loaded = try PolicyFiles([
            "web.yaml": """
            version: 1
            include: tests.yaml
            redirects: [{name: web, direction: inbound, to: {local: true}}]
            """,
            "tests.yaml": """
            version: 1
            tests:
              - {connection: inbound tcp 192.0.2.1:1, expect: unchanged, masquerade: true, by: web}
              - {connection: inbound tcp 192.0.2.1:1, expect: unchanged, masquerade: false, by: none}
              - {connection: inbound tcp 192.0.2.1:1, expect: unchanged, masquerade: 192.0.2.9}
              - {connection: inbound tcp 192.0.2.1:1, expect: unchanged, masquerade: "true"}
            """,
        ]).load()
        let tests = loaded.policy.tests
        let address = try #require(IPAddress("192.0.2.9"))
        #expect(
            tests.map(\.source) == [.masqueraded, .kept, .address(address), .masqueraded]
        )
        #expect(tests.map(\.decider) == [.redirect("web"), .noRedirect, nil, nil])
    }

    @Test(arguments: [
        ("by: 1️⃣wep2️⃣", DiagnosticCode.unknownName, "did you mean `web`?" as String?),
        (
            "by: 1️⃣\"10\"2️⃣", .unknownName,
            "write `none` if no redirect should decide the connection"
        ),
        ("by: 1️⃣Web2️⃣", .invalidName, "write `web`"), ("by: 1️⃣[web]2️⃣", .wrongKind, nil),
        ("masquerade: 1️⃣yes2️⃣", .invalidBoolean, "write `true`"),
        ("masquerade: 1️⃣wg02️⃣", .invalidBoolean, "or name the address: `192.0.2.1`"),
        ("masquerade: 1️⃣192.0.2.0/242️⃣", .invalidAddress, nil),
        ("masquerade: 1️⃣'fd00::1'2️⃣", .familyConflict, nil),
        ("masquerade: 1️⃣{to: 192.0.2.9}2️⃣", .wrongKind, nil),
    ])
    func `a wrong source or redirect is refused at its place`(
        key: String,
        code: DiagnosticCode,
        help: String?
    ) throws {
        let text = """
            version: 1
            redirects: [{name: web, direction: outbound, to: {local: true}}]
            tests:
              - connection: outbound tcp 192.0.2.1:80
                expect: unchanged
                \(key)
            """
        try expectFinding(code, in: text, help: help)
    }

    @Test func `a redirect whose name can't be read does not make others unknown`() {
        let text = """
            version: 1
            redirects: [{name: Web, direction: outbound, to: {local: true}}]
            tests: [{connection: outbound tcp 192.0.2.1:80, expect: unchanged, by: web}]
            """
        #expect(findings(in: text).map(\.code) == [.invalidName])
    }

    @Test func `the tests of included files come first`() throws {
        let include =
            "version: 1\ntests: [{connection: outbound tcp 192.0.2.1:%, expect: unchanged}]"
        let loaded = try PolicyFiles([
            "web.yaml": include.replacing("%", with: "3") + "\ninclude: conf.d/*.yaml\n",
            "conf.d/b.yaml": include.replacing("%", with: "2"),
            "conf.d/a.yaml": include.replacing("%", with: "1"),
        ]).load()
        #expect(loaded.policy.tests.map(\.connection.destinationPort.number) == [1, 2, 3])
        #expect(Set(loaded.policy.tests.map(\.span.source)).count == 3)
    }

    @Test func `no control group need exist for a test`() throws {
        let text = text("outbound tcp 192.0.2.1:80 cgroup=no-such.slice", "unchanged")
        #expect(findings(in: text).isEmpty)
    }

    @Test(arguments: [
        ("1️⃣unchangd2️⃣", DiagnosticCode.invalidOutcome, "did you mean `unchanged`?" as String?),
        ("1️⃣bypass2️⃣", .invalidOutcome, "did you mean `unchanged`?"),
        ("1️⃣local2️⃣", .invalidOutcome, "name the port: `local:8080`"),
        ("1️⃣'local:'2️⃣", .invalidOutcome, "name the port: `local:8080`"),
        ("1️⃣Unchanged2️⃣", .invalidOutcome, "did you mean `unchanged`?"),
        (
            "1️⃣masqueraded2️⃣", .invalidOutcome,
            "write where it goes, and `masquerade: true` beside `expect`"
        ),
        ("1️⃣refused2️⃣", .invalidOutcome, nil), ("1️⃣192.0.2.22️⃣", .invalidOutcome, nil),
        ("1️⃣'2001:db8::1:80'2️⃣", .invalidOutcome, nil), ("1️⃣''2️⃣", .invalidOutcome, nil),
        ("local:1️⃣02️⃣", .portOutOfRange, nil), ("'local:1️⃣true2️⃣'", .invalidPort, nil),
        ("1️⃣192.0.2.3002️⃣:80", .invalidAddress, nil), ("192.0.2.1:1️⃣http2️⃣", .invalidPort, nil),
        ("[unchanged, 1️⃣'[fd00::1]:80'2️⃣]", .familyConflict, nil),
        ("[unchanged, 1️⃣unchanged2️⃣]", .duplicateValue, nil), ("1️⃣[]2️⃣", .emptyList, nil),
        ("1️⃣{local: 80}2️⃣", .wrongKind, nil),
    ])
    func `what is not an outcome of a connection is refused`(
        expect: String,
        code: DiagnosticCode,
        help: String?
    ) throws {
        // A place inside quotes shows that they are part of the value's place, but not of its text.
        try expectFinding(code, in: text("outbound tcp 192.0.2.1:80", expect), help: help)
    }

    @Test(arguments: [
        "outbound tcp 1️⃣192.0.2.2562️⃣:80", "'outbound tcp 1️⃣192.0.2.2562️⃣:80'",
        "\"outbound tcp 1️⃣192.0.2.2562️⃣:80\"", "1️⃣\"outbound\\ttcp 192.0.2.256:80\"2️⃣",
        "1️⃣outbound tcp\n      192.0.2.256:802️⃣", "1️⃣'outbound tcp\n      192.0.2.256:80'2️⃣",
    ])
    func `the wrong word is marked where the text is written as it reads`(text: String) throws {
        try expectFinding(.invalidAddress, in: self.text(text, "unchanged"))
    }

    @Test(arguments: [
        "tests: {}", "tests: 5", "tests: [5]", "tests: [outbound tcp 192.0.2.1:80]",
        "tests: [{connection: [outbound], expect: unchanged}]",
    ])
    func `tests are a list of mappings`(tests: String) {
        #expect(findings(in: "version: 1\nredirects: []\n\(tests)").map(\.code) == [.wrongKind])
    }

    @Test func `a test has a connection and an expectation, and no other keys`() {
        let all = findings(in: "version: 1\nredirects: []\ntests: [{conection: x}]")
        #expect(all.map(\.code) == [.missingKey, .missingKey, .unknownKey])
        #expect(all.last?.help == "did you mean `connection`?")
        #expect(findings(in: "version: 1\nredirects: []\ntests: []").isEmpty)
    }

    @Test func `the name of a test is one line`() {
        let text = text("outbound tcp 192.0.2.1:80", "unchanged\n    name: \"a\\nb\"")
        #expect(findings(in: text).map(\.code) == [.invalidText])
    }

    @Test func `none is no redirect, so by none beside a redirect of that name is refused`() throws
    {
        func policy(_ name: String, _ decider: String) -> String {
            """
            version: 1
            redirects: [{name: \(name), direction: inbound, to: {local: true}}]
            tests: [{connection: inbound tcp 192.0.2.1:1, expect: unchanged, by: \(decider)}]
            """
        }
        try expectFinding(.invalidName, in: policy("none", "1️⃣none2️⃣"))
        #expect(throws: Never.self) { try load(policy("other", "none")) }
        // The name itself is one like any other, also for a generation that was accepted before.
        #expect(throws: Never.self) {
            try load(policy("none", "none").replacing(", by: none", with: ""))
        }
        let text = SourceText(name: "web.yaml", text: policy("none", "none"))
        #expect(throws: Never.self) { try PolicyReader().read(again: [text], accounts: []) }
    }
}
