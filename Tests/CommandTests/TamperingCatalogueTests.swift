import TestSupport
import Testing

/// Every way in which somebody can change the table with nft: what `check` prints is recorded, and
/// `apply --restore` undoes it.
@Suite(.networkNamespace) struct TamperingCatalogueTests {
    private let scratch: Scratch
    private let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        let policy = try scratch.file("policy.yaml", Self.policy)
        #expect(try scratch.redirctl("apply", policy).status == 0)
    }

    @Test func `each drift is printed as recorded, and is undone`() throws {
        let before = try lines()
        var text = ""
        for tampering in Self.tamperings {
            let commands = try placed(tampering.commands)
            do { try machine.nft(commands) } catch {
                Issue.record("\(tampering.title): \(error)")
                continue
            }
            let ending = try scratch.redirctl("check")
            #expect(ending.status == 2, "\(tampering.title)")
            #expect(ending.errors.isEmpty, "\(tampering.title): \(ending.errors)")
            text += "# \(tampering.title)\n"
            text += commands.split(separator: "\n").map { "nft \($0)\n" }.joined() + "\n"
            text += ending.output + "\n"
            #expect(try scratch.redirctl("apply", "--restore").status == 0, "\(tampering.title)")
            #expect(try lines() == before, "\(tampering.title)")
            #expect(try scratch.redirctl("check").status == 0, "\(tampering.title)")
        }
        #expect(Self.tamperings.count >= 40)
        try Golden().check(masked(text), against: "tampering.txt")
    }

    @Test(arguments: harmless)
    func `what changes no redirect is no drift`(_ tampering: Tampering) throws {
        try machine.nft(try placed(tampering.commands))
        let ending = try scratch.redirctl("check")
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.output.isEmpty && ending.errors.isEmpty)
    }

    // MARK: - Helpers

    /// The commands with the handle of a rule in place of `<chain: part of the rule>`, and the name of the
    /// marker in place of `<marker>`.
    private func placed(_ commands: String) throws -> String {
        let listing = try machine.run("nft", "-a", "list", "table", "inet", "redirctl")
        let marker = listing.firstMatch(of: /gen_\S+/).map { String($0.output) } ?? ""
        return commands.replacing("<marker>", with: marker)
            .replacing(/<(\w+): ([^>]+)>/) { match in
                let chain = listing.components(after: "\tchain \(match.1) {", before: "\n\t}")
                let line = chain.split(separator: "\n").first { $0.contains(match.2) }
                return line?.split(separator: " ").last.map(String.init) ?? "?"
            }
    }

    /// What nft lists, without handles and counts; nft lists a table in the order in which its parts were
    /// made.
    private func lines() throws -> [String] {
        let listing = try machine.run("nft", "list", "ruleset")
        return listing.replacing(/packets \d+ bytes \d+/, with: "").split(separator: "\n")
            .map(String.init).sorted()
    }

    private func masked(_ text: String) -> String {
        text.replacing(scratch.directory, with: "/tmp/redirctl-test-XXXXXX")
            .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "2027-01-15 08:00:00")
            .replacing(/handle \d+/, with: "handle 50")
            .replacing(/, (just now|\d+ min ago)\./, with: ", just now.")
            .replacing(/applied \d+ min ago/, with: "applied just now")
    }
}

extension String {
    fileprivate func components(after start: String, before end: String) -> Substring {
        guard let first = firstRange(of: start) else { return "" }
        let rest = self[first.upperBound...]
        return rest.firstRange(of: end).map { rest[..<$0.lowerBound] } ?? rest
    }
}

/// One way to change the table, as commands of nft.
struct Tampering: Sendable, CustomTestStringConvertible {
    let title: String
    let commands: String

    init(_ title: String, _ commands: String...) {
        self.title = title
        self.commands = commands.map { $0.replacing("TABLE", with: "inet redirctl") }
            .joined(separator: "\n")
    }

    var testDescription: String { title }
}

extension TamperingCatalogueTests {
    private static let policy = """
        version: 1
        redirects:
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {port: 8080}
          - name: web-tls
            direction: outbound
            match: {protocol: tcp, destination: {port: 443}}
            to: {port: 8443}
          - name: game
            direction: inbound
            match: {protocol: udp, destination: {port: 27000-27003}}
            to: {address: 10.2.0.7, port: 28000-28003}
            masquerade: true
          - name: pool
            direction: inbound
            match: {protocol: tcp, source: {address: 198.51.100.0/24}, destination: {port: 8000}}
            to: {balance: random, targets: [{address: 10.2.0.2, port: 80}, {address: 10.2.0.3, port: 80}]}
          - name: admin
            direction: outbound
            match: {protocol: tcp, user: [0], destination: {port: 9000}}
            log: {prefix: admin}
            to: {port: 9001}
          - name: own
            direction: outbound
            match: {protocol: tcp, interface: lo, destination: {port: 25}}
            bypass: true

        """

