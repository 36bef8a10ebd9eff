import PolicyCompiler
import RulesetModel
import TestSupport
import Testing

/// In which maps shifts look their ports up.
@Suite struct ShiftTests {
    private static func shift(_ name: String, _ from: String, _ to: String) -> String {
        "  - {name: \(name), direction: outbound, to: {port: \(to)}, "
            + "match: {protocol: tcp, destination: {address: 10.0.0.1, port: \(from)}}}\n"
    }

    private static func maps(_ redirects: String...) throws -> [String: Int] {
        let compilation = try Compilation("redirects:\n\(redirects.joined())")
        return Dictionary(
            uniqueKeysWithValues: compilation.ruleset.maps.filter { $0.type.value == .port }
                .map { ($0.name, $0.elements.count) }
        )
    }

    @Test func `a short shift has a map of its own, and long ones by as many ports share one`()
        throws
    {
        let short = Self.shift("a", "1000-2023", "2000-3023")
        let long = Self.shift("b", "1000-2024", "2000-3024")
        #expect(try Self.maps(short) == ["ports_a": 1024])
        #expect(try Self.maps(long) == ["shift_up_1000": 1025])
        #expect(try Self.maps(short, long) == ["ports_a": 1024, "shift_up_1000": 1025])
        let same = Self.shift("c", "1000-2024", "2000-3024")
        #expect(try Self.maps(long, same) == ["shift_up_1000": 1025])
        let beside = Self.shift("d", "2001-3100", "3001-4100")
        #expect(try Self.maps(long, beside) == ["shift_up_1000": 2101])
        let down = Self.shift("e", "2000-3024", "1000-2024")
        #expect(try Self.maps(long, down) == ["shift_up_1000": 1025, "shift_down_1000": 1025])
        // No name depends on who else is there, or on the order.
        #expect(
            try Self.maps(down, beside, long) == ["shift_up_1000": 2101, "shift_down_1000": 1025]
        )
    }

    @Test func `a hundred shifts of all ports are one map`() throws {
        let redirects = (0..<100).map { number in
            "  - {name: r\(number), direction: [inbound, outbound], to: {port: 2-65535}, match: "
                + "{protocol: tcp, destination: {address: 10.0.0.\(number), port: 1-65534}}}\n"
        }
        let ruleset = try Compilation("redirects:\n\(redirects.joined())").ruleset
        #expect(ruleset.maps.first { $0.name == "shift_up_1" }?.elements.count == 65_534)
        #expect(ruleset.maps.reduce(0) { $0 + $1.elements.count } == 65_534 + 200)
        #expect(ruleset.counters.count == 100)
    }

    @Test func `a rule matches its own ports before it asks a shared map`() throws {
        let ruleset = try Compilation(
            """
            redirects:
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {address: 10.0.0.1, port: 1000-2999}}
                except: [{source: {address: 192.0.2.0/24}}]
                to: {address: 10.1.0.1, port: 5000-6999}
              - name: other
                direction: outbound
                match: {protocol: [tcp, udp], destination: {address: 10.0.0.2, port: 2000-3999}}
                to: {address: 10.1.0.2, port: 6000-7999}
              - name: few
                direction: outbound
                match: {protocol: tcp, destination: {address: 10.0.0.3, port: 1000-1001}}
                to: {address: 10.1.0.3, port: 5000-5001}

            """
        ).ruleset
        let lines = ruleset.script.split(separator: "\n", omittingEmptySubsequences: false)
        let isElement = lines.map { $0.hasPrefix("\t\t\t") }
        // Of many elements only the first and the last.
        let shown = lines.indices.filter { index in
            !isElement[index] || !isElement[index - 1] || !isElement[index + 1]
        }
        try Golden().check(shown.map { lines[$0] + "\n" }.joined(), against: "shared-shift.nft")
    }
}
