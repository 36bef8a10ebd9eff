import Addressing
import Diagnostics
import PolicyModel
import TestSupport
import Testing

@testable import PolicyYAML

/// The text form of connections.
@Suite struct ConnectionTests {
    private func read(_ text: String) throws -> Connection { try ConnectionReader().read(text) }

    /// Expects findings, the first of them from the mark 1️⃣ up to the mark 2️⃣.
    private func expect(
        _ codes: [DiagnosticCode],
        _ marked: String,
        help: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let marked = MarkedText(marked)
        let error = #expect(throws: PolicyRejected.self, sourceLocation: sourceLocation) {
            try read(marked.text)
        }
        let findings = try #require(error, sourceLocation: sourceLocation).findings
        #expect(findings.map(\.code) == codes, sourceLocation: sourceLocation)
        let first = try #require(findings.first, sourceLocation: sourceLocation)
        #expect(
            marked.places[1]?.column == Int(first.primary.span.start.column),
            "\(first.message)",
            sourceLocation: sourceLocation
        )
        #expect(
            marked.places[2]?.column == Int(first.primary.span.end.column),
            "\(first.message)",
            sourceLocation: sourceLocation
        )
        if let help { #expect(first.help == help, sourceLocation: sourceLocation) }
    }

    @Test func `every part arrives in the model`() throws {
        let connection = try read(
            "outbound udp [2001:db8::1]:53 source=[fd00::5]:40000 interface=wg0 user=root "
                + "group=1000 cgroup=system.slice/a,b.service mark=0x10"
        )
        #expect(
            connection
                == Connection(
                    direction: .outbound,
                    transport: .udp,
                    sourceAddress: IPAddress("fd00::5"),
                    sourcePort: Port(40000),
                    destination: .address(try #require(IPAddress("2001:db8::1"))),
                    destinationPort: try #require(Port(53)),
                    interface: "wg0",
                    user: 0,
                    group: 1000,
                    cgroup: CgroupPath("system.slice/a,b.service"),
                    mark: 16
                )
        )
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7", nil as UInt16?), ("192.0.2.7:1", "192.0.2.7", 1),
    ])
    func `a source has an address, and a port or none`(
        text: String,
        address: String,
        port: UInt16?
    ) throws {
        let connection = try read("inbound sctp 192.0.2.1:65535 source=\(text)")
        #expect(connection.sourceAddress == IPAddress(address))
        #expect(connection.sourcePort == port.flatMap { Port($0) })
        #expect(connection.direction == .inbound)
        #expect(connection.transport == .sctp)
    }

    @Test func `this machine can be the destination`() throws {
        let connection = try read("inbound tcp local:80 source=[::1]:5")
        #expect(connection.destination == .local)
        #expect(connection.destinationPort == Port(80))
        try expect([.portOutOfRange], "inbound tcp local:1️⃣02️⃣")
    }

    @Test func `an IPv6 source without a port has no brackets`() throws {
        let connection = try read("inbound tcp [::2]:80 source=2001:db8::7:80")
        #expect(connection.sourceAddress == IPAddress("2001:db8::7:80"))
        #expect(connection.sourcePort == nil)
    }

    @Test(arguments: [
        ("192.0.2.7 -> 192.0.2.1:80", "192.0.2.1:80 source=192.0.2.7"),
        ("192.0.2.7:5 -> 192.0.2.1:80 mark=1", "192.0.2.1:80 source=192.0.2.7:5 mark=1"),
        ("2001:db8::7 -> local:80", "local:80 source=2001:db8::7"),
        ("[2001:db8::7]:5 -> [::1]:80", "[::1]:80 source=[2001:db8::7]:5"),
    ])
    func `a source can stand before the destination`(text: String, same: String) throws {
        #expect(try read("inbound tcp \(text)") == read("inbound tcp \(same)"))
    }

    @Test(arguments: [
        ("1️⃣->2️⃣ 192.0.2.1:80", DiagnosticCode.invalidConnection, nil as String?),
        (
            "1️⃣192.0.2.7->192.0.2.1:802️⃣", .invalidConnection,
            "write `192.0.2.7 -> 192.0.2.1:80`"
        ),
        ("1️⃣local2️⃣ -> 192.0.2.1:80", .hostnameAsAddress, nil),
        ("1️⃣2001:db8::72️⃣ -> 192.0.2.1:80", .familyConflict, nil),
        ("192.0.2.7 -> 192.0.2.1:80 1️⃣source=192.0.2.82️⃣", .duplicateKey, nil),
        ("192.0.2.7 -> 1️⃣192.0.2.12️⃣", .invalidConnection, "for example `192.0.2.1:80`"),
    ])
    func `an arrow in a wrong place is told`(
        text: String,
        code: DiagnosticCode,
        help: String?
    ) throws {
        try expect([code], "inbound tcp \(text)", help: help)
    }

    @Test(arguments: [
        "192.0.2.7 1️⃣-2️⃣", "192.0.2.7 1️⃣-2️⃣ user=5", "192.0.2.7 1️⃣-2️⃣ 192.0.2.1:80",
    ])
    func `what a shell leaves of an arrow is told`(text: String) throws {
        let help =
            "a shell takes an arrow outside quotes as `-` and `>`, and writes to a file that is named "
            + "like the destination; put the connection in quotes, or write `source=192.0.2.7` after "
            + "the destination"
        try expect([.invalidConnection], "outbound tcp \(text)", help: help)
    }

    @Test(arguments: [
        ("source=1️⃣10.0.0.0/82️⃣", "write one of them, such as `10.0.0.1`; or leave the source out"),
        (
            "source=1️⃣lan2️⃣",
            "write the address; host names are not looked up, and a list can only stand in a redirect"
        ),
    ])
    func `a source of several addresses is told`(text: String, help: String) throws {
        let code: DiagnosticCode = text.contains("lan") ? .hostnameAsAddress : .invalidAddress
        try expect([code], "inbound tcp 192.0.2.1:80 \(text)", help: help)
    }

    @Test(arguments: [
        ("1️⃣office2️⃣:443", DiagnosticCode.hostnameAsAddress, "addresses", "10.1.0.1"),
        ("192.0.2.1:443 source=1️⃣office2️⃣", .hostnameAsAddress, "addresses", "10.1.0.1"),
        ("local:1️⃣web2️⃣", .invalidPort, "ports", "8000"),
    ])
    func `a list is not an end of a connection`(
        text: String,
        code: DiagnosticCode,
        kind: String,
        example: String
    ) throws {
        let marked = MarkedText(
            """
            version: 1
            addresses: {office: [10.1.0.0/16, 10.2.0.7]}
            ports: {web: [8000-8010]}
            redirects: []
            tests: [{connection: "inbound tcp \(text)", expect: unchanged}]
            """
        )
        let error = #expect(throws: PolicyRejected.self) { try load(marked.text) }
        let finding = try #require(error?.findings.first)
        #expect(finding.code == code && error?.findings.count == 1)
        #expect(finding.message.contains("is a list of \(kind)"))
        #expect(
            finding.help
                == "write one \(kind == "ports" ? "port" : "address") of the list, such as "
                + "`\(example)`; a list can only stand in a redirect"
        )
    }

    @Test func `words stand apart by any white space`() throws {
        #expect(try read("  outbound\ttcp   192.0.2.1:80 ") == read("outbound tcp 192.0.2.1:80"))
    }

    @Test(arguments: [
        ("1️⃣2️⃣", "for example `outbound tcp 192.0.2.10:80`"),
        ("1️⃣tcp 192.0.2.1:802️⃣", "for example `outbound tcp 192.0.2.1:80`"),
        ("1️⃣outbound 192.0.2.1:802️⃣", "for example `outbound tcp 192.0.2.1:80`"),
        ("1️⃣192.0.2.1:80 user=52️⃣", "for example `outbound tcp 192.0.2.1:80 user=5`"),
        ("1️⃣inbound udp2️⃣", "for example `inbound udp 192.0.2.10:80`"),
        ("1️⃣inbound [::1]:5 mark=12️⃣", "for example `inbound tcp [::1]:5 mark=1`"),
        (
            "1️⃣inbound tcp 192.0.2.7 ->2️⃣",
            "for example `inbound tcp 192.0.2.7 -> 192.0.2.10:80`"
        ),
        ("1️⃣mark=12️⃣", "for example `outbound tcp 192.0.2.10:80 mark=1`"),
    ])
    func `what is missing is said`(text: String, help: String) throws {
        try expect([.invalidConnection], text, help: help)
    }

    @Test(arguments: [
        ("1️⃣out2️⃣ tcp 192.0.2.1:80", "did you mean `outbound`?" as String?),
        ("1️⃣Inbound2️⃣ tcp 192.0.2.1:80", "did you mean `inbound`?"),
        ("inbound 1️⃣tpc2️⃣ 192.0.2.1:80", "did you mean `tcp`?"),
        ("inbound 1️⃣any2️⃣ 192.0.2.1:80", nil), ("inbound 1️⃣icmp2️⃣ 192.0.2.1:80", nil),
    ])
    func `a wrong word is told the right one`(text: String, help: String?) throws {
        try expect([.unknownWord], text, help: help)
    }

    @Test(arguments: [
        ("1️⃣192.0.2.12️⃣", "for example `192.0.2.1:80`" as String?),
        ("192.0.2.1 1️⃣802️⃣", "write `192.0.2.1:80`"),
        ("2001:db8::1 1️⃣802️⃣", "write `[2001:db8::1]:80`"),
        ("1️⃣2001:db8::1:802️⃣", "for example `[2001:db8::1]:80`"),
        ("1️⃣2001:db8::2️⃣", "for example `[2001:db8::]:80`"),
        ("1️⃣[2001:db8::1]2️⃣", "for example `[2001:db8::1]:80`"),
        ("1️⃣[192.0.2.1]:802️⃣", "write `192.0.2.1:80`"),
        ("1️⃣[2001:db8::1:802️⃣", nil), ("1️⃣2001:db8::1]:802️⃣", nil), ("1️⃣[[::1]]:802️⃣", nil),
        ("1️⃣[::1]802️⃣", nil), ("1️⃣[]:802️⃣", nil), ("1️⃣:802️⃣", nil), ("1️⃣192.0.2.1:2️⃣", nil),
    ])
    func `a destination is an address and a port`(text: String, help: String?) throws {
        try expect([.invalidConnection], "outbound tcp \(text) user=0", help: help)
    }

    @Test(arguments: [
        ("1️⃣192.0.2.2562️⃣:80", DiagnosticCode.invalidAddress), ("1️⃣192.0.2.0/242️⃣:80", .invalidAddress),
        ("1️⃣192.0.2.1-192.0.2.22️⃣:80", .invalidAddress), ("[1️⃣::ffff:1.2.3.42️⃣]:80", .invalidAddress),
        ("[1️⃣fe80::1%eth02️⃣]:80", .invalidAddress), ("1️⃣web.example.com2️⃣:80", .hostnameAsAddress),
        ("1️⃣lan2️⃣:80", .hostnameAsAddress), ("192.0.2.1:1️⃣02️⃣", .portOutOfRange),
        ("192.0.2.1:1️⃣655362️⃣", .portOutOfRange), ("192.0.2.1:1️⃣0802️⃣", .invalidPort),
        ("192.0.2.1:1️⃣http2️⃣", .invalidPort), ("192.0.2.1:1️⃣80-812️⃣", .invalidPort),
        ("[::1]:1️⃣802️⃣:81", .invalidPort),
    ])
    func `the part that is wrong is marked`(text: String, code: DiagnosticCode) throws {
        let text = text == "[::1]:1️⃣802️⃣:81" ? "[::1]:1️⃣80:812️⃣" : text
        try expect([code], "outbound tcp \(text)")
    }

    @Test(arguments: [
        ("1️⃣user2️⃣", DiagnosticCode.invalidConnection, "for example `user=1000`" as String?),
        ("1️⃣root2️⃣", .invalidConnection, nil), ("1️⃣user=2️⃣", .invalidConnection, nil),
        ("1️⃣user=0,12️⃣", .invalidConnection, nil), ("1️⃣usr2️⃣=0", .unknownKey, nil),
        ("1️⃣uid2️⃣=0", .unknownKey, "did you mean `user`? for example `user=1000`"),
        ("1️⃣2️⃣=0", .unknownKey, nil), ("mark=1 1️⃣mark=22️⃣", .duplicateKey, nil),
        ("user=1️⃣0-52️⃣", .invalidID, nil), ("user=1️⃣-12️⃣", .invalidID, nil),
        ("user=1️⃣012️⃣", .invalidID, "write `1`"), ("user=1️⃣no-such-user-here2️⃣", .unknownUser, nil),
        ("group=1️⃣roto2️⃣", .unknownGroup, nil), ("interface=1️⃣wg*2️⃣", .invalidInterface, nil),
        ("interface=1️⃣enp0s31f6-uplink2️⃣", .invalidInterface, nil),
        ("cgroup=1️⃣/a2️⃣", .invalidCgroup, "write `a`"), ("mark=1️⃣1/12️⃣", .invalidMark, nil),
        ("mark=1️⃣0102️⃣", .invalidMark, nil), ("dscp=1️⃣642️⃣", .invalidCodePoint, nil),
        ("dscp=1️⃣0462️⃣", .invalidCodePoint, "write `46`"),
        ("source=1️⃣192.0.2.7:2️⃣", .invalidConnection, nil),
        ("source=1️⃣[2001:db8::7]2️⃣", .invalidConnection, "write `2001:db8::7`"),
        ("source=192.0.2.7:1️⃣02️⃣", .portOutOfRange, nil), ("source=1️⃣local2️⃣", .hostnameAsAddress, nil),
        ("source=1️⃣2001:db8::72️⃣", .familyConflict, nil),
    ])
    func `a key that is wrong is refused`(
        text: String,
        code: DiagnosticCode,
        help: String?
    ) throws {
        try expect([code], "outbound tcp 192.0.2.1:80 \(text)", help: help)
    }

    @Test(arguments: ["user=0", "group=0", "cgroup=a"])
    func `connections from outside belong to no process`(text: String) throws {
        try expect([.userOnInbound], "inbound tcp 192.0.2.1:80 1️⃣\(text)2️⃣")
    }

    @Test func `one mistake hides no other`() throws {
        let text = "1️⃣outbund2️⃣ icmp 192.0.2.256:0 user=01 usr=1 foo mark=x mark=1"
        try expect(
            [
                .unknownWord, .unknownWord, .invalidAddress, .portOutOfRange, .invalidID,
                .unknownKey, .invalidConnection, .invalidMark, .duplicateKey,
            ],
            text
        )
    }

    @Test func `what is long or no text is refused`() throws {
        let long = "outbound tcp 192.0.2.1:80 " + String(repeating: "user=1 ", count: 400)
        try expect([.invalidConnection], "1️⃣\(long)2️⃣")
        try expect([.invalidCharacter], "outbound 1️⃣\u{1B}2️⃣tcp 192.0.2.1:80")
    }

    @Test func `a finding is shown under the text`() throws {
        let error = #expect(throws: PolicyRejected.self) { try read("outbound tcp 192.0.2.1:http") }
        let rejected = try #require(error)
        #expect(
            DiagnosticText(sources: rejected.sources, color: false).render(rejected.findings)
                == """
                error[invalid-port]: `http` is not a port
                  --> <connection>:1:24
                   |
                 1 | outbound tcp 192.0.2.1:http
                   |                        ^^^^ a port is a decimal number from 1 to 65535
                   = help: names of services are not looked up; write `80`

                <connection>: 1 error

                """
        )
    }
}
