import Addressing
import PolicyCompiler
import RulesetModel
import TestSupport
import Testing

/// Which redirects share a map, and what becomes of the order.
@Suite struct GroupingTests {
    private static let web = "protocol: tcp, destination: {address: 10.0.0.1, port: 80}"

    @Test func `redirects of one shape share one look-up`() throws {
        let redirects = (1...200).map { number in
            (
                name: "r\(number)",
                match: "protocol: tcp, destination: {address: 10.0.0.\(number), port: 80}",
                target: "to: {address: 10.1.0.\(number), port: 8080}"
            )
        }
        let compilation = try Compilation(outbound: redirects)
        #expect(compilation.ruleset.chains[1].rules.count == 1)
        #expect(compilation.ruleset.maps.map(\.elements.count) == [200])
        #expect(compilation.ruleset.counters.isEmpty)
        // Where nothing overlaps, the order of the file is no part of the result.
        #expect(
            try Compilation(outbound: redirects.reversed()).ruleset == compilation.ruleset
        )
    }

    @Test func `the first of two with the same key decides, and the other is told of`() throws {
        let compilation = try Compilation(outbound: [
            ("a", Self.web, "to: {address: 10.1.0.1, port: 1}"),
            ("b", Self.web, "to: {address: 10.1.0.1, port: 2}"),
        ])
        let key = "ip daddr . meta l4proto . th dport: 10.0.0.1 . tcp . 80"
        #expect(compilation.outbound == ["a  \(key) → dnat to 10.1.0.1 . 1"])
        #expect(compilation.covered == ["b"])
    }

    @Test func `where ranges of one shape overlap, the later gets what is left`() throws {
        let compilation = try Compilation(outbound: [
            ("a", "protocol: tcp, destination: {port: 100-199}", "to: {port: 1}"),
            ("b", "protocol: tcp, destination: {port: 150-299}", "to: {port: 2}"),
            ("c", "protocol: tcp, destination: {port: 1-1000}", "to: {port: 3}"),
        ])
        #expect(
            compilation.outbound == [
                "c  meta l4proto . th dport: tcp . 1-99 → dnat to 3",
                "a  meta l4proto . th dport: tcp . 100-199 → dnat to 1",
                "b  meta l4proto . th dport: tcp . 200-299 → dnat to 2",
                "c  meta l4proto . th dport: tcp . 300-1000 → dnat to 3",
            ]
        )
    }

    @Test func `what would be left of a range in very many pieces stays a rule, in order`() throws {
        let narrow = (0..<300).map { number in
            (
                name: "r\(number)",
                match: "protocol: tcp, source: {address: 10.0.\(number / 100).0/24}, "
                    + "destination: {port: \(100 + 2 * number)-\(100 + 2 * number)}",
                target: "to: {port: 1}"
            )
        }
        let wide = (0..<3).map { number in
            (
                name: "wide\(number)",
                match: "protocol: tcp, source: {address: 10.0.0.0/\(16 - number)}, "
                    + "destination: {port: 100-\(900 + number)}",
                target: "to: {port: 2}"
            )
        }
        let compilation = try Compilation(outbound: narrow + wide)
        #expect(compilation.ruleset.maps.map(\.elements.count) == [300])
        let rules = compilation.ruleset.chains[1].rules.compactMap(\.comment)
        #expect(rules == ["wide0", "wide1", "wide2"])
        #expect(rules.allSatisfy { compilation.reasons[$0] == .tooManyRemainders })
    }

    @Test func `of ranges that overlap in very many ways, few elements are made`() throws {
        let redirects = (0..<60).map { number in
            (
                name: "r\(number)",
                match: "protocol: tcp, source: {address: [10.0.0.\(number)-10.9.0.\(number), "
                    + "10.20.0.\(number)-10.29.0.\(number), 10.30.0.0-10.50.0.0]}, destination: "
                    + "{port: [\(100 + number)-\(20_000 + number), \(30_000 + number)-50000]}",
                target: "to: {port: 1}"
            )
        }
        let compilation = try Compilation(outbound: redirects)
        #expect(compilation.ruleset.maps[0].elements.count < 60 * 256)
    }

    @Test func `what earlier ones cover costs nothing, however many there are`() throws {
        let redirects = (0..<2000).map { number in
            (
                name: "r\(number)",
                match: "protocol: tcp, destination: {port: 100-\(9000 - number)}",
                target: "to: {port: \(1 + number)}"
            )
        }
        let compilation = try Compilation(outbound: redirects)
        #expect(compilation.ruleset.maps.map(\.elements.count) == [1])
        #expect(compilation.covered.count == 1999)
    }

    @Test func `where shapes overlap, what comes first in the file is asked first`() throws {
        let one = ("one", Self.web, "to: {address: 10.1.0.1, port: 1}")
        let all = ("all", "protocol: tcp, destination: {port: 80}", "to: {port: 2}")
        #expect(try Self.names(Compilation(outbound: [one, all])) == ["one", "all"])
        #expect(try Self.names(Compilation(outbound: [all, one])) == ["all", "one"])
    }

    @Test func `a shape is asked once where its members may all wait for the same`() throws {
        // The bypass overlaps one of the two; the other may as well be asked after it.
        let compilation = try Compilation(outbound: [
            ("admin", "destination: {address: 10.0.0.1}", "bypass: true"),
            ("a", Self.web, "to: {address: 10.1.0.1, port: 1}"),
            (
                "b", "protocol: tcp, destination: {address: 10.0.0.2, port: 80}",
                "to: {address: 10.1.0.1, port: 1}"
            ),
        ])
        #expect(compilation.ruleset.maps.count == 2)
        #expect(Self.names(compilation) == ["admin", "a", "b"])
    }

    @Test func `a shape that has to be asked twice has two maps`() throws {
        let compilation = try Compilation(outbound: [
            ("a", Self.web, "to: {address: 10.1.0.1, port: 1}"),
            ("all", "protocol: tcp, destination: {port: [80, 82]}", "to: {port: 2}"),
            (
                "b", "protocol: tcp, destination: {address: 10.0.0.2, port: 82}",
                "to: {address: 10.1.0.1, port: 1}"
            ),
        ])
        #expect(
            compilation.ruleset.maps.map(\.name) == [
                "out_inet_proto_dport_to_port", "out_ip_daddr_proto_dport_to_addr_port",
                "out_ip_daddr_proto_dport_to_addr_port_2",
            ]
        )
        #expect(Self.names(compilation) == ["a", "all", "all", "b"])
    }

    @Test func `what lets connections go is asked before what they are let go to`() throws {
        let compilation = try Compilation(outbound: [
            ("a", Self.web, "except: [{user: 5}], to: {port: 1}"),
            ("b", Self.web, "bypass: true"),
        ])
        #expect(compilation.ruleset.maps.count == 2)
        #expect(Self.names(compilation) == ["a", "b"])
        #expect(compilation.covered.isEmpty)
    }

    @Test(
        arguments: [
            ("protocol: tcp, destination: {port: 80}, cgroup: system.slice", .controlGroup),
            ("protocol: tcp, destination: {port: 80}, mark: 0x1/0xff", .maskedMark),
            ("family: ipv4, protocol: tcp, destination: {port: 80}, dscp: 46", .codePoint),
            ("protocol: tcp, destination: {port: 80}, interface: \"eth*\"", .interfacePrefix),
            ("family: ipv4", .nothingToLookUp),
            ("protocol: udp", .nothingToLookUp),
            (
                "protocol: tcp, user: 1, group: 1, mark: 1, source: {address: 10.0.0.1, port: 7}",
                .tooManyFields(6)
            ),
            (
                "protocol: tcp, source: {port: [\(odd(20))]}, destination: {port: [\(odd(14))]}",
                .tooManyKeys(280)
            ),
        ] as [(String, Layout.Reason)]
    )
    func `what no key can hold is a rule`(match: String, reason: Layout.Reason) throws {
        let compilation = try Compilation(outbound: [("a", match, "to: {address: 10.1.0.1}")])
        #expect(compilation.reasons == ["a": reason])
        #expect(compilation.ruleset.maps.isEmpty)
    }

    @Test func `what is left in too many pieces is a rule after the map`() throws {
        var redirects = (0..<300).map { number in
            let first = number * 4 + 1
            return (
                name: "r\(number)",
                match: "protocol: tcp, destination: {port: \(first)-\(first + 1)}",
                target: "to: {port: 1}"
            )
        }
        redirects.append(("rest", "protocol: tcp, destination: {port: 1-2000}", "to: {port: 2}"))
        redirects.append(("last", "protocol: tcp, destination: {port: 1900-3000}", "to: {port: 3}"))
        let compilation = try Compilation(outbound: redirects)
        #expect(compilation.reasons == ["rest": .tooManyRemainders])
        // What follows it in the policy must not come before it, although the map is asked first.
        let last = compilation.outbound.filter { $0.hasPrefix("last ") }
        #expect(last == ["last  meta l4proto . th dport: tcp . 2001-3000 → dnat to 3"])
        #expect(compilation.outbound.last?.hasPrefix("rest ") == true)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `an unrelated redirect moves nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let redirects = (0..<30).map { number in
            (
                name: "r\(number)", match: Self.match(using: &random),
                target: Bool.random(using: &random) ? "bypass: true" : "to: {port: \(number + 1)}"
            )
        }
        let before = try Compilation(outbound: redirects).ruleset
        var more = redirects
        more.insert(
            ("new", "protocol: sctp, destination: {address: 10.9.9.9, port: 9}", "to: {port: 9}"),
            at: Int.random(in: 0...30, using: &random)
        )
        let after = try Compilation(outbound: more).ruleset
        for map in before.maps {
            let now = after.maps.first { $0.name == map.name }
            #expect(now?.elements.filter { $0.redirect != "new" } == map.elements, "seed \(seed)")
        }
        let rules = Set(before.chains[1].rules)
        #expect(after.chains[1].rules.filter(rules.contains) == before.chains[1].rules)
    }

    private static func match(using random: inout SeededGenerator) -> String {
        let addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.0/24", "10.0.0.0/16", "10.0.0.0-10.0.0.9"]
        let ports = ["80", "443", "80-89", "1-1000"]
        var match = "protocol: \(["tcp", "udp"].randomElement(using: &random) ?? "tcp")"
        let ends = [addresses, ports].enumerated().compactMap { index, choices in
            Bool.random(using: &random)
                ? "\(["address", "port"][index]): \(choices.randomElement(using: &random) ?? "")"
                : nil
        }
        if !ends.isEmpty { match += ", destination: {\(ends.joined(separator: ", "))}" }
        return match
    }

    private static func odd(_ count: Int) -> String {
        (0..<count).map { "\($0 * 2 + 1)" }.joined(separator: ", ")
    }

    /// The redirects in the order in which their rules and elements are asked.
    private static func names(_ compilation: Compilation) -> [String] {
        compilation.outbound.map { String($0.prefix { $0 != " " }) }
    }
}
