import Foundation
import PolicyCompiler
import PolicyYAML
import RulesetModel
import TableDiff
import Testing

/// Redirects as values for programs.
@Suite struct RedirectValuesTests {
    @Test func `lists are lists, and ports are numbers`() throws {
        let values = try Self.values(
            """
            direction: [inbound, outbound]
                match:
                  family: ipv4
                  protocol: [tcp, udp]
                  source: {address: [10.0.0.0/8, 192.0.2.1]}
                  destination: {address: 203.0.113.7, port: [80, 8000-8010]}
                except:
                  - source: {address: 10.9.0.0/16}
                to: {address: 10.2.0.2, port: 8080}
            """
        )
        #expect(
            values == """
                {"complete":true,"directions":["inbound","outbound"],\
                "except":[{"families":["ipv4"],"source":{"addresses":["10.9.0.0\\/16"]}}],\
                "match":{"destination":{"addresses":["203.0.113.7"],"ports":["80","8000-8010"]},\
                "families":["ipv4"],"protocols":["tcp","udp"],\
                "source":{"addresses":["10.0.0.0\\/8","192.0.2.1"]}},\
                "targets":[{"address":"10.2.0.2","port":8080}]}
                """
        )
    }

    @Test func `several targets have weights, and the way in which one is chosen`() throws {
        let values = try Self.values(
            """
            direction: inbound
                match: {protocol: tcp, destination: {address: local, port: 80}}
                to:
                  balance: random
                  targets: [{address: 10.0.0.1, weight: 3}, {address: 10.0.0.2}]
            """
        )
        #expect(values.contains(#""balance":"random""#))
        #expect(
            values.contains(
                #"{"address":"10.0.0.1","family":"ipv4","weight":3},"#
            )
        )
        #expect(values.contains(#""destination":{"local":true,"ports":["80"]}"#))
    }

    @Test func `targets of one family say so, and words name a shared one once`() throws {
        let redirect = """
            direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to:
                  balance: source-hash
                  targets: [{address: 10.0.0.1, weight: 3}, {local: 98}]
            """
        let values = try Self.values(redirect)
        #expect(
            values.contains(
                #"[{"address":"10.0.0.1","family":"ipv4","weight":3},"#
                    + #"{"family":"ipv4","local":true,"port":98,"weight":1},"#
                    + #"{"family":"ipv6","local":true,"port":98,"weight":1}]"#
            ),
            "\(values)"
        )
        let view = try #require(RedirectView(Self.rules(redirect)))
        #expect(view.target == "source-hash: 10.0.0.1 (3), local:98")
    }

    @Test func `a shift says which ports become which`() throws {
        let values = try Self.values(
            """
            direction: inbound
                match: {protocol: tcp, destination: {port: 1000-1999}}
                to: {local: 5000-5999}
            """
        )
        #expect(
            values.contains(
                #"[{"local":true,"shifts":[{"from":"1000-1999","to":"5000-5999"}]}]"#
            )
        )
    }

    @Test func `a prefix as target is an address, in words that a policy can have`() throws {
        let redirect = "connection: inbound any 203.0.113.0/24\n    to: 10.0.1.0/24"
        let values = try Self.values(redirect)
        #expect(values.contains(#""targets":[{"address":"10.0.1.0\/24"}]"#), "\(values)")
        let view = try #require(RedirectView(Self.rules(redirect)))
        #expect(view.target == "10.0.1.0/24")
        #expect(view.destination == "203.0.113.0/24")
        #expect(view.source == nil)
    }

    @Test func `a bypass and a masquerade are told`() throws {
        let bypass = try Self.values(
            "direction: outbound\n    match: {user: 1000}\n    bypass: true"
        )
        #expect(bypass.contains(#""targets":[{"bypass":true}]"#))
        #expect(bypass.contains(#""users":["1000"]"#))
        let masquerade = try Self.values(
            """
            direction: inbound
                match: {family: ipv4, protocol: tcp, destination: {port: 80}}
                to: {address: 10.2.0.2}
                masquerade: {to: 10.2.0.1}
            """
        )
        #expect(masquerade.contains(#""masquerade":{"to":["10.2.0.1"]}"#))
    }

    @Test func `a long list is cut, and says so`() throws {
        let addresses = (0..<5).map { "10.0.\($0).1" }.joined(separator: ", ")
        let values = try Self.values(
            """
            direction: outbound
                match: {family: ipv4, protocol: tcp, destination: {address: [\(addresses)], port: 80}}
                to: {port: 8080}
            """,
            atMost: 3
        )
        #expect(values.contains(#"["10.0.0.1","10.0.1.1","10.0.2.1"]"#))
        #expect(values.contains(#""complete":false"#))
    }

    /// The values of a policy's only redirect, as JSON with sorted keys.
    private static func values(_ redirect: String, atMost limit: Int = 1000) throws -> String {
        let values = try #require(RedirectValues(rules(redirect), atMost: limit))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(values), as: UTF8.self)
    }

    private static func rules(_ redirect: String) throws -> [PlacedRule] {
        let policy = try Sample.policy("version: 1\nredirects:\n  - name: r\n    \(redirect)\n")
        let table = LiveTable(
            holding: PolicyCompiler.ruleset(for: policy.policy),
            marker: nil
        )
        let redirects = RedirectView.redirects(in: table)
        return redirects[0].rules
    }
}
