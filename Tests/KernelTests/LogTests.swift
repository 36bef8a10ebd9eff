import Addressing
import TableDiff
import TestSupport
import Testing

/// What is written to a log, and when.
@Suite(.networkNamespace) struct LogTests {
    @Test func `each connection that the redirect decides gives one line`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 81, 8080])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: [80, 81]}}",
            "except: [{destination: {port: 81}}]",
            "to: {port: 8080}",
            "log: {prefix: \"web \", group: 7}"
        )
        #expect(try policy.difference.isEmpty)
        let (log, other) = (try LabLog(group: 7), try LabLog(group: 8))
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:8080"))
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:81") == .reached("192.0.2.1:81"))
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:8080") == .reached("192.0.2.1:8080"))
        #expect(log.prefixes() == ["web "])
        #expect(other.prefixes() == [])
    }

    @Test func `beyond the rate, connections go on, but are not logged`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 80}}",
            "to: {port: 8080}",
            "log: {group: 7, rate: 1/day}"
        )
        #expect(try policy.difference.isEmpty)
        let log = try LabLog(group: 7)
        for _ in 0..<12 {
            #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:8080"))
        }
        #expect(try policy.counts == ["under-test": 12])
        // nft lets a burst of five pass at once.
        #expect(log.prefixes() == Array(repeating: "under-test: ", count: 5))
    }

    @Test func `a bypass can be logged, and leaves the connection alone`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: watched
                  direction: outbound
                  match: {protocol: tcp, destination: {address: 192.0.2.1, port: 80}}
                  bypass: true
                  log: {group: 9}
                - name: moved
                  direction: outbound
                  match: {protocol: tcp, destination: {port: 80}}
                  to: {port: 8080}
                """
        )
        #expect(try policy.difference.isEmpty)
        let log = try LabLog(group: 9)
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:80"))
        #expect(try lab.machine.ask(.tcp, "192.0.2.2:80") == .reached("192.0.2.2:8080"))
        #expect(log.prefixes() == ["watched: "])
        #expect(try policy.counts == ["moved": 1, "watched": 1])
    }

    @Test(arguments: ["level: debug", "level: warn", "prefix: \"a b#;{} \"", "rate: 100/second"])
    func `the kernel's own log is read back equal`(keys: String) throws {
        let policy = try PolicyUnderTest(
            redirect: "direction: inbound",
            "match: {protocol: tcp}",
            "to: {port: 8080}",
            "log: {\(keys)}"
        )
        #expect(try policy.difference.isEmpty)
    }
}
