import ListingSupport
import Nftables
import RulesetModel
import TestSupport
import Testing

/// Rules as other people write them: both readers know the same of them.
@Suite(.networkNamespace) struct SpellingTests {
    static let rules = [
        // Ports.
        "tcp dport 80 redirect to :8080",
        "tcp dport http redirect to :8080",
        "tcp dport { 80, 443 } redirect to :8080",
        "tcp dport { 80-90, 443 } redirect to :8080",
        "tcp dport 80-90 redirect to :8080",
        "tcp dport != 80 redirect to :8080",
        "tcp dport < 1024 redirect to :8080",
        "tcp dport <= 1023 redirect to :8080",
        "tcp dport > 1023 redirect to :8080",
        "tcp dport >= 1024 redirect to :8080",
        "tcp dport != 80-90 redirect to :8080",
        "tcp dport != { 80, 90 } redirect to :8080",
        "tcp dport & 0xff00 == 0x1200 redirect to :8080",
        "tcp dport 0-1023 redirect to :8080",
        "tcp dport 1024-65535 redirect to :8080",
        "tcp dport { 1024-65535 } redirect to :8080",
        "tcp dport { 1-10, 11-20 } redirect to :8080",
        "tcp dport { 1-10, 5-20 } redirect to :8080",
        "tcp sport 53 tcp dport 53 redirect to :8080",
        "tcp dport 53 tcp sport 53 redirect to :8080",
        "tcp dport 53 tcp dport 53 redirect to :8080",
        "udp dport 53 redirect to :5353",
        "sctp dport 53 redirect to :5353",
        "udplite dport 53 redirect to :5353",
        "dccp dport 53 redirect to :5353",
        "tcp flags syn tcp dport 80 redirect to :8080",
        "meta l4proto tcp th dport 80 redirect to :8080",
        "th dport 80 meta l4proto tcp redirect to :8080",
        "meta l4proto { tcp, udp } th dport 53 redirect to :5353",
        "meta l4proto { tcp, udp } th sport 1 th dport 53 redirect to :5353",
        "meta l4proto != tcp th dport 53 accept",
        "meta l4proto icmp accept",
        "ip protocol tcp tcp dport 80 redirect to :8080",
        "@th,16,16 80 meta l4proto tcp redirect to :8080",
        "meta l4proto tcp @th,16,16 80 redirect to :8080",
        "meta l4proto tcp @th,16,8 80 redirect to :8080",
        "ip daddr . tcp dport { 10.0.0.1 . 80, 10.0.0.0/8 . 53 } redirect to :8080",
        "tcp dport @named redirect to :8080",
        "tcp dport vmap { 80 : accept }",
        // Addresses.
        "ip daddr 10.0.0.1 redirect",
        "ip daddr 10.0.0.0/8 redirect",
        "ip daddr 10.0.0.0/9 redirect",
        "ip daddr 10.0.0.0/31 redirect",
        "ip daddr 0.0.0.0/0 redirect",
        "ip daddr 128.0.0.0/1 redirect",
        "ip daddr 255.255.255.255 redirect",
        "ip daddr 10.0.0.0-10.255.255.255 redirect",
        "ip daddr 10.0.0.1-10.0.0.9 redirect",
        "ip daddr { 10.0.0.1, 10.0.0.2 } redirect",
        "ip daddr { 10.0.0.0/8, 192.168.0.0/16 } redirect",
        "ip daddr { 0.0.0.0-9.255.255.255, 192.168.0.0/16, 224.0.0.0-255.255.255.255 } redirect",
        "ip daddr != 10.0.0.1 redirect",
        "ip daddr != 10.0.0.0/8 redirect",
        "ip daddr & 255.0.255.0 == 10.0.7.0 redirect",
        "ip daddr & 255.0.0.0 == 10.0.0.0 redirect",
        "ip saddr 10.0.0.1 ip daddr 10.0.0.2 redirect",
        "ip saddr 10.0.0.1 ip daddr 10.0.0.0/8 redirect",
        "ip saddr 10.0.0.0/8 ip daddr 10.0.0.1 redirect",
        "ip daddr @lan redirect",
        "ip6 daddr ::1 redirect",
        "ip6 daddr fd00::/8 redirect",
        "ip6 daddr fd00::/9 redirect",
        "ip6 daddr ::/0 redirect",
        "ip6 daddr fd00::/64 redirect",
        "ip6 daddr fd00::/127 redirect",
        "ip6 saddr fd00::1 ip6 daddr fd00::2 redirect",
        "ip6 daddr { ::1, fd00::/8, ffff::/16 } redirect",
        "ip6 daddr fd00::1-fd00::9 redirect",
        "ip daddr 10.0.0.1 meta nfproto ipv4 redirect",
        "meta nfproto ipv4 ip daddr 10.0.0.1 redirect",
        "meta nfproto { ipv4, ipv6 } redirect",
        "meta nfproto ipv6 redirect",
        "meta protocol ip ip daddr 10.0.0.1 redirect",
        "@nh,128,32 0x0a000001 redirect",
        "meta nfproto ipv4 @nh,128,32 0x0a000001 redirect",
        "ip ttl 64 redirect",
        "ip dscp cs1 redirect",
        "ether saddr 00:11:22:33:44:55 redirect",
        // Interfaces.
        "iifname eth0 redirect",
        "iifname \"eth*\" redirect",
        "iifname \"eth\\*\" redirect",
        "iifname { eth0, eth1 } redirect",
        "iifname { \"eth*\", wg0 } redirect",
        "iifname { \"va*\", \"vb*\" } redirect",
        "iifname != eth0 redirect",
        "iif lo redirect",
        "oifname eth0 redirect",
        "iifname . tcp dport { eth0 . 80 } redirect",
        "iifname fifteen-letters redirect",
        // Owners and marks.
        "meta skuid 1000 redirect",
        "meta skuid root redirect",
        "meta skuid 1000-1999 redirect",
        "meta skuid { 1000, 2000 } redirect",
        "meta skuid { 1000-1999, 4000 } redirect",
        "meta skuid >= 1000 redirect",
        "meta skuid != 1000 redirect",
        "meta skuid 0-4294967295 redirect",
        "meta skgid 1000 meta skuid 1000 redirect",
        "meta mark 7 redirect",
        "meta mark & 0xff == 7 redirect",
        "meta mark & 0xff == 0x107 redirect",
        "meta mark & 0xff != 7 redirect",
        "meta mark & 0xffffffff == 7 redirect",
        "meta mark and 0xff 7 redirect",
        "meta mark 7-9 redirect",
        "meta mark { 7, 9 } redirect",
        "meta mark | 1 == 7 redirect",
        "meta mark ^ 1 == 7 redirect",
        "meta mark set 7",
        "ct mark 7 redirect",
        // Code points.
        "ip dscp ef redirect",
        "ip6 dscp ef redirect",
        "ip dscp 0 redirect",
        "ip6 dscp 63 redirect",
        "ip dscp { 1, 10, 46 } redirect",
        "ip6 dscp { 1, 10, 46 } redirect",
        "ip dscp != 46 redirect",
        "ip6 dscp != 46 redirect",
        "ip dscp 10-20 redirect",
        "ip6 dscp 10-20 redirect",
        "ip dscp { 10-20, 46 } redirect",
        "ip6 dscp 46 ip6 daddr fd00::1 redirect",
        "ip dscp 46 ip dscp 46 redirect",
        "ip ecn ect0 redirect",
        "ip dscp . tcp dport { 46 . 80 } redirect",
        "@nh,8,6 46 redirect",
        // Connections.
        "ct status dnat redirect",
        "ct status dnat,snat redirect",
        "ct status & dnat == dnat redirect",
        "ct status & dnat != 0 redirect",
        "ct status != dnat redirect",
        "ct status 32 redirect",
        "ct state new redirect",
        "ct original ip saddr 10.0.0.1 redirect",
        "ct status dnat ct original ip saddr 10.0.0.1 redirect",
        "ct status dnat ct original ip saddr 10.0.0.0/8 redirect",
        "ct status dnat ct original ip saddr 10.0.0.0/9 redirect",
        "ct status dnat ct reply ip saddr 10.0.0.1 redirect",
        "ct status dnat meta l4proto tcp ct original proto-dst 80-80 redirect",
        "ct status dnat meta l4proto tcp ct original proto-dst 80-90 redirect",
        "ct status dnat meta l4proto tcp ct original proto-dst { 80, 90 } redirect",
        "ct status dnat ct original ip saddr 10.0.0.1 ip6 daddr ::1 redirect",
        // Routing, draws, hashes.
        "fib daddr type local redirect",
        "fib daddr type unicast redirect",
        "fib daddr type { local, broadcast } redirect",
        "fib daddr type != local redirect",
        "fib saddr type local redirect",
        "numgen random mod 10 3 redirect",
        "numgen random mod 10 < 3 redirect",
        "numgen random mod 10 0-2 redirect",
        "numgen random mod 10 offset 100 103 redirect",
        "numgen inc mod 10 3 redirect",
        "numgen inc mod 10 { 1, 3 } redirect",
        "numgen inc mod 10 3 tcp dport 80 redirect",
        "tcp dport 80 numgen inc mod 10 3 redirect",
        "numgen inc mod 10 3 numgen inc mod 10 4 redirect",
        "jhash ip saddr mod 10 seed 1 3 redirect",
        "jhash ip saddr mod 10 seed 2 3 redirect",
        "jhash ip saddr mod 10 3 redirect",
        "jhash ip daddr mod 10 seed 1 3 redirect",
        "jhash ip saddr . tcp dport mod 10 seed 1 3 redirect",
        "jhash ip6 saddr mod 10 seed 1 3-4 redirect",
        "symhash mod 10 3 redirect",
        // Counters, limits, logs.
        "counter redirect",
        "counter name c redirect",
        "counter name c tcp dport 80 redirect",
        "tcp dport 80 counter name c counter name c redirect",
        "quota name q redirect",
        "quota 10 bytes redirect",
        "limit rate 5/second redirect",
        "limit rate 5/second log prefix \"x\"",
        "limit rate 5/second burst 6 packets log prefix \"x\"",
        "limit rate over 5/second log prefix \"x\"",
        "limit rate 5 bytes/second log prefix \"x\"",
        "limit rate 5/week log prefix \"x\"",
        "limit rate 5/day log prefix \"x\"",
        "limit rate 5/second counter name c log prefix \"x\"",
        "counter name c limit rate 5/second burst 5 packets log prefix \"x\"",
        "counter name c log prefix \"x\"",
        "log",
        "log prefix \"x\"",
        "log prefix \"x\" level emerg",
        "log level audit",
        "log prefix \"x\" flags all",
        "log prefix \"x\" group 1",
        "log prefix \"x\" group 1 snaplen 5",
        "log prefix \"x\" group 1 queue-threshold 5",
        "log group 1",
        "log prefix \"x\" accept",
        // Statements.
        "accept",
        "drop",
        "return",
        "continue",
        "jump sub",
        "goto sub",
        "jump { accept; }",
        "redirect",
        "redirect random",
        "meta l4proto tcp redirect to :80-90",
        "meta l4proto tcp redirect to :8080 random",
        "meta l4proto tcp redirect to :8080 persistent",
        "meta l4proto tcp redirect to :tcp dport map @ports",
        "meta l4proto { tcp, udp } redirect to :th dport map @ports",
        "meta l4proto tcp redirect to :tcp sport map @ports",
        "meta l4proto tcp redirect to :tcp dport map { 80 : 8080 }",
        "meta l4proto tcp redirect to :tcp dport map @ranges",
        "dnat ip to 10.0.0.1",
        "dnat ip to 10.0.0.1-10.0.0.9",
        "dnat ip to 10.0.0.1 persistent",
        "dnat ip6 to fd00::1",
        "meta l4proto tcp dnat to :80",
        "meta l4proto tcp dnat ip to 10.0.0.1:80",
        "meta l4proto tcp dnat ip to 10.0.0.1:80-90",
        "meta l4proto tcp dnat ip6 to [fd00::1]:80",
        "meta l4proto tcp dnat ip to 10.0.0.1 : tcp dport map @ports",
        "meta l4proto tcp dnat ip to ip daddr map { 10.0.0.1 : 10.0.0.2 }",
        "meta l4proto tcp dnat ip to ip daddr . tcp dport map { 10.0.0.1 . 80 : 10.0.0.2 . 81 }",
        "meta l4proto tcp dnat ip prefix to ip daddr map { 10.0.0.0/24 : 10.1.0.0/24 }",
        "meta l4proto tcp dnat ip to 10.0.0.1 : tcp dport | 0x1000",
        "meta l4proto tcp dnat to :tcp dport map @ports",
        "ip daddr 10.0.0.1 tcp dport 80 dnat to :80",
        "tcp dport 80 redirect to :8080 comment \"some; thing # more\"",
        "notrack",
        "meta nftrace set 1",
        // Maps.
        "dnat ip to ip daddr map @hosts",
        "dnat ip to ip saddr map @hosts",
        "dnat to ip daddr map @hosts",
        "meta nfproto ipv4 dnat ip to ip daddr map @hosts",
        "meta nfproto ipv6 dnat ip to ip daddr map @hosts",
        "meta l4proto tcp dnat ip to ip daddr map @hosts",
        "dnat ip to ip daddr map @hosts persistent",
        "dnat ip to ip daddr map @hosts fully-random",
        "dnat ip to ip daddr map @hosts comment \"some; thing\"",
        "snat ip to ip daddr map @hosts",
        "meta l4proto tcp dnat ip to ip daddr map @hosts : 80",
        "meta l4proto tcp dnat ip to ip daddr map @hosts : tcp dport map @ports",
        "dnat ip to ct original ip daddr map @hosts",
        "dnat ip to ip daddr & 255.255.255.0 map @hosts",
        "dnat ip to ip daddr map @nets",
        "dnat ip to ip daddr map @sized",
        "dnat ip to ip daddr map @temporary",
        "dnat ip to ip daddr map { 10.0.0.1 : 10.0.0.2 }",
        "dnat ip to @nh,128,32 map @hosts",
        "meta l4proto tcp dnat ip to ip daddr . meta l4proto . th dport map @pairs",
        "meta l4proto tcp dnat ip to ip daddr . meta l4proto . tcp dport map @pairs",
        "meta l4proto tcp dnat ip to ip daddr . ip protocol . tcp dport map @pairs",
        "meta l4proto tcp dnat ip to ip daddr . meta l4proto . udp dport map @pairs",
        "meta l4proto { tcp, udp } dnat ip to ip daddr . meta l4proto . th dport map @pairs",
        "meta l4proto { tcp, udp } dnat ip to ip saddr . meta l4proto . th sport map @pairs",
        "meta l4proto { tcp, icmp } dnat ip to ip daddr . meta l4proto . th dport map @pairs",
        "meta l4proto { tcp, udp } dnat ip to ip daddr . meta l4proto . th dport map @exact_pairs",
        "meta l4proto { tcp, udp } dnat ip6 to ip6 daddr . meta l4proto . th dport map @pairs6",
        "meta l4proto { tcp, udp } ip6 saddr ::1 dnat ip6 to ip6 daddr . meta l4proto . th dport map @pairs6",
        "dnat ip to ip daddr . meta l4proto . th dport map @exact_pairs",
        "dnat to :meta l4proto . th dport map @transport_ports",
        "redirect to :meta l4proto . th dport map @transport_ports",
        "meta l4proto tcp redirect to :meta l4proto . th dport map @transport_ports",
        "meta l4proto tcp redirect to :meta l4proto . th sport map @transport_ports",
        "meta l4proto tcp redirect to :meta l4proto . th dport map @transport_ports random",
        "meta l4proto tcp dnat ip to 10.0.0.1 : meta l4proto . th dport map @transport_ports",
        "meta l4proto tcp dnat ip to 10.0.0.1-10.0.0.9 : meta l4proto . th dport map @transport_ports",
        "meta l4proto tcp redirect to :iifname . meta skuid . meta mark map @owners",
        "meta l4proto tcp redirect to :oifname . meta skuid . meta mark map @owners",
        "meta l4proto tcp redirect to :oifname . meta skuid . meta mark map @exact_owners",
        "meta l4proto tcp redirect to :oifname . meta skuid . ct mark map @exact_owners",
        "meta l4proto tcp redirect to :meta skuid map @users",
        "meta l4proto tcp redirect to :meta skuid map @user_ranges",
        "meta l4proto vmap @transports",
        "meta l4proto vmap @transport_ranges",
        "meta l4proto tcp meta l4proto vmap @transport_ranges",
        "iifname vmap @interfaces",
        "iifname . oifname vmap @interfaces",
        "ip daddr . tcp dport vmap @verdicts",
        "ip saddr . tcp sport vmap @verdicts",
        "tcp dport 80 ip daddr . tcp dport vmap @verdicts",
        "counter name c ip daddr . tcp dport vmap @verdicts",
        "meta l4proto { tcp, udp } ip daddr . th dport vmap @verdicts",
        "numgen inc mod 10 3 meta l4proto { tcp, udp } ip daddr . th dport vmap @verdicts",
        "ip daddr . tcp dport vmap @gotos",
        "ip daddr . tcp dport vmap { 10.0.0.1 . 80 : accept }",
        "ip daddr . tcp dport vmap @verdicts accept",
        "ct original ip daddr . tcp dport vmap @verdicts",
        "meta mark set ip daddr map @marks",
        "ip daddr . tcp dport @verdicts accept",
        "tcp option maxseg size set 1000",
    ]

