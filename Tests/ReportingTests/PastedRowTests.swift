import PolicyCompiler
import PolicyYAML
import RulesetModel
import TableDiff
import Testing

/// A row of a plan, copied into a policy.
@Suite struct PastedRowTests {
    @Test(arguments: [
        ("outbound tcp *:80 family=ipv4", ":8080"),
        ("inbound tcp local:2222", "10.2.0.2:22"),
        ("inbound,outbound tcp,udp *:53,5353", "local:5300"),
        ("inbound any 203.0.113.5", "10.0.0.5"),
        ("inbound udp [2001:db8::1]:53", "[2001:db8::10]:5353"),
        ("inbound tcp 203.0.113.0/24,[2001:db8::/32]:80", ":8080"),
        ("inbound tcp local,203.0.113.9:80", "local:8080"),
        ("inbound tcp local,[2001:db8::1]:81 family=ipv6", ":8081"),
        ("inbound tcp local,0.0.0.0/0:80", ":8080"), ("inbound tcp local,[::/0]:80", ":8080"),
        ("outbound tcp ::1", ":8082"), ("outbound tcp ::1,fd00::/8", ":8082"),
        ("inbound udp 203.0.113.5:1000-1999", "10.0.0.5:5000-5999"),
        ("inbound tcp *:80 source=10.0.0.0/8:1024-65535 interface=eth0,wg* mark=0x1/0xff", "local"),
        ("outbound tcp *:80 user=0,1000-1999 group=5 cgroup=a/b,c", "local:8080"),
        ("outbound tcp *:80 family=ipv6 dscp=10,46", ":8080"),
    ])
    func `means the same again`(connection: String, target: String) throws {
        let first = try Self.view(connection, target)
        let row = [first.directions, first.protocols, first.destination, first.source]
            .compactMap(\.self).joined(separator: " ")
        #expect(try Self.view(row, first.target) == first, "\(row)")
    }

    @Test(arguments: [
        ("inbound tcp local:2222", "10.2.0.2:22"),
        ("outbound tcp *:80 family=ipv4", ":8080"),
        ("inbound tcp 203.0.113.5:80 source=10.0.0.0/8 interface=eth0", "local:8080"),
        ("inbound tcp [2001:db8::1]:80", "[2001:db8::10]:81"),
    ])
    func `has the words of the policy`(connection: String, target: String) throws {
        let view = try Self.view(connection, target)
        let words = [view.directions, view.protocols, view.destination, view.source]
        #expect(words.compactMap(\.self).joined(separator: " ") == connection)
        #expect(view.target == target)
    }

    private static func view(_ connection: String, _ target: String) throws -> RedirectView {
        let text = """
            version: 1
            redirects:
              - name: web
                connection: "\(connection)"
                to: "\(target)"

            """
        let policy = try Sample.policy(text)
        let table = LiveTable(holding: PolicyCompiler.ruleset(for: policy.policy), marker: nil)
        let redirects = RedirectView.redirects(in: table)
        return try #require(RedirectView(redirects.first?.rules ?? []))
    }
}