    private static let map = "out_inet_proto_dport_to_port"
    private static let ranges = "in_ip_proto_dport_to_verdict_ranges"

    private static let tamperings = [
        // The table.
        Tampering("the table is deleted", "delete table TABLE"),
        Tampering("the ruleset is flushed", "flush ruleset"),
        Tampering("all chains are flushed", "flush table TABLE"),
        Tampering("the table is made dormant", "add table TABLE { flags dormant; }"),
        // Base chains.
        Tampering("a base chain is flushed", "flush chain TABLE output"),
        Tampering(
            "a base chain is deleted",
            "flush chain TABLE postrouting",
            "delete chain TABLE postrouting"
        ),
        Tampering(
            "a base chain has another priority",
            "flush chain TABLE output",
            "delete chain TABLE output",
            "add chain TABLE output { type nat hook output priority -90; }"
        ),
        Tampering(
            "a base chain has another hook",
            "flush chain TABLE output",
            "delete chain TABLE output",
            "add chain TABLE output { type nat hook input priority 100; }"
        ),
        Tampering(
            "a base chain is a filter chain",
            "flush chain TABLE output",
            "delete chain TABLE output",
            "add chain TABLE output { type filter hook output priority -105; }"
        ),
        Tampering("a base chain drops", "add chain TABLE output { policy drop; }"),
        // Fixed rules.
        Tampering(
            "the rule for confirmed connections is gone",
            "delete rule TABLE output handle <output: ct status confirmed>"
        ),
        Tampering(
            "a rule that holds packets back is gone",
            "delete rule TABLE output handle <output: @held_ip6>"
        ),
        Tampering(
            "a rule that asks a map is gone",
            "delete rule TABLE output handle <output: @out_inet_proto_dport_to_port>"
        ),
        Tampering(
            "a rule asks a map for one protocol only",
            "replace rule TABLE output handle <output: @out_inet_proto_dport_to_port> "
                + "meta l4proto tcp dnat to :meta l4proto . th dport map @out_inet_proto_dport_to_port"
        ),
        Tampering(
            "a rule that asks a map comes first",
            "delete rule TABLE output handle <output: @out_inet_uid>",
            "insert rule TABLE output meta l4proto { tcp, udp, sctp } meta skuid . meta l4proto . "
                + "th dport vmap @out_inet_uid_proto_dport_to_verdict"
        ),
        Tampering(
            "nothing is masqueraded",
            "delete rule TABLE postrouting handle <postrouting: masquerade>"
        ),
        Tampering(
            "everything is masqueraded",
            "replace rule TABLE postrouting handle <postrouting: ct label 120> masquerade"
        ),
        Tampering(
            "local connections are masqueraded, too",
            "delete rule TABLE postrouting handle <postrouting: oifname>"
        ),
        // Rules of redirects.
        Tampering("the chain of a redirect is flushed", "flush chain TABLE out_admin"),
        Tampering(
            "a redirect is not masqueraded",
            "delete rule TABLE in_game handle <in_game: ct label set>"
        ),
        Tampering(
            "a redirect has another target",
            "replace rule TABLE in_pool handle <in_pool: 10.2.0.3> meta nfproto ipv4 "
                + "meta l4proto tcp counter name rc_pool dnat ip to 203.0.113.66:80 comment pool"
        ),
        Tampering(
            "a share of a redirect is another",
            "replace rule TABLE in_pool handle <in_pool: numgen> meta nfproto ipv4 "
                + "meta l4proto tcp numgen random mod 20 0 counter name rc_pool "
                + "dnat ip to 10.2.0.2:80 comment pool"
        ),
        Tampering(
            "a redirect does not log",
            "delete rule TABLE out_admin handle <out_admin: log prefix>"
        ),
        Tampering(
            "a redirect has another comment",
            "replace rule TABLE out_admin handle <out_admin: 9001> meta l4proto tcp "
                + "counter name rc_admin dnat to :9001 comment other"
        ),
        Tampering(
            "a redirect does not count",
            "replace rule TABLE out_admin handle <out_admin: 9001> meta l4proto tcp "
                + "dnat to :9001 comment admin"
        ),
        Tampering(
            "a redirect's rule accepts",
            "replace rule TABLE out_admin handle <out_admin: 9001> accept comment admin"
        ),
        // Elements.
        Tampering("an element is gone", "delete element TABLE \(map) { tcp . 80 }"),
        Tampering("all elements are gone", "flush map TABLE \(map)"),
        Tampering(
            "an element has another target",
            "delete element TABLE \(map) { tcp . 80 }",
            "add element TABLE \(map) { tcp . 80 comment \"web\" : 6666 }"
        ),
        Tampering(
            "an element has another key",
            "delete element TABLE \(map) { tcp . 80 }",
            "add element TABLE \(map) { tcp . 81 comment \"web\" : 8080 }"
        ),
        Tampering(
            "an element has another comment",
            "delete element TABLE \(map) { tcp . 80 }",
            "add element TABLE \(map) { tcp . 80 comment \"other\" : 8080 }"
        ),
        Tampering(
            "an element has no comment",
            "delete element TABLE \(map) { tcp . 80 }",
            "add element TABLE \(map) { tcp . 80 : 8080 }"
        ),
        Tampering(
            "two elements are swapped",
            "delete element TABLE \(map) { tcp . 80, tcp . 443 }",
            "add element TABLE \(map) { tcp . 443 comment \"web\" : 8080, "
                + "tcp . 80 comment \"web-tls\" : 8443 }"
        ),
        Tampering(
            "a further element",
            "add element TABLE \(map) { tcp . 22 comment \"web\" : 2222 }"
        ),
        Tampering(
            "a further element of nobody",
            "add element TABLE \(map) { tcp . 22 : 2222 }"
        ),
        Tampering(
            "a range is wider",
            "delete element TABLE \(ranges) { udp . 27000-27003 }",
            "add element TABLE \(ranges) { udp . 27000-27009 comment \"game\" : jump in_game }"
        ),
        Tampering(
            "an element leads to another chain",
            "delete element TABLE \(ranges) { udp . 27000-27003 }",
            "add element TABLE \(ranges) { udp . 27000-27003 comment \"game\" : jump in_pool }"
        ),
        Tampering(
            "a bypass drops",
            "delete element TABLE out_inet_oif_proto_dport_to_verdict { lo . tcp . 25 }",
            "add element TABLE out_inet_oif_proto_dport_to_verdict "
                + "{ lo . tcp . 25 comment \"own\" : drop }"
        ),
        Tampering(
            "a port of a shift is another",
            "delete element TABLE ports_game { 27001 }",
            "add element TABLE ports_game { 27001 : 22 }"
        ),
        // The marker.
        Tampering("the marker is gone", "delete chain TABLE <marker>"),
        Tampering("a second marker", "add chain TABLE gen_7_0123456789abcdef"),
        Tampering("the marker has a rule", "add rule TABLE <marker> drop"),
        // What is not from redirctl.
        Tampering("a rule before ours", "insert rule TABLE output tcp dport 80 accept"),
        Tampering("a rule after ours", "add rule TABLE output tcp dport 81 redirect to :6666"),
        Tampering(
            "a rule with a redirect's name",
            "insert rule TABLE output tcp dport 80 accept comment \"web\""
        ),
        Tampering(
            "a base chain that drops",
            "add chain TABLE firewall { type filter hook input priority 0; policy drop; }"
        ),
        Tampering(
            "a NAT chain that is asked first",
            "add chain TABLE early { type nat hook output priority -150; }",
            "add rule TABLE early tcp dport 80 redirect to :6666"
        ),
        Tampering(
            "a set, a map and a counter",
            "add set TABLE s { type ipv4_addr; elements = { 192.0.2.4 }; }",
            "add map TABLE m { type ipv4_addr : ipv4_addr; }",
            "add counter TABLE c"
        ),
        Tampering(
            "a quota, a limit and a helper",
            "add quota TABLE q { over 1 mbytes }",
            "add limit TABLE l { rate 1/second }",
            "add ct helper TABLE h { type \"ftp\" protocol tcp; }"
        ),
        Tampering(
            "an element that holds packets back for an hour",
            "add element TABLE held_ip { tcp . 192.0.2.1 . 80 . 192.0.2.2 . 1024 timeout 1h }"
        ),
    ]

    private static let harmless = [
        Tampering("the counters are reset", "reset counters table TABLE"),
        Tampering(
            "an element is added that is there",
            "add element TABLE \(map) { tcp . 80 : 8080 }"
        ),
        Tampering("the table is added that is there", "add table TABLE"),
        Tampering(
            "a table of another family has the name",
            "add table ip redirctl",
            "add chain ip redirctl output { type nat hook output priority -150; }",
            "add rule ip redirctl output tcp dport 80 redirect to :6666"
        ),
        Tampering(
            "another table redirects first",
            "add table inet other",
            "add chain inet other output { type nat hook output priority -150; }",
            "add rule inet other output tcp dport 80 redirect to :6666"
        ),
        Tampering(
            "an element is replaced by an equal one",
            "delete element TABLE \(map) { tcp . 80 }",
            "add element TABLE \(map) { tcp . 80 comment \"web\" : 8080 }"
        ),
        Tampering(
            "a rule is replaced by an equal one",
            "replace rule TABLE out_admin handle <out_admin: 9001> meta l4proto tcp "
                + "counter name rc_admin dnat to :9001 comment admin"
        ),
    ]
}