    /// Rules of which the reader of messages knows less, and why that is right.
    static let stricter = [
        "ip daddr 10.0.0.1 meta nfproto ipv4 redirect": "asks for the family twice",
        "iifname \"eth\\*\" redirect": "means a star, not a beginning",
        "numgen inc mod 10 3 tcp dport 80 redirect": "counts connections that it is not about",
        "counter name c ip daddr . tcp dport vmap @verdicts": "does so, too",
        "numgen inc mod 10 3 meta l4proto { tcp, udp } ip daddr . th dport vmap @verdicts":
            "does so, too",
    ]

    /// Rules of which it knows more, and why that is right.
    static let looser = [
        "iifname { \"va*\", \"vb*\" } redirect": "libnftables 1.0.6 aborts when it lists this"
    ]

    @Test func `a rule is known to both readers or to none`() throws {
        let kernel = NftKernel()
        var loaded = 0
        try kernel.commit(Self.surroundings)
        for text in Self.rules {
            // Versions of nft differ in what they take.
            do {
                try kernel.commit(["flush chain inet t output", "add rule inet t output \(text)"])
            } catch {
                continue
            }
            loaded += 1
            let live = try #require(try kernel.table("t")?.worded().output)
            let listed = (try? JSONTableReader.read("t"))?.output
            guard live.content != listed?.content else { continue }
            if live.known != nil, listed?.known == nil, Self.looser[text] != nil { continue }
            if live.known == nil, listed?.known != nil, Self.stricter[text] != nil { continue }
            Issue.record(
                """
                \(text)
                is, by the kernel's messages: \(live.content)
                and by JSON: \(String(describing: listed?.content))
                """
            )
        }
        #expect(loaded > Self.rules.count * 9 / 10)
    }

