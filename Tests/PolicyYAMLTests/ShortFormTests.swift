import Addressing
import Diagnostics
import PolicyModel
import TestSupport
import Testing

@testable import PolicyYAML

/// Redirects whose connections and target are written in one text each.
@Suite struct ShortFormTests {
    private static let lists = """
        version: 1
        addresses: {lan: [10.0.0.0/8, "fd00::/8"], proxy: 192.0.2.9}
        ports: {web: [80, 443], alt: 8080}
        redirects:

        """

    /// The redirect with some keys after its name.
    private func redirect(_ keys: String) throws -> Redirect {
        let lines = keys.split(separator: "\n").map { "    \($0)\n" }.joined()
        let loaded = try load(Self.lists + "  - name: web\n" + lines)
        return try #require(loaded.policy.redirects.first)
    }

    @Test(arguments: [
        (
            "connection: inbound tcp local:2222",
            "direction: inbound\nmatch: {protocol: tcp, destination: {address: local, port: 2222}}"
        ),
        (
            "connection: inbound,outbound tcp,udp *:80,443,8000-8010",
            "direction: [inbound, outbound]\n"
                + "match: {protocol: [tcp, udp], destination: {port: [80, 443, 8000-8010]}}"
        ),
        (
            "connection: outbound any *",
            "direction: outbound"
        ),
        (
            "connection: outbound any 203.0.113.5,2001:db8::5",
            "direction: outbound\n"
                + "match: {destination: {address: [203.0.113.5, \"2001:db8::5\"]}}"
        ),
        (
            "connection: \"inbound udp lan,[2001:db8::/32]:5000 -> [2001:db8::1],local,proxy:web,81\"",
            "direction: inbound\nmatch: {protocol: udp, "
                + "source: {address: [lan, \"2001:db8::/32\"], port: 5000}, "
                + "destination: {address: [\"2001:db8::1\", local, proxy], port: [web, 81]}}"
        ),
        (
            "connection: inbound tcp *:80 source=*:1024-65535 interface=eth0,wg* mark=0x1/0xff",
            "direction: inbound\nmatch: {protocol: tcp, destination: {port: 80}, "
                + "source: {port: 1024-65535}, interface: [eth0, \"wg*\"], mark: 0x1/0xff}"
        ),
        (
            "connection: outbound tcp *:80 user=root,1000-1999 group=5 family=ipv4 dscp=ef,10",
            "direction: outbound\nmatch: {protocol: tcp, destination: {port: 80}, "
                + "user: [root, 1000-1999], group: 5, family: ipv4, dscp: [ef, 10]}"
        ),
        (
            "connection: outbound tcp *:80 cgroup=a/b,c cgroup=d",
            "direction: outbound\nmatch: {protocol: tcp, destination: {port: 80}, "
                + "cgroup: [\"a/b,c\", d]}"
        ),
    ])
    func `a text means the same as the keys`(short: String, long: String) throws {
        let (one, other) = (
            try redirect(short + "\nbypass: true"), try redirect(long + "\nbypass: true")
        )
        #expect(one.match == other.match)
        #expect(one.directions == other.directions)
    }

    @Test(arguments: [
        ("10.2.0.2:22", "{address: 10.2.0.2, port: 22}"), ("10.2.0.2", "{address: 10.2.0.2}"),
        ("\"[2001:db8::10]:80\"", "{address: \"2001:db8::10\", port: 80}"),
        ("2001:db8::10", "{address: \"2001:db8::10\"}"), (":8080", "{port: 8080}"),
        ("\"::1\"", "{address: \"::1\"}"), ("\"[2001:db8::10]\"", "{address: \"2001:db8::10\"}"),
        ("local", "{local: true}"), ("local:8080", "{local: 8080}"), ("local:alt", "{local: alt}"),
        ("proxy:alt", "{address: proxy, port: alt}"),
        ("10.0.0.5:5000-5009", "{address: 10.0.0.5, port: 5000-5009}"),
        (":5000-5009", "{port: 5000-5009}"), ("local:5000-5009", "{local: 5000-5009}"),
    ])
    func `a target in one text means the same as the mapping`(short: String, long: String) throws {
        let connection = "connection: outbound tcp *:1000-1009\nto: "
        let (one, other) = (try redirect(connection + short), try redirect(connection + long))
        #expect(one.decision == other.decision)
    }

