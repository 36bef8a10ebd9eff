import Addressing
import Diagnostics
import PolicyModel
import PolicyYAML
import Testing

@testable import PolicyAnalysis

/// What is said of single connections; `Tests/ReportingTests` has the same as people read it.
@Suite struct ExplanationTests {
    @Test func `if nothing is left open that matters, there is one outcome`() throws {
        let explanation = try explain("outbound tcp 198.51.100.7:80", web)
        #expect(summary(explanation) == ["web:  → 198.51.100.7:8080*1"])
        #expect(explanation.isComplete)
        #expect(explanation.openKeys.isEmpty)
        #expect(explanation.candidateCount == 0)
        #expect(explanation.cases.first?.condition.isEmpty == true)
    }

    @Test func `a condition is the kernel's only if nobody else is left`() throws {
        let exceptions = (1...79).map { "{source: {address: 10.0.0.\($0), port: \(1000 + $0)}}" }
        let redirects = """
              - {name: users, direction: outbound, match: {protocol: tcp, destination: {port: 80}, user: 5}, bypass: true}
              - {name: main, direction: outbound, match: {protocol: tcp, destination: {port: 80}},
                 except: [\(exceptions.joined(separator: ", "))], to: {port: 8080}}

            """
        let explanation = try explain("outbound tcp 198.51.100.7:80", redirects)
        #expect(explanation.cases.count == 3)
        for found in explanation.cases {
            #expect(!found.condition.isOfKernel)
            #expect(found.witness != nil)
        }
    }

    @Test func `exceptions that are too many are not taken for all`() throws {
        // Each is a box that cuts all others in four dimensions.
        let exceptions = (1...12).map { number in
            "{source: {address: 10.\(number * 7).0.0-10.\(100 + number * 9).0.0, "
                + "port: \(number * 1000)-\(30_000 + number * 1100)}, "
                + "user: \(number * 500)-\(20_000 + number * 600), "
                + "group: \(number * 500)-\(20_000 + number * 600)}"
        }
        let match =
            "direction: outbound, match: {protocol: tcp, destination: {port: 80}, "
            + "source: {address: 10.0.0.0/8}}"
        let redirects = """
              - {name: first, \(match), bypass: true}
              - {name: second, \(match), except: [\(exceptions.joined(separator: ", "))], to: {port: 81}}

            """
        let connection = "outbound tcp 198.51.100.7:80"
        let policy = try PolicyReader().read(
            SourceText(name: "policy.yaml", text: "version: 1\nredirects:\n" + redirects)
        ).policy
        let space = PacketSpace([policy])
        let boxes = space.boxes(of: try ConnectionReader().read(connection))
        try #require(space.boxes(of: policy.redirects[1], among: boxes) == nil)
        let candidates = try explain(connection, redirects).candidates
        #expect(candidates.map(\.redirect.name) == ["second"])
        #expect(candidates.first?.obstacles == [.decidedBefore(["first"])])
    }