    private static let surroundings = [
        "add table inet t", "add counter inet t c",
        "add quota inet t q { 10 bytes; }",
        "add set inet t named { type inet_service; elements = { 80 }; }",
        "add set inet t lan { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }",
        "add map inet t ports { type inet_service : inet_service; elements = { 1 : 2 }; }",
        """
        add map inet t ranges { type inet_service : inet_service; flags interval; \
        elements = { 1-5 : 2 }; }
        """,
        "add chain inet t sub",
        "add map inet t hosts { type ipv4_addr : ipv4_addr; elements = { 10.0.0.1 : 10.0.0.2 }; }",
        "add map inet t sized { type ipv4_addr : ipv4_addr; size 10; }",
        "add map inet t temporary { type ipv4_addr : ipv4_addr; flags timeout; }",
        "add map inet t nets { type ipv4_addr : ipv4_addr; flags interval; }",
        "add map inet t marks { type ipv4_addr : mark; }",
        """
        add map inet t pairs { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; \
        flags interval; counter; elements = { 10.0.0.0/8 . 0-255 . 80-90 : 10.0.0.2 . 80 }; }
        """,
        """
        add map inet t exact_pairs \
        { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
        """,
        """
        add map inet t pairs6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; \
        flags interval; }
        """,
        "add map inet t transport_ports { type inet_proto . inet_service : inet_service; }",
        "add map inet t owners { type ifname . uid . mark : inet_service; flags interval; }",
        "add map inet t exact_owners { type ifname . uid . mark : inet_service; }",
        "add map inet t users { type uid : inet_service; }",
        "add map inet t user_ranges { type uid : inet_service; flags interval; }",
        "add map inet t transports { type inet_proto : verdict; }",
        "add map inet t transport_ranges { type inet_proto : verdict; flags interval; }",
        "add map inet t interfaces { type ifname : verdict; }",
        """
        add map inet t verdicts { type ipv4_addr . inet_service : verdict; \
        elements = { 10.0.0.1 . 80 : jump sub, 10.0.0.1 . 81 : accept }; }
        """,
        """
        add map inet t gotos { type ipv4_addr . inet_service : verdict; \
        elements = { 10.0.0.1 . 80 : goto sub }; }
        """,
        "add chain inet t output { type nat hook output priority -105; }",
    ]
}

extension LiveTable {
    /// The only rule of the chain that the rules under test are in.
    fileprivate var output: LiveRule? {
        chains.first { $0.name == "output" }?.rules.first
    }
}