    @Test func `the rest of a redirect stands beside it`() throws {
        let redirect = try redirect(
            """
            description: short
            connection: outbound tcp *:80 user=1000-1999
            except: [{user: 1500}, {destination: {address: local, port: 80}}]
            to: :8080
            masquerade: true
            log: {rate: 1/second}
            enabled: false
            """
        )
        #expect(redirect.exceptions.count == 2)
        // As beside a match, an exception with a port is about the protocols of the redirect.
        #expect(redirect.exceptions.last?.protocols == [.tcp])
        #expect(redirect.masquerade != nil && redirect.log != nil && !redirect.isEnabled)
    }

    // MARK: - Mistakes

    /// Expects one finding about the connection, from the mark 1️⃣ up to the mark 2️⃣.
    private func expectMistake(
        _ code: DiagnosticCode,
        _ connection: String,
        help: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectFinding(
            code,
            in: Self.lists
                + "  - {name: use, direction: inbound, match: {protocol: tcp, source: {address: lan}, "
                + "destination: {port: [web, alt]}}, to: {address: proxy}, allow: transit-traffic}\n"
                + "  - name: web\n    connection: \(connection)\n    bypass: true\n",
            help: help,
            sourceLocation: sourceLocation
        )
    }

    @Test(arguments: [
        ("inbound tcp 1️⃣80802️⃣", "write `*:8080` for any address, `local:8080` for this machine"),
        ("inbound tcp 1️⃣:802️⃣", "write `*:80` for any address, `local:80` for this machine"),
        (
            "1️⃣inbound tcp interface=eth02️⃣",
            "for example `inbound tcp 192.0.2.10:80 interface=eth0`"
        ),
        ("1️⃣tcp *:802️⃣", "for example `outbound tcp *:80`"),
        ("inbound tcp 1️⃣10.0.0.1:80,,812️⃣", "remove the comma"),
        ("inbound 1️⃣tcp,2️⃣ *:80", "remove the comma"),
        ("inbound tcp 1️⃣*,10.0.0.1:802️⃣", "keep `*`, or keep the others"),
        (
            "inbound tcp 1️⃣10.0.0.1:802️⃣,10.0.0.2:80",
            "write all addresses, a colon, and the ports of all of them: "
                + "`10.0.0.1,10.0.0.2:80,443`; for other ports write another redirect"
        ),
        ("inbound tcp *:80 1️⃣mark=2️⃣", "leave `mark` out if it may be anything"),
        ("inbound tcp 10.0.0.1 1️⃣802️⃣", "write `10.0.0.1:80`"),
        (
            "\"inbound tcp 1️⃣[2001:db8::1:802️⃣\"",
            "for example `10.0.0.0/8,192.0.2.7:80,443` or `[2001:db8::/32]:80`"
        ),
        (
            "'inbound tcp 1️⃣10.0.0.1:2️⃣'",
            "for example `10.0.0.0/8,192.0.2.7:80,443` or `[2001:db8::/32]:80`"
        ),
        (
            "inbound tcp 1️⃣->2️⃣ 10.0.0.1:80",
            "for example `192.0.2.20 -> 192.0.2.10:80`, or leave it out"
        ),
    ])
    func `the form has to be right`(connection: String, help: String) throws {
        try expectMistake(.invalidConnection, connection, help: help)
    }