    @Test func `what is left open gives an outcome for each answer`() throws {
        let users = """
              - name: users
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}, user: 1000-1999}
                except: [{interface: lo}, {user: 1500, mark: 1}, {user: 5}]
                bypass: true

            """
        let explanation = try explain("outbound tcp 198.51.100.7:80", users + web)
        #expect(
            summary(explanation) == [
                "users: user=1000-1999 not(interface=lo) not(user=1500,mark=0x1) "
                    + "→ 198.51.100.7:80*1",
                "web: otherwise → 198.51.100.7:8080*1",
            ]
        )
        #expect(explanation.openKeys == [.interface, .user, .mark])
        let known = try explain("outbound tcp 198.51.100.7:80 user=1000 mark=0", users + web)
        #expect(
            summary(known) == [
                "users: not(interface=lo) → 198.51.100.7:80*1",
                "web: otherwise → 198.51.100.7:8080*1",
            ]
        )
        #expect(known.cases.first?.witness != nil)
    }

    @Test func `whether an address is this machine's is open unless it is known`() throws {
        let local = """
              - name: local
                direction: inbound
                match: {protocol: tcp, destination: {address: local, port: 80}}
                to: {local: 8080}

            """
        let address = try #require(IPAddress("192.0.2.1"))
        let open = try explain("inbound tcp 192.0.2.1:80", local)
        #expect(
            summary(open) == [
                "local: destination.address=local → local:8080*1",
                "-: otherwise → 192.0.2.1:80*1",
            ]
        )
        #expect(open.cases.map(\.isWitnessOnThisMachine) == [true, false])
        #expect(open.notes.first == .mayBeLocal(address))
        let port = try #require(Port(8080))
        for known in [
            try explain("inbound tcp local:80", local),
            try explain("inbound tcp 192.0.2.1:80", local, knowing: [address]),
            try explain("inbound tcp 127.0.0.1:80", local),
        ] {
            #expect(summary(known) == ["local:  → local:8080*1"])
            #expect(known.notes == [.localAddress(redirect: "local", port: port)])
        }
    }

    @Test func `of several targets, the family decides which ones`() throws {
        let balance = """
              - name: balance
                direction: outbound
                match: {protocol: tcp, destination: {address: local, port: 80}}
                to:
                  balance: random
                  targets:
                    - {address: 192.0.2.1, weight: 3}
                    - {address: 192.0.2.2}
                    - {address: "2001:db8::1", port: 8080}

            """
        let four = "192.0.2.1:80*3 192.0.2.2:80*1"
        let six = "[2001:db8::1]:8080*1"
        #expect(
            summary(try explain("outbound tcp local:80", balance)) == [
                "balance: family=ipv4 → \(four)", "balance: otherwise → \(six)",
            ]
        )
        #expect(
            summary(try explain("outbound tcp local:80 source=192.0.2.9", balance))
                == ["balance:  → \(four)"]
        )
        #expect(
            summary(try explain("outbound tcp local:80 source=2001:db8::9", balance))
                == ["balance:  → \(six)"]
        )
    }

    @Test func `the source is part of the outcome`() throws {
        let hairpin = """
              - name: hairpin
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {address: 10.0.0.5}
                masquerade: {from: 10.0.0.0/8, to: 10.0.0.1}

            """
        let open = try explain("inbound tcp 203.0.113.1:80", hairpin)
        #expect(
            summary(open) == [
                "hairpin: source.address=10.0.0.0/8 → 10.0.0.5:80*1",
                "hairpin: otherwise → 10.0.0.5:80*1",
            ]
        )
        let source = try #require(IPAddress("10.0.0.1"))
        #expect(open.cases.map(\.newSource) == [Masquerade.Source([.ipv4: source]), nil])
        let same = try explain("inbound tcp 10.1.1.1 -> 10.0.0.5:80", hairpin)
        #expect(same.cases.map(\.newSource) == [nil], "it goes where it was sent")
    }

    @Test func `of many redirects the closest are listed`() throws {
        let many = (1...100).map { number in
            """
              - name: r\(number)
                direction: \(number == 70 ? "outbound" : "inbound")
                match: {protocol: tcp, destination: {port: \(1000 + number)}}
                to: {port: 81}

            """
        }
        let explanation = try explain("outbound tcp 198.51.100.7:80", many.joined())
        #expect(explanation.candidateCount == 100)
        #expect(explanation.candidates.count == Explanation.mostCases)
        #expect(explanation.candidates.contains { $0.redirect.name == "r70" })
    }

    @Test func `of many outcomes the first are listed, and all counted`() throws {
        let many = (1...60).map { number in
            """
              - name: r\(number)
                direction: inbound
                match: {protocol: tcp, source: {address: 10.0.0.\(number)}}
                to: {port: 81}

            """
        }
        let explanation = try explain("inbound tcp 198.51.100.7:80", many.joined())
        #expect(explanation.caseCount == 61)
        #expect(explanation.cases.count == Explanation.mostCases)
        #expect(explanation.isComplete)
    }

    @Test func `what takes too long is not worked out, and that is said`() throws {
        let many = (0..<1100).map { number in
            """
              - name: r\(number)
                direction: inbound
                match: {protocol: tcp, source: {address: 10.0.\(number / 250).\(number % 250)}}
                to: {port: 81}

            """
        }
        let explanation = try explain("inbound tcp 198.51.100.7:80", many.joined())
        #expect(!explanation.isComplete)
        #expect(explanation.caseCount == 1000)
        let exact = try explain("inbound tcp 10.0.4.99 -> 198.51.100.7:80", many.joined())
        #expect(exact.isComplete)
        #expect(exact.cases.map(\.redirect?.name) == ["r1099"])
    }

    @Test func `NAT decides once`() throws {
        let next = """
              - name: next
                direction: outbound
                match: {protocol: tcp, destination: {port: 8080}}
                to: {port: 9090}

            """
        let explanation = try explain("outbound tcp 198.51.100.7:80", web + next)
        #expect(explanation.notes == [.decidedOnce(redirect: "web", next: "next")])
    }

    @Test(arguments: [
        ("", true), ("except: [{user: 1500}]", false), ("except: [{mark: 1}]", false),
        ("except: [{interface: lo}]", false),
    ])
    func `a proxy that would get its own connections is told`(except: String, isTold: Bool) throws {
        let proxy = """
              - name: proxy
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {local: 3128}
                \(except)

            """
        let explanation = try explain("outbound tcp 198.51.100.7:80 user=1000", proxy)
        #expect(explanation.notes.contains(.ownConnections(redirect: "proxy")) == isTold)
    }
}
