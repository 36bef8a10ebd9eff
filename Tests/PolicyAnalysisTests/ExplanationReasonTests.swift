import PolicyModel
import Testing

@testable import PolicyAnalysis

/// Why redirects do not decide a connection.
@Suite struct ExplanationReasonTests {
    @Test(arguments: [
        (
            "match: {protocol: udp, destination: {port: 81}}",
            "protocol=udp:tcp destination.port=81:80"
        ),
        (
            "match: {protocol: tcp, destination: {address: \"2001:db8::/32\"}}",
            "destination.address=2001:db8::/32:198.51.100.7"
        ),
        ("match: {family: ipv6}", "family=ipv6:IPv4"),
        ("match: {mark: 1/0xf}", "mark=0x1/0xf:0x2"),
        ("match: {user: 5, group: 6}", "user=5:1000"),
        ("except: [{user: 5}, {user: 1000, mark: 2}]", "entry 2 user=1000 mark=0x2"),
        ("enabled: false", "disabled"),
    ])
    func `a redirect that does not decide says why`(text: String, why: String) throws {
        let other = """
              - name: other
                direction: outbound
                bypass: true
                \(text)

            """
        let explanation = try explain("outbound tcp 198.51.100.7:80 user=1000 mark=2", other + web)
        #expect(explanation.candidates.map(\.redirect.name) == ["other"])
        #expect(explanation.candidates.first?.obstacles.map(words).joined(separator: " ") == why)
    }

    @Test func `what earlier redirects leave nothing of says so`() throws {
        let copies = ["one", "two"].map { name in
            """
              - name: \(name)
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}, user: \(name == "one" ? 1 : 2)}
                bypass: true

            """
        }
        let both = """
              - name: both
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}, user: [1, 2]}
                to: {port: 81}

            """
        let explanation = try explain(
            "outbound tcp 198.51.100.7:80",
            copies.joined() + both + web
        )
        #expect(explanation.candidates.flatMap(\.obstacles).map(words) == ["before: one,two"])
        let inverse = """
              - name: inverse
                direction: outbound
                match: {user: [1, 2]}
                except: [{user: 1}, {user: 2}]
                bypass: true

            """
        #expect(
            try explain("outbound tcp 198.51.100.7:80", inverse + web).candidates
                .flatMap(\.obstacles).map(words) == ["exceptions"]
        )
    }
}