    @Test(arguments: [
        (
            "inbound tcp 1️⃣0.0.0.02️⃣:80",
            "write `*` for any address, or for a destination `local` for this machine"
        ),
        (
            "'inbound tcp 1️⃣[::]2️⃣:80'",
            "write `*` for any address, or for a destination `local` for this machine"
        ),
        (
            "inbound tcp 1️⃣any2️⃣:80",
            "write `*` for any address, or for a destination `local` for this machine"
        ),
        (
            "inbound tcp 1️⃣[10.0.0.0/8]:802️⃣",
            "for example `10.0.0.0/8,192.0.2.7:80,443` or `[2001:db8::/32]:80`"
        ),
        ("inbound tcp 1️⃣lan->*:802️⃣", "write `lan -> *:80`"),
        ("inbound tcp 1️⃣*:*2️⃣", "for any port leave the colon and what follows out"),
        ("1️⃣8080:802️⃣", "for example `outbound tcp 192.0.2.10:80`"),
        ("inbound tcp 1️⃣2001:db8::1:802️⃣", "`[2001:db8::1]:80` or `[2001:db8::1:80]`"),
        ("inbound tcp *:80 1️⃣→2️⃣ 10.0.0.1:80", "the target, after the arrow, belongs to `to`"),
        (
            "inbound tcp *:80 1️⃣(2️⃣with exceptions)",
            "what is in parentheses belongs to `except` and `masquerade`"
        ),
        (
            "inbound tcp *:80 source=10.0.0.1,… 1️⃣(2️⃣4)",
            "what is in parentheses belongs to `except` and `masquerade`"
        ),
    ])
    func `what means something else is refused`(connection: String, help: String) throws {
        try expectMistake(.invalidConnection, connection, help: help)
    }

    @Test func `an address that may end in a port needs brackets`() throws {
        let start = "version: 1\nredirects:\n  - {name: a, connection: inbound tcp local:80, to: "
        try expectFinding(
            .invalidTarget,
            in: start + "1️⃣\"2001:db8::1:80\"2️⃣}\n",
            help: "write `to: \"[2001:db8::1]:80\"` or write `to: \"[2001:db8::1:80]\"`"
        )
        for text in ["[2001:db8::1]:80", "[2001:db8::1:80]", "2001:db8::10", "2001:db8::"] {
            #expect(findings(in: start + "\"\(text)\"}\n").isEmpty, "\(text)")
        }
    }

    @Test func `values are checked as in a match`() throws {
        try expectMistake(
            .unknownName,
            "inbound tcp 1️⃣lam2️⃣:80",
            help: "did you mean `lan`?"
        )
        try expectMistake(
            .protocolRequired,
            "inbound any 1️⃣*:802️⃣",
            help: "write `tcp` or `tcp,udp` in place of `any`"
        )
        try expectMistake(
            .userOnInbound,
            "inbound tcp *:80 user=1️⃣10002️⃣",
            help: "leave `user` out, or write `outbound`"
        )
        try expectMistake(
            .hostBitsSet,
            "inbound tcp 1️⃣10.0.0.1/82️⃣:80",
            help: "write `10.0.0.0/8` for the network, or `10.0.0.1` for the one address"
        )
        try expectMistake(
            .unknownKey,
            "inbound tcp *:80 1️⃣iif2️⃣=eth0",
            help: "did you mean `interface`? for example `interface=eth0`"
        )
        try expectMistake(
            .duplicateKey,
            "inbound tcp *:80 mark=1 1️⃣mark=22️⃣",
            help: "write all values after one `mark=`, with commas between them"
        )
        try expectMistake(
            .unknownUser,
            "outbound tcp *:80 user=1️⃣1000;10012️⃣",
            help: "write `1000,1001`"
        )
    }

    @Test func `a text is bounded`() throws {
        let ports = (1...2000).map { "\($0 * 2)" }.joined(separator: ",")
        try expectMistake(
            .invalidConnection,
            "1️⃣inbound tcp *:\(ports)2️⃣",
            help: "give long lists a name under `addresses` or `ports`"
        )
    }

    @Test func `an outcome may name the port alone`() throws {
        let loaded = try load(
            """
            version: 1
            redirects:
              - {name: web, connection: "outbound tcp *:80", to: ":8080", except: [{user: root}]}
            tests:
              - {connection: "outbound tcp 198.51.100.7:80", expect: ":8080"}
              - {connection: "outbound tcp local:80", expect: ":8080"}

            """
        )
        let address = try #require(IPAddress("198.51.100.7"))
        let port = try #require(Port(8080))
        #expect(loaded.policy.tests.map(\.outcomes) == [[.address(address, port)], [.local(port)]])
    }
}
