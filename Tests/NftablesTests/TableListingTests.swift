import Nftables
import RulesetModel
import TestSupport
import Testing

struct TableListingTests {
    @Test func `a base chain at our hooks is ours`() throws {
        let more =
            ", \"type\": \"nat\", \"hook\": \"output\", \"prio\": -105, \"policy\": \"accept\""
        let table = try Listing.table(Listing.chain("output", handle: 3, more))
        #expect(
            table.chains == [
                LiveChain(
                    name: "output",
                    handle: 3,
                    attachment: .nat(.init(hook: .output, priority: -105))
                )
            ]
        )
    }

    @Test(
        arguments: [
            (
                "output", "filter", "output", "0", "accept",
                "type filter hook output priority 0; policy accept;"
            ),
            (
                "mine", "nat", "output", "0", "accept",
                "type nat hook output priority 0; policy accept;"
            ),
            (
                "input", "nat", "input", "100", "accept",
                "type nat hook input priority 100; policy accept;"
            ),
            (
                "output", "nat", "output", "\"dstnat\"", "accept",
                "type nat hook output priority dstnat; policy accept;"
            ),
            (
                "output", "nat", "output", "99999999999", "accept",
                "type nat hook output priority 99999999999; policy accept;"
            ),
        ]
    )
    func `any other base chain is named`(
        name: String,
        type: String,
        hook: String,
        priority: String,
        policy: String,
        text: String
    ) throws {
        let table = try Listing.table(
            Listing.chain(
                name,
                """
                , "type": "\(type)", "hook": "\(hook)", "prio": \(priority), "policy": "\(policy)"
                """
            )
        )
        #expect(table.chains.map(\.attachment) == [.other(text)])
    }

    @Test func `a chain of ours that drops is known as ours`() throws {
        let more = """
            , "type": "nat", "hook": "output", "prio": -105, "policy": "drop"
            """
        let table = try Listing.table(Listing.chain("output", more))
        let attachment = LiveChain.Attachment.dropping(.init(hook: .output, priority: -105))
        #expect(table.chains.map(\.attachment) == [attachment])
        #expect(attachment.description == "type nat hook output priority -105; policy drop;")
    }

    @Test func `unknown keys of a chain are passed over`() throws {
        let table = try Listing.table(
            Listing.chain("gen_4_0123456789abcdef", ", \"comment\": \"x\", \"new\": {}")
        )
        #expect(table.markers == [Marker(number: 4, digest: "0123456789abcdef")])
    }

    @Test func `an ingress chain's device is named`() throws {
        let more = """
            , "type": "filter", "hook": "ingress", "prio": 0, "dev": "eth0", "policy": "accept"
            """
        let table = try Listing.table(Listing.chain("in", more))
        #expect(
            table.chains.map(\.attachment) == [
                .other("type filter hook ingress device eth0 priority 0; policy accept;")
            ]
        )
    }

    @Test func `counters count in 64 bits`() throws {
        let table = try Listing.table(
            "{\"counter\": {\"name\": \"c\", \"handle\": 4, \"packets\": 7, \"bytes\": -1}}"
        )
        #expect(
            table.counters == [LiveCounter(name: "c", handle: 4, packets: 7, bytes: .max)]
        )
    }

    @Test func `objects of every other kind are named`() throws {
        let table = try Listing.table(
            "{\"metainfo\": {\"version\": \"1.0.6\"}}",
            "{\"table\": {\"name\": \"t\", \"handle\": 1, \"flags\": \"t\"}}",
            "{\"set\": {\"name\": \"s\", \"handle\": 7, \"elem\": [{\"elem\": {\"val\": 1}}]}}",
            "{\"ct helper\": {\"name\": \"h\", \"handle\": 10, \"type\": \"ftp\"}}",
            "{\"flowtable\": {\"name\": \"f\", \"hook\": \"ingress\"}}",
            "{\"something new\": {}}"
        )
        #expect(
            table.others == [
                LiveObject(kind: "set", name: "s", handle: 7),
                LiveObject(kind: "ct helper", name: "h", handle: 10),
                LiveObject(kind: "flowtable", name: "f", handle: nil),
                LiveObject(kind: "something new", name: "", handle: nil),
            ]
        )
    }

    @Test(
        arguments: [
            "", " ", "{", "[]", "null", "{}", "{\"nftables\": null}", "{\"nftables\": [7]}",
            "{\"nftables\": [{}]}", "{\"nftables\": [{\"chain\": 7}]}",
            "{\"nftables\": [{\"chain\": {}}]}",
            "{\"nftables\": [{\"chain\": {\"name\": \"x\"}}]}",
            "{\"nftables\": [{\"chain\": {\"name\": \"x\", \"handle\": \"1\"}}]}",
            "{\"nftables\": [{\"rule\": {\"chain\": \"x\", \"handle\": 1, \"expr\": []}}]}",
            "{\"nftables\": [{\"counter\": {\"handle\": 1}}]}",
            "{\"nftables\": [{\"table\": {}, \"chain\": {}}]}",
            "{\"nftables\": [{\"x\": {\"handle\": 99999999999999999999}}]}",
            "{\"nftables\": [{\"x\": {\"name\": \"\\ud800\"}}]}",
            "{\"nftables\": [{\"x\": {\"a\": " + String(repeating: "[", count: 100)
                + String(repeating: "]", count: 100) + "}}]}",
            String(repeating: "[", count: 100_000),
        ]
    )
    func `what is no listing is an error`(json: String) {
        #expect {
            try Listing.table(json: json)
        } throws: { error in
            if case .unreadableListing = error as? KernelError { true } else { false }
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `a damaged listing is an error or a table, never a crash`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = Array(RecordedListing.everything.utf8)
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes[place] = Array("{}[]\",:0-n".utf8).randomElement(using: &random) ?? 0
                }
            }
            _ = try? Listing.table(json: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `the recorded listing is read`() throws {
        let table = try Listing.table(json: RecordedListing.everything)
        #expect(table.chains.map(\.name).count == 5)
        #expect(table.chains.flatMap(\.rules).compactMap(\.known).map(\.text).count == 8)
        #expect(table.chains.flatMap(\.rules).count == 18)
        #expect(table.counters.map(\.name) == ["c1", "cmapped"])
        #expect(
            table.maps.map(\.type.text) == [
                "type inet_service : ipv4_addr;",
                """
                type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; \
                flags interval; counter;
                """,
                "type ifname . uid . mark : verdict;",
            ]
        )
        #expect(table.others.count == 10)
    }
}
