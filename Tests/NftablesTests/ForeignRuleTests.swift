import RulesetModel
import Testing

/// Rules that look like ours and say something else.
struct ForeignRuleTests {
    static let redirect = RuleListingTests.redirect
    static let tcp80 = RuleListingTests.tcp80

    @Test(
        arguments: [
            // Other operators, other keys, other fields.
            Listing.match(
                "{\"payload\": {\"protocol\": \"tcp\", \"field\": \"dport\"}}",
                "80",
                op: "!="
            ),
            Listing.match("{\"ct\": {\"key\": \"state\"}}", "8", op: "in"),
            Listing.match("{\"fib\": {\"result\": \"type\", \"flags\": [\"saddr\"]}}", "2"),
            Listing.meta("cpu", "0"),
            Listing.payload("tcp", "flags", "2"),
            Listing.payload("ip", "protocol", "6"),
            Listing.payload("udplite", "dport", "80"),
            Listing.payload("tcp", "dport", "\"@ports\""),
            Listing.payload("tcp", "dport", "0"),
            Listing.payload("tcp", "dport", "65536"),
            Listing.payload("tcp", "dport", "\"http\""),
            Listing.payload("tcp", "dport", "{\"range\": [10, 1]}"),
            Listing.payload("tcp", "dport", "{\"range\": [0, 65535]}"),
            Listing.payload("tcp", "dport", "{\"range\": [1, 2, 3]}"),
            Listing.payload("tcp", "dport", "{\"set\": []}"),
            Listing.payload("tcp", "dport", "{\"set\": [80, \"@x\"]}"),
            Listing.payload(
                "tcp",
                "dport",
                "{\"set\": [{\"elem\": {\"val\": 80, \"comment\": \"x\"}}]}"
            ),
            Listing.payload("tcp", "dport", "{\"set\": [{\"concat\": [6, 80]}]}"),
            Listing.payload("ip", "daddr", "\"@lan\""),
            Listing.payload("ip", "daddr", "\"fd00::1\""),
            Listing.payload("ip", "daddr", "{\"prefix\": {\"addr\": \"10.0.0.1\", \"len\": 8}}"),
            Listing.payload("ip", "daddr", "{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 33}}"),
            Listing.payload("ip", "daddr", "{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": -1}}"),
            Listing.payload("ip6", "daddr", "\"10.0.0.1\""),
            // A port of what?
            Listing.payload("th", "dport", "80"),
            // Protocols without ports that can be translated.
            Listing.meta("l4proto", "1"),
            Listing.meta("l4proto", "{\"range\": [6, 17]}"),
            Listing.meta("nfproto", "{\"set\": [2, 10]}"),
            // No matches at all.
            "{\"log\": {\"prefix\": \"x\"}}",
            "{\"limit\": {\"rate\": 1, \"per\": \"second\"}}",
            "{\"counter\": {\"packets\": 0, \"bytes\": 0}}",
            "{\"counter\": {\"map\": {}}}",
            "{\"counter\": \"c\"}, {\"counter\": \"d\"}",
            "{\"xt\": null}",
            "\"jump {\"",
            "null",
            "7",
            "[]",
            "{}",
        ]
    )
    func `anything more before the statement is foreign`(expression: String) throws {
        #expect(try Listing.rule(expression, Self.redirect) == nil)
    }

    @Test(
        arguments: [
            (Listing.payload("tcp", "dport", "80"), Listing.payload("tcp", "dport", "81")),
            (Listing.payload("tcp", "dport", "80"), Listing.payload("udp", "sport", "81")),
            (Listing.payload("tcp", "dport", "80"), Listing.meta("l4proto", "17")),
            (Listing.payload("tcp", "dport", "80"), Listing.meta("l4proto", "{\"set\": [6, 17]}")),
            (Listing.meta("nfproto", "2"), Listing.payload("ip6", "daddr", "\"::1\"")),
            (Listing.meta("nfproto", "2"), Listing.meta("nfproto", "2")),
            (
                Listing.payload("ip", "saddr", "\"10.0.0.1\""),
                Listing.payload("ip6", "daddr", "\"::1\"")
            ),
            ("{\"counter\": \"c\"}", Listing.payload("tcp", "dport", "80")),
        ]
    )
    func `matches that narrow or contradict one another are foreign`(
        first: String,
        second: String
    ) throws {
        #expect(try Listing.rule(first, second, Self.redirect) == nil)
    }

    @Test(
        arguments: [
            "{\"queue\": null}",
            "{\"mangle\": {\"key\": {\"ct\": {\"key\": \"mark\"}}, \"value\": 1}}",
            "{\"mangle\": {\"key\": {\"ct\": {\"key\": \"label\"}}, \"value\": 128}}",
            "{\"masquerade\": {\"flags\": [\"random\"]}}",
            "{\"masquerade\": {\"port\": {\"range\": [1024, 2048]}}}",
            "{\"limit\": {\"rate\": 1, \"burst\": 5, \"per\": \"hour\"}}, {\"accept\": null}",
            "{\"log\": null}",
            "{\"log\": {\"prefix\": \"a\", \"level\": \"audit\"}}",
            "{\"log\": {\"prefix\": \"a\", \"group\": 65536}}",
            "{\"log\": {\"prefix\": \"a\", \"group\": 1, \"level\": \"info\"}}",
            "{\"log\": {\"prefix\": \"a\", \"group\": 1, \"snaplen\": 5}}",
            "{\"log\": {\"prefix\": \"a\", \"flags\": \"all\"}}",
            "{\"limit\": {\"rate\": 1, \"burst\": 9, \"per\": \"hour\"}}, {\"log\": {\"prefix\": \"a\"}}",
            "{\"limit\": {\"rate\": 1, \"burst\": 5, \"per\": \"hour\", \"inv\": true}}, {\"log\": {\"prefix\": \"a\"}}",
            "{\"dnat\": {\"port\": {\"map\": {\"key\": {\"payload\": {\"protocol\": \"th\", \"field\": \"sport\"}}, \"data\": \"@m\"}}}}",
            "{\"dnat\": {\"port\": {\"map\": {\"key\": {\"payload\": {\"protocol\": \"th\", \"field\": \"dport\"}}, \"data\": {\"set\": [[1, 2]]}}}}}",
            "{\"snat\": {\"port\": 80}}",
            "{\"dnat\": null}",
            "{\"dnat\": {}}",
            "{\"dnat\": {\"port\": 0}}",
            "{\"dnat\": {\"port\": {\"range\": [8080, 8081]}}}",
            "{\"dnat\": {\"port\": 80, \"flags\": [\"random\"]}}",
            "{\"dnat\": {\"port\": 80, \"flags\": \"random\"}}",
            "{\"dnat\": {\"port\": 80, \"family\": \"ip\"}}",
            "{\"dnat\": {\"addr\": {\"prefix\": {\"addr\": \"1.2.3.4\", \"len\": 31}}}}",
            "{\"dnat\": {\"addr\": \"1.2.3.4\", \"family\": \"ip6\"}}",
            "{\"dnat\": {\"addr\": \"1.2.3.4\", \"family\": 4}}",
            "{\"dnat\": {\"addr\": \"1.2.3.4\", \"port\": {\"map\": {}}}}",
            "{\"redirect\": {}}",
            "{\"redirect\": {\"port\": 80, \"flags\": [\"random\"]}}",
            "{\"redirect\": {\"port\": {\"map\": {}}}}",
            "{\"redirect\": {\"port\": -80}}",
            "{\"redirect\": null}, {\"accept\": null}",
            "{\"redirect\": null, \"accept\": null}",
        ]
    )
    func `other statements are foreign`(statement: String) throws {
        #expect(try Listing.rule(Self.tcp80, statement) == nil)
    }

    @Test func `no statement is foreign`() throws {
        #expect(try Listing.rule() == nil)
        #expect(try Listing.rule(Self.tcp80) == nil)
    }
}
