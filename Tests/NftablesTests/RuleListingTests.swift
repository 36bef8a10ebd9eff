import Addressing
import RulesetModel
import Testing

/// Which rules of a listing are read, and as what; the shapes are those of libnftables 1.0.2 to
/// 1.1.6.
struct RuleListingTests {
    static let redirect = "{\"redirect\": null}"
    static let tcp80 = Listing.payload("tcp", "dport", "80")

    @Test func `a rule as version 1_0_6 lists it`() throws {
        let rule = try Listing.rule(
            Listing.payload("ip", "daddr", "{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}"),
            Self.tcp80,
            "{\"counter\": \"c1\"}",
            "{\"dnat\": {\"port\": 8080}}",
            comment: "web"
        )
        #expect(
            rule?.text == """
                meta nfproto ipv4 meta l4proto tcp ip daddr 10.0.0.0/8 th dport 80 \
                counter name "c1" dnat to :8080 comment "web"
                """
        )
    }

    @Test(
        arguments: [
            ("[6, 17]", "meta l4proto { tcp, udp } redirect"),
            ("[\"tcp\", \"udp\"]", "meta l4proto { tcp, udp } redirect"),
            ("[17, 6, 6]", "meta l4proto { tcp, udp } redirect"),
            ("[132]", "meta l4proto sctp redirect"),
            ("6", "meta l4proto tcp redirect"),
            ("[{\"elem\": {\"val\": 6}}, 17]", "meta l4proto { tcp, udp } redirect"),
        ]
    )
    func `protocols come as numbers, names and elements`(set: String, text: String) throws {
        let rule = try Listing.rule(Listing.meta("l4proto", "{\"set\": \(set)}"), Self.redirect)
        #expect(rule?.text == text)
    }

    @Test(arguments: [("2", "ipv4"), ("10", "ipv6"), ("\"ipv4\"", "ipv4"), ("\"ipv6\"", "ipv6")])
    func `families come as numbers and names`(value: String, name: String) throws {
        let rule = try Listing.rule(Listing.meta("nfproto", value), Self.redirect)
        #expect(rule?.text == "meta nfproto \(name) redirect")
    }

    @Test func `what a match implies may be listed or not`() throws {
        let addresses = Listing.payload("ip6", "saddr", "\"fd00::1\"")
        let short = try Listing.rule(addresses, Self.tcp80, Self.redirect)
        let long = try Listing.rule(
            Listing.meta("l4proto", "6"),
            Listing.payload("th", "dport", "80"),
            Listing.meta("nfproto", "10"),
            addresses,
            Self.redirect
        )
        #expect(short != nil)
        #expect(short == long)
    }

    @Test(
        arguments: [
            ("{\"set\": [80, {\"range\": [1024, 65535]}]}", "{ 80, 1024-65535 }"),
            ("{\"range\": [1, 1023]}", "1-1023"),
            ("{\"set\": [{\"range\": [1, 10]}, {\"range\": [11, 20]}]}", "1-20"),
            ("{\"set\": {\"elem\": {\"val\": 80}}}", "80"),
        ]
    )
    func `ports come one by one, as ranges and as sets`(value: String, text: String) throws {
        let rule = try Listing.rule(Listing.payload("udp", "sport", value), Self.redirect)
        #expect(rule?.text == "meta l4proto udp th sport \(text) redirect")
    }

    @Test(
        arguments: [
            ("\"10.0.0.1\"", "10.0.0.1"),
            ("{\"range\": [\"10.0.0.1\", \"10.0.0.9\"]}", "10.0.0.1-10.0.0.9"),
            ("{\"range\": [\"10.0.0.0\", \"10.0.0.255\"]}", "10.0.0.0/24"),
            ("{\"prefix\": {\"addr\": \"0.0.0.0\", \"len\": 0}}", "0.0.0.0/0"),
            (
                "{\"set\": [\"1.2.3.4\", {\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}]}",
                "{ 1.2.3.4, 10.0.0.0/8 }"
            ),
        ]
    )
    func `addresses come one by one, as ranges, prefixes and sets`(
        value: String,
        text: String
    ) throws {
        let rule = try Listing.rule(Listing.payload("ip", "saddr", value), Self.redirect)
        #expect(rule?.text == "meta nfproto ipv4 ip saddr \(text) redirect")
    }

    @Test func `two ports that libnftables merged are taken apart`() throws {
        let left = "{\"payload\": {\"base\": \"th\", \"offset\": 0, \"len\": 32}}"
        let ports = Listing.match(left, "393215")
        let rule = try Listing.rule(
            Listing.meta("l4proto", "{\"set\": [6, 17]}"),
            ports,
            Self.redirect
        )
        #expect(rule?.text == "meta l4proto { tcp, udp } th sport 5 th dport 65535 redirect")
        #expect(try Listing.rule(ports, Self.redirect) == nil)
    }

    @Test(
        arguments: [
            ("{\"dnat\": {\"port\": 8080}}", "dnat to :8080"),
            ("{\"dnat\": {\"family\": \"ip\", \"addr\": \"10.0.0.5\"}}", "dnat ip to 10.0.0.5"),
            ("{\"dnat\": {\"addr\": \"10.0.0.5\"}}", "dnat ip to 10.0.0.5"),
            (
                "{\"dnat\": {\"family\": \"ip6\", \"addr\": \"fd00::5\", \"port\": 80}}",
                "dnat ip6 to [fd00::5]:80"
            ),
            ("{\"redirect\": null}", "redirect"),
            ("{\"redirect\": {\"port\": 8080}}", "redirect to :8080"),
        ]
    )
    func `every statement is read`(json: String, text: String) throws {
        let rule = try Listing.rule(Self.tcp80, json)
        #expect(rule?.text == "meta l4proto tcp th dport 80 \(text)")
    }
}
