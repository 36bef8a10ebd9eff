import GenerationModel
import PolicyCompiler
import PolicyYAML
import RulesetModel
import TableDiff
import TestSupport
import Testing

@testable import Reporting

/// What fits which terminal.
@Suite struct WidthTests {
    /// The widths of terminals that have a golden file; `nil` for a pipe.
    static let widths: [Int?] = [nil, 60, 80, 120, 200]

    static func file(_ width: Int?) -> String { "width-\(width.map(String.init) ?? "none").txt" }

    @Test(arguments: widths)
    func `a plan, a drift and connections fit the terminal`(_ width: Int?) throws {
        let difference = try Sample.longDifference
        let text = try [
            PlanText(difference, width: width).lines(objects: false),
            DriftText(difference, width: width).lines(objects: false),
            Sample.connections().lines(width: width),
        ].map { lines in lines.map { $0.text + "\n" }.joined() }
        try Golden().check(text.joined(separator: "-----\n"), against: Self.file(width))
    }

    @Test(arguments: widths.compactMap(\.self))
    func `no line of a table is wider than the terminal`(_ width: Int) throws {
        let difference = try Sample.longDifference
        let lines =
            try PlanText(difference, width: width).changes(objects: false)
            + Sample.connections().lines(width: width).dropFirst()
        for line in lines {
            #expect(line.text.count <= width, "\(line.text)")
            #expect(line.text.last != " ", "\(line.text)")
        }
        #expect(lines.contains { $0.text.count > width * 3 / 4 }, "the width is used")
    }

    @Test func `a word that is wider than the terminal stays whole`() {
        let name = String(repeating: "n", count: 80)
        let lines = ColumnLayout([[.init(text: name), .init(text: "x")]], indent: 4, width: 40)
            .lines(of: [.init(text: name), .init(text: "x")])
        #expect(lines.map { $0.map(\.text).joined() } == ["    \(name)", "      x"])
    }

    @Test func `numbers end in the same column`() {
        let rows: [[ColumnLayout.Cell]] = ["7", "1200"].map { text in
            [.init(text: "a"), .init(text: text, isNumber: true)]
        }
        let layout = ColumnLayout(rows, indent: 0, width: nil)
        let lines = rows.map { layout.lines(of: $0).map { $0.map(\.text).joined() } }
        #expect(lines == [["a     7"], ["a  1200"]])
    }

    @Test func `only the sign and what changes have a colour`() throws {
        let lines = try PlanText(Sample.longDifference).changes(objects: false)
        let colored = lines.map { $0.parts.filter(\.isColored).map(\.text).joined(separator: "|") }
        #expect(colored.first == "+")
        #expect(colored.contains("~|(was → 10.0.0.8)"), "\(colored)")
    }
}

extension Sample {
    /// A difference of redirects with short and long names, matches and targets.
    static var longDifference: Difference {
        get throws {
            Difference(
                live: LiveTable(holding: try compiled(shortPolicy), marker: manifest(1).marker),
                wanted: try compiled(longPolicy),
                marker: manifest(2).marker
            )
        }
    }

    private static func compiled(_ policy: String) throws -> Ruleset {
        PolicyCompiler.ruleset(for: try Sample.policy(policy).policy)
    }

    private static let shortPolicy = """
        version: 1
        redirects:
          - name: mail
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 25}}
            to: {address: 10.0.0.8}
          - name: dns
            direction: [inbound, outbound]
            match: {protocol: [tcp, udp], destination: {port: 53}}
            except: [{source: {address: [192.0.2.7, 192.0.2.8]}}]
            to: {local: 5353}
          - name: old
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 8080}}
            to: {address: 10.0.0.9}

        """

    private static let longPolicy = """
        version: 1
        redirects:
          - name: web
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 443}}
            to: {address: 10.0.0.7, port: 8443}
          - name: mail
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 25}}
            to: {address: 10.0.0.25}
          - name: offices-and-their-partners-to-the-new-application-server
            direction: inbound
            match:
              family: ipv4
              protocol: tcp
              source: {address: [198.51.100.0/25, 198.51.100.160/27, 192.0.2.0/24, 10.9.0.0/16]}
              destination: {address: [203.0.113.5, 203.0.113.6], port: [80, 443, 8000-8010]}
              interface: [eth0, eth1]
            to:
              balance: source-hash
              targets: [{address: 10.0.1.1}, {address: 10.0.1.2}, {address: 10.0.1.3}]
            masquerade: true
          - name: dns
            direction: [inbound, outbound]
            match: {protocol: [tcp, udp], destination: {port: 53}}
            except: [{source: {address: [192.0.2.7, 192.0.2.9]}}]
            to: {local: 5353}
          - name: ipv6
            direction: inbound
            match: {protocol: udp, destination: {address: "2001:db8:1234:5678::9", port: 443}}
            to: {address: "2001:db8:1234:5678:9abc:def0:1234:5678", port: 8443}

        """
}
