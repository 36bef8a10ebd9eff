import TestSupport
import Testing

/// `redirctl test`.
@Suite struct PolicyTestTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private let redirects = """
        version: 1
        redirects:
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            except: [{user: 1500}, {mark: 0x1}]
            to: {port: 8080}
          - name: shared
            direction: inbound
            match: {protocol: tcp, destination: {port: 443}}
            to:
              balance: random
              targets: [{address: 192.0.2.11}, {address: 192.0.2.12}, {address: "2001:db8::1"}]
          - name: spare
            direction: inbound
            match: {protocol: udp, destination: {port: 443}, interface: wg0}
            to: {local: 9000}

        """

    private func policy(_ tests: String, named name: String = "policy.yaml") throws -> String {
        try scratch.file(name, redirects + tests)
    }

    private let passing = """
        tests:
          - name: the web
            connection: outbound tcp 198.51.100.7:80
            expect: 198.51.100.7:8080
            by: web
          - connection: inbound tcp 203.0.113.5:443
            expect: [192.0.2.11:443, 192.0.2.12:443]

        """

    private let failing = """
        tests:
          - name: a <"quoted"> & long name
            connection: outbound tcp 198.51.100.7:80
            expect: 198.51.100.7:8081
          - connection: outbound tcp 198.51.100.7:80 user=1500
            expect: unchanged
            by: none
          - connection: inbound tcp 203.0.113.5:443
            expect: 192.0.2.11:443
            masquerade: true
          - connection: inbound udp 203.0.113.5:443
            expect: local:9000

        """

    /// What a command prints, without the name of its directory.
    private func check(_ ending: Program.Ending, status: Int32, golden: String) throws {
        #expect(ending.status == status)
        let text = ending.output.replacing(scratch.directory + "/", with: "")
        try Golden().check(text, against: "test-\(golden)")
    }

    @Test func `tests that pass are counted`() throws {
        let path = try policy(passing)
        let ending = try Scratch.redirctl("test", path)
        #expect(ending.status == 0)
        #expect(ending.output == "\(path): 2 tests passed\n")
        #expect(ending.errors.isEmpty)
    }

    @Test func `each failure is a line`() throws {
        let path = try policy(failing)
        try check(Scratch.redirctl("test", path), status: 1, golden: "failures.txt")
        try check(
            Scratch.redirctl("test", path, "--format", "json"),
            status: 1,
            golden: "failures.json"
        )
        try check(
            Scratch.redirctl("test", path, "--format", "junit"),
            status: 1,
            golden: "failures.xml"
        )
    }

    @Test func `coverage names what no test reaches`() throws {
        let path = try policy(passing)
        try check(Scratch.redirctl("test", path, "--coverage"), status: 0, golden: "coverage.txt")
        try check(
            Scratch.redirctl("test", path, "--coverage", "--format", "json"),
            status: 0,
            golden: "coverage.json"
        )
    }

    @Test func `several policies are tested, whatever is wrong with one`() throws {
        let good = try policy(passing, named: "good.yaml")
        let none = try policy("", named: "none.yaml")
        let invalid = try scratch.file("invalid.yaml", "version: 1\nredirect: []\n")
        let missing = "\(scratch.directory)/missing.yaml"
        let ending = try Scratch.redirctl("test", good, none, invalid, missing)
        try check(ending, status: 1, golden: "several.txt")
        #expect(ending.errors.contains("error[unknown-key]"))
        #expect(ending.errors.contains("error: cannot open \(missing): No such file or directory"))
        try check(
            Scratch.redirctl("test", good, none, invalid, missing, "--format", "junit"),
            status: 1,
            golden: "several.xml"
        )
        let json = try Scratch.redirctl("test", good, none, invalid, missing, "--format", "json")
        let value = try JSON(json.output)
        #expect(value["passed"] == .bool(false))
        #expect(value["tests"] == .number(2) && value["failed"] == .number(0))
        #expect(value["policies", "1", "tests"] == .list([]))
        #expect(value["policies", "2", "findings", "1", "code"] == .text("unknown-key"))
        #expect(value["policies", "3", "error"] != .null)
        #expect(try Scratch.redirctl("test", good, none).status == 0)
    }

    @Test func `JUnit XML is XML whatever a name contains`() throws {
        let path = try policy(
            "tests: [{name: \"a]]>\\u00e9<&\", connection: outbound tcp 192.0.2.1:80, expect: unchanged}]\n"
        )
        let xml = try Scratch.redirctl("test", path, "--format", "junit").output
        let parsed = try Program.run([
            "python3", "-c",
            """
            import sys, xml.etree.ElementTree as tree
            root = tree.fromstring(sys.argv[1])
            print(root.get("failures"), root.find("testsuite/testcase").get("name"))
            """,
            xml,
        ])
        #expect(parsed.output == "1 a]]>é<&: outbound tcp 192.0.2.1:80\n", "\(parsed.errors)")
    }

    @Test func `a policy comes by standard input, too`() throws {
        let path = try policy(failing)
        let ending = try Program.run(["sh", "-c", "\(Program.path) test - < \(path)"])
        #expect(ending.status == 1)
        #expect(ending.output.contains("<stdin>:20:17: a <"))
        #expect(ending.output.hasSuffix("<stdin>: 3 of 4 tests failed\n"))
    }

    @Test func `many tests of many redirects take no time`() throws {
        let redirects = (1...20_000).map { number in
            """
              - {name: r\(number), direction: inbound, match: {protocol: tcp, destination: \
            {address: 10.\(number / 256 % 256).\(number % 256).1, port: 80}}, to: {local: 8080}}

            """
        }
        let tests = (1...4000).map { number in
            "  - {connection: \"inbound tcp 10.\(number / 256).\(number % 256).1:80\", "
                + "expect: \"local:8080\", by: r\(number)}\n"
        }
        let path = try scratch.file(
            "many.yaml",
            "version: 1\nredirects:\n\(redirects.joined())tests:\n\(tests.joined())"
        )
        let clock = ContinuousClock()
        var ending: Program.Ending?
        let time = try clock.measure { ending = try Scratch.redirctl("test", path) }
        #expect(ending?.output == "\(path): 4000 tests passed\n")
        // Each test against each redirect would take minutes in a debug build.
        #expect(time < .seconds(60))
    }
}

