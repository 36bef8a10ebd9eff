import Addressing
import RulesetModel
import TestSupport
import Testing

@testable import Netlink

struct TableDecoderTests {
    private typealias Attribute = KernelMessage.Attribute

    @Test func `a recorded table is read without a kernel`() throws {
        let table = try LiveTable.decoded(from: RecordedMessages.bytes)
        #expect(
            table.chains.map { "\($0.name) \($0.attachment)" } == [
                "sub ", "gen_1_0123456789abcdef ",
                "output type nat hook output priority -105; policy accept;",
                "postrouting type nat hook postrouting priority 100; policy accept;",
                "input type filter hook input priority 0; policy drop;",
            ]
        )
        #expect(table.markers == [Marker(number: 1, digest: "0123456789abcdef")])
        #expect(table.counters.map { "\($0.name) \($0.packets) \($0.bytes)" } == ["c 7 420"])
        #expect(
            table.others.map { "\($0.kind) \($0.name)" } == ["quota q", "set lan"]
        )
        #expect(
            table.maps.map { map in
                [map.type.text]
                    + map.content.elements.map { element in
                        let count = map.elements.first { $0.element == element }?.count
                        return map.type.text(of: element, countingFrom: count)
                    }
            } == [
                [
                    "type inet_service : inet_service;",
                    "1000 : 2000",
                    "1001 : 2001",
                ],
                [
                    """
                    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; \
                    flags interval; counter;
                    """,
                    """
                    10.0.0.0/8 . 0-255 . 80-89 counter packets 3 bytes 180 comment "net" : \
                    192.0.2.1 . 8080
                    """,
                    """
                    10.1.0.1 . tcp . 90 counter packets 0 bytes 0 comment "host" : 192.0.2.2 . 90
                    """,
                ],
                [
                    "type ifname . uid . mark : inet_service; flags interval;",
                    "\"eth0\" . 1000-1999 . 16 : 8080",
                ],
                [
                    "type ipv6_addr . inet_service : verdict;",
                    "fd00::1 . 80 comment \"web\" : jump sub",
                    "fd00::1 . 81 : accept",
                ],
                ["type ipv4_addr : ipv4_addr;"],
            ]
        )
        #expect(
            table.maps.map(\.type.key) == [
                [.destinationPort], [.destinationAddress(.ipv4), .transport, .destinationPort],
                [.outputInterface, .user, .mark], [.sourceAddress(.ipv6), .destinationPort],
                [.destinationAddress(.ipv4)],
            ]
        )
        #expect(table.maps.map(\.size) == [nil, nil, nil, nil, 10])
        #expect(
            table.chains.flatMap(\.rules).compactMap { $0.known?.text } == [
                """
                iifname { "eth*", "wg0" } oifname "eth0" meta l4proto { tcp, udp } \
                th dport { 80, 1000-1999 } redirect to :8080
                """,
                """
                meta nfproto ipv4 meta l4proto { tcp, udp } th sport 1 th dport 2 \
                counter name "c" dnat to :9 comment "web"
                """,
                """
                meta nfproto ipv4 meta l4proto tcp ip saddr 10.0.0.0/9 \
                ip daddr 192.0.2.1-192.0.2.9 th dport { 1, 65535 } \
                dnat ip to 1.2.3.4 : th dport map @ports
                """,
                """
                meta nfproto ipv6 meta l4proto tcp ip6 saddr fd00::/8 \
                ip6 daddr { ::1, fd00::/9 } dnat ip6 to [fd00::1]:80
                """,
                """
                meta skuid 1000 meta skgid { 1-5, 7 } meta mark & 0xff == 0x10 \
                fib daddr type local accept
                """,
                "meta nfproto ipv4 jhash ip saddr mod 10 seed 1 3-5 return",
                "numgen random mod 10 3 jump sub",
                "limit rate 5/minute burst 5 packets log prefix \"x: \" group 5",
                """
                meta nfproto ipv4 meta l4proto { tcp, udp } \
                dnat ip to ip daddr . meta l4proto . th dport map @pairs
                """,
                "meta l4proto tcp redirect to :oifname . meta skuid . meta mark map @owners",
                """
                meta nfproto ipv6 meta l4proto tcp counter name "c" \
                ip6 saddr . th dport vmap @verdicts comment "v"
                """,
                "meta l4proto tcp th dport 22 drop",
                "meta nfproto ipv4 ip daddr @lan accept",
                """
                meta nfproto ipv4 meta l4proto tcp ct status dnat \
                ct original ip saddr 10.0.0.0/8 ct original proto-dst 80-89 masquerade
                """,
            ]
        )
        #expect(table.chains.flatMap(\.rules).allSatisfy { $0.known != nil })
    }

    @Test(arguments: UInt64(0)..<16)
    func `damaged messages are an error or a table, never a crash`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = RecordedMessages.bytes
        for _ in 0..<100 {
            var bytes = whole
            for _ in 0...Int.random(in: 0...7, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] = [0, 1, 0x7F, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(place..<min(place + 16, bytes.count))
                }
            }
            _ = try? LiveTable.decoded(from: bytes)
        }
    }

    @Test func `a rule of three instructions is understood`() throws {
        #expect(try Self.rule(Self.port + Self.redirect)?.text == Self.text)
    }

    /// The instructions of a rule that goes on to be changed a little.
    private static let port = [
        KernelMessage.expression("meta", [Attribute(2, 16), Attribute(1, 1)]),
        KernelMessage.expression(
            "cmp",
            [Attribute(1, 1), Attribute(2, 0), KernelMessage.value(3, [6])]
        ),
        load(1),
        compare(1),
    ]
    private static let redirect = [
        KernelMessage.expression(
            "immediate",
            [Attribute(1, 1), KernelMessage.value(2, [31, 144])]
        ),
        KernelMessage.expression("redir", [Attribute(1, 1), Attribute(2, 1), Attribute(3, 2)]),
    ]
    private static let text = "meta l4proto tcp th dport 80 redirect to :8080"

    private static func load(_ register: UInt32, more: [Attribute] = []) -> Attribute {
        KernelMessage.expression(
            "payload",
            [Attribute(1, register), Attribute(2, 2), Attribute(3, 2), Attribute(4, 2)] + more
        )
    }

    private static func compare(_ register: UInt32, more: [Attribute] = []) -> Attribute {
        KernelMessage.expression(
            "cmp",
            [Attribute(1, register), Attribute(2, 0), KernelMessage.value(3, [0, 80])] + more
        )
    }

    @Test func `other registers are the same to us`() throws {
        let l4 = Array(Self.port.prefix(2))
        for register in [UInt32(1), 2, 4, 8, 9, 23] {
            let rule = l4 + [Self.load(register), Self.compare(register)] + Self.redirect
            #expect(try Self.rule(rule)?.text == Self.text)
        }
        // The first word by either of its names.
        #expect(try Self.rule(l4 + [Self.load(1), Self.compare(8)] + Self.redirect) != nil)
    }

    @Test func `anything that is not understood is foreign`() throws {
        let l4 = Array(Self.port.prefix(2))
        let rules: [[Attribute]] = [
            // Nothing, or no end.
            [], Self.port, l4,
            // Nothing comes after the end.
            Self.port + Self.redirect + Self.redirect,
            // An instruction that nobody knows, with and without data.
            Self.port + [KernelMessage.expression("novel", [])] + Self.redirect,
            Self.port + [Attribute(1, of: [Attribute(1, "novel")])] + Self.redirect,
            Self.port + [Attribute(2, of: [])] + Self.redirect,
            // An attribute that nobody knows.
            l4 + [Self.load(1), Self.compare(1, more: [Attribute(4, 0)])] + Self.redirect,
            l4 + [Self.load(1, more: [Attribute(9, 0)]), Self.compare(1)] + Self.redirect,
            l4 + [Self.load(1, more: [Attribute(99, 0)]), Self.compare(1)] + Self.redirect,
            // One attribute twice.
            l4 + [Self.load(1, more: [Attribute(4, 2)]), Self.compare(1)] + Self.redirect,
            // Registers that hold nothing, or something else, or are none.
            l4 + [Self.load(1), Self.compare(2)] + Self.redirect,
            l4 + [Self.load(0), Self.compare(0)] + Self.redirect,
            l4 + [Self.load(24), Self.compare(24)] + Self.redirect,
            l4 + [Self.load(5), Self.compare(5)] + Self.redirect,
            // What is loaded and never asked for; what is asked for twice.
            Self.port + [Self.load(2)] + Self.redirect,
            l4 + [Self.load(1), Self.load(1), Self.compare(1)] + Self.redirect,
            l4 + [Self.load(1), Self.compare(1), Self.compare(1)] + Self.redirect,
            // A port without a protocol.
            Array(Self.port.dropFirst(2)) + Self.redirect,
        ]
        for rule in rules { #expect(try Self.rule(rule) == nil) }
    }

    @Test func `a rule that says more than its instructions may be foreign`() throws {
        let rule = Self.port + Self.redirect
        func read(_ more: Attribute) throws -> Rule? { try Self.rule(rule, more: [more]) }
        #expect(try read(Attribute(7, [0, 4] + Array("web\0".utf8)))?.comment == "web")
        // User data of a type that nobody knows yet.
        #expect(try read(Attribute(7, [9, 1, 0, 0, 4] + Array("web\0".utf8)))?.comment == "web")
        // Compatibility with iptables.
        #expect(try read(Attribute(5, 0)) == nil)
        // Facts that kernels to come may add to rules in general.
        #expect(try read(Attribute(20, 0)) != nil)
    }

    @Test func `what is no message is an error`() throws {
        for bytes: [UInt8] in [[1], [0, 0, 0, 0], Array(repeating: 0xFF, count: 64)] {
            #expect(throws: UnreadableMessage.self) { try LiveTable.decoded(from: bytes) }
        }
        let rule = KernelMessage.rule([])
        #expect(throws: UnreadableMessage("a rule of an unlisted chain")) {
            try LiveTable.decoded(from: rule.bytes)
        }
    }

    private static func rule(_ expressions: [Attribute], more: [Attribute] = []) throws -> Rule? {
        let messages = [KernelMessage.chain("c"), .rule(expressions, more: more)]
        return try LiveTable.decoded(from: messages.flatMap(\.bytes)).chains.first?.rules.first?
            .known
    }
}
