import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// Ranges of ports as targets.
@Suite struct ShiftTests {
    private func text(_ ports: String, to target: String) -> String {
        policy(with: "match: {protocol: tcp, destination: {port: \(ports)}}\n    to: {\(target)}")
            .replacing("redirects:", with: "ports: {old: 1000-1999, one: 80}\nredirects:")
    }

    private func target(_ ports: String, to target: String) throws -> Target {
        let decision = try load(text(ports, to: target)).policy.redirects.first?.decision
        return try #require(decision?.targets.first)
    }

    private func shift(_ origin: ClosedRange<UInt16>, _ first: UInt16) throws -> NewPort {
        func range(_ first: UInt16, _ last: UInt16) throws -> ClosedRange<Port> {
            try #require(Port(first))...(try #require(Port(last)))
        }
        let moved = try range(first, first + (origin.upperBound - origin.lowerBound))
        let shift = PortShift(try range(origin.lowerBound, origin.upperBound), to: moved)
        return .shift(try #require(shift))
    }

    @Test(arguments: ["1000-1999", "old", "[1000-1499, 1500-1999]"])
    func `a range goes to a range of its size, with every form of target`(ports: String) throws {
        let expected = try shift(1000...1999, 5000)
        #expect(try target(ports, to: "port: 5000-5999") == .port(expected))
        #expect(try target(ports, to: "local: 5000-5999") == .local(port: expected))
        let address = try #require(IPAddress("192.0.2.1"))
        let both = try target(ports, to: "address: 192.0.2.1, port: 5000-5999")
        #expect(both == .address(address, port: expected))
    }

    @Test func `a name can be the target`() throws {
        #expect(try target("5000-5999", to: "port: old") == .port(try shift(5000...5999, 1000)))
        #expect(try target("1-1000", to: "local: old") == .local(port: try shift(1...1000, 1000)))
    }

    @Test(arguments: ["1000-1999", "[1, 3, 5-7]", "old", "80"])
    func `a range of one port is that port`(ports: String) throws {
        let port = NewPort.one(try #require(Port(80)))
        #expect(try target(ports, to: "port: 80-80") == .port(port))
        #expect(try target(ports, to: "port: one") == .port(port))
        #expect(try target(ports, to: "local: 80-80") == .local(port: port))
    }

    @Test(arguments: [
        (
            "1000-1999", "5000-5998",
            "write `5000-5999`; each port goes to the one at the same position" as String?
        ),
        (
            "1000-1998", "5000-5999",
            "write `5000-5998`; each port goes to the one at the same position"
        ),
        ("80", "8000-8001", "write `8000`"),
        (
            "1-1000", "65000-65535",
            "the last 1000 ports are `64536-65535`; each port goes to the one at the same position"
        ),
        ("old", "64537-65535", nil),
    ])
    func `ranges that differ in size are refused with both places`(
        ports: String,
        target: String,
        help: String?
    ) throws {
        let marked = text(ports, to: "port: 1️⃣\(target)2️⃣")
        try expectFinding(.shiftSizesDiffer, in: marked, help: help)
        let all = findings(in: text(ports, to: "local: \(target)"))
        #expect(all.first?.related.count == 1)
    }

    @Test func `the sizes are said`() throws {
        try expectFinding(
            .shiftSizesDiffer,
            in: text("80", to: "port: 1️⃣8000-80992️⃣"),
            message: "the connections have 1 port and the target has 100 ports"
        )
    }

    @Test(arguments: ["[80, 82]", "[1000-1999, 3000-3999]", "[old, 1-2]"])
    func `ports that are no range cannot shift`(ports: String) throws {
        try expectFinding(.shiftWithList, in: text(ports, to: "port: 1️⃣5000-69992️⃣"))
    }

    @Test(arguments: ["protocol: tcp", "protocol: tcp, source: {port: 1000-1999}"])
    func `without ports in the match there is nothing to shift`(match: String) throws {
        try expectFinding(
            .shiftWithoutPorts,
            in: policy(with: "match: {\(match)}\n    to: {local: 1️⃣5000-59992️⃣}")
        )
    }

    @Test func `nothing is concluded from ports that were rejected`() {
        for match in ["match: 5", "match: {protocol: tcp, destination: {port: 0-1}}"] {
            let text = policy(with: "\(match)\n    to: {port: 5000-5999}")
            #expect(findings(in: text).count == 1)
        }
    }

    @Test func `a list of the wrong form is no target`() throws {
        let lists = "ports: {web: [80, 443]}\nredirects:"
        let text = policy(with: "match: {protocol: tcp}\n    to: {port: 1️⃣web2️⃣}")
            .replacing("redirects:", with: lists)
        try expectFinding(.invalidPort, in: text)
    }
}