/// Commands that apply a policy run its tests first.
@Suite(.networkNamespace) struct RequiredTestTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    private func policy(expecting port: Int = 8081) throws -> String {
        try scratch.file(
            "policy.yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: 8080}
            tests:
              - connection: outbound tcp 198.51.100.7:80
                expect: 198.51.100.7:\(port)

            """
        )
    }

    private func hasTable() throws -> Bool {
        try !machine.run("nft", "list", "ruleset").isEmpty
    }

    @Test(arguments: [
        ["plan"], ["plan", "--out", "saved.plan"], ["apply"], ["apply", "--confirm-within", "60s"],
    ])
    func `a policy whose tests fail is refused, and nothing changes`(words: [String]) throws {
        let path = try policy()
        let plan = "\(scratch.directory)/saved.plan"
        let words = [words[0], path] + words.dropFirst().map { $0 == "saved.plan" ? plan : $0 }
        let state = ["--state-dir", "\(scratch.directory)/state"]
        let ending = try Program.run([Program.path] + words + state)
        #expect(ending.status == 1)
        #expect(ending.output.isEmpty)
        #expect(
            ending.errors.contains(
                "error[failed-test]: the test fails: expected 198.51.100.7:8081, "
                    + "got 198.51.100.7:8080, by redirect `web`"
            )
        )
        #expect(ending.errors.contains("--> \(path):8:17"))
        #expect(
            ending.errors.hasSuffix(
                """
                error: 1 of 1 test of the policy failed; nothing was changed
                correct the policy or its tests, or leave them out with `--skip-tests`

                """
            )
        )
        #expect(try !hasTable())
        #expect(try Program.run(["test", "-e", plan]).status == 1)
        let json = try JSON(
            Program.run([Program.path] + words + state + ["--format", "json"]).output
        )
        #expect(json["findings", "0", "code"] == .text("failed-test"))
        #expect(json["error"] != .null)

        let skipped = try Program.run([Program.path] + words + state + ["--skip-tests"])
        #expect(skipped.status == 0, "\(skipped.errors)")
    }

    @Test func `run refuses, too`() throws {
        let path = try policy()
        let words = [Program.path, "run", path, "--", "true"]
        let refused = try Program.run(words)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("1 of 1 test of the policy failed"))
        let skipped = try Program.run([Program.path, "run", path, "--skip-tests", "--", "true"])
        #expect(skipped.status == 0, "\(skipped.errors)")
    }

    @Test func `a plan that was made without the tests is applied`() throws {
        let path = try policy()
        let plan = "\(scratch.directory)/saved.plan"
        #expect(try scratch.redirctl("plan", path, "--out", plan, "--skip-tests").status == 0)
        let apply = try scratch.redirctl("apply", plan)
        #expect(apply.status == 0, "\(apply.errors)")
        #expect(try scratch.redirctl("apply", path).status == 1)
    }

    @Test func `what is put back or rolled back to is not tested`() throws {
        let path = try policy()
        #expect(try scratch.redirctl("apply", path, "--skip-tests").status == 0)
        #expect(try scratch.redirctl("apply", policy(expecting: 8080)).status == 0)
        try machine.run("nft", "flush", "chain", "inet", "redirctl", "output")
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        let rollback = try scratch.redirctl("rollback", "--to", "1")
        #expect(rollback.status == 0, "\(rollback.errors)")
    }
}
