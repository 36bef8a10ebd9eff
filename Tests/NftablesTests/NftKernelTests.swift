import Glibc
import ListingSupport
import Nftables
import RulesetModel
import TestSupport
import Testing

@Suite(.networkNamespace) struct NftKernelTests {
    let kernel = NftKernel()

    @Test func `a missing table is nil`() throws {
        #expect(try kernel.table("redirctl") == nil)
    }

    @Test func `a table of another family is not read`() throws {
        try kernel.commit(["add table ip redirctl"])
        #expect(try kernel.table("redirctl") == nil)
    }

    @Test func `an empty table is read as empty`() throws {
        try kernel.commit(["add table inet redirctl"])
        #expect(try kernel.table("redirctl") == LiveTable(name: "redirctl"))
    }

    @Test func `a dormant table is dormant until it is added again`() throws {
        try kernel.commit(["add table inet t { flags dormant; }", "add counter inet t c"])
        #expect(try kernel.table("t") == LiveTable(name: "t", isDormant: true))
        try kernel.commit(["add table inet t"])
        #expect(try kernel.table("t")?.isDormant == false)
        #expect(try kernel.table("t")?.counters.map(\.name) == ["c"])
    }

    @Test func `no commands are no transaction`() throws {
        let before = try kernel.generationID()
        try kernel.commit([])
        #expect(try kernel.generationID() == before)
    }

    @Test func `a transaction increases the generation by one, reading does not`() throws {
        let before = try kernel.generationID()
        try kernel.commit(["add table inet t", "add counter inet t c", "add chain inet t c"])
        #expect(try kernel.generationID() == before + 1)
        _ = try kernel.table("t")
        _ = try kernel.table("u")
        #expect(try kernel.generationID() == before + 1)
    }

    @Test func `a refused batch names its commands and changes nothing`() throws {
        let commands = [
            "add table inet t", "add chain inet t c", "add rule inet t nope accept",
            "add rule inet t c accept", "delete chain inet t neither",
        ]
        let error = #expect(throws: KernelError.self) { try kernel.commit(commands) }
        guard case .refused(let complaints) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(complaints.map(\.command) == [2, 4])
        #expect(complaints.allSatisfy { $0.text.hasPrefix("Error: ") })
        #expect(complaints.map { $0.text.contains("nope") } == [true, false])
        #expect(try kernel.table("t") == nil)
    }

    @Test func `an invalid command is named`() throws {
        let error = #expect(throws: KernelError.self) {
            try kernel.commit(["add table inet t", "frobnicate", "add table inet u"])
        }
        guard case .refused(let complaints) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(complaints.map(\.command) == [1])
    }

    @Test func `foreign objects and rules have the texts of nft`() throws {
        try LabCommand.run(["nft", "-f", "-"], input: RecordedListing.script)
        let table = try #require(try kernel.table("t")).worded()
        #expect(
            table.others.map { "\($0.kind) \($0.name)" } == [
                "quota q", "limit l", "ct helper h", "ct timeout ti", "ct expectation e",
                "synproxy sy", "set s", "set smeter", "map om", "map vm",
            ]
        )
        #expect(table.maps.map(\.name) == ["m", "pairs", "owners"])
        #expect(
            table.chains.map(\.name) == ["j2", "j1", "output", "filt", "gen_1_0123456789abcdef"]
        )
        #expect(table.markers == [Marker(number: 1, digest: "0123456789abcdef")])
        #expect(
            table.chains.flatMap(\.rules).map(\.text) == [
                "meta l4proto tcp th dport 7 accept", "meta l4proto tcp th dport 5 jump j2",
                "ip daddr @s quota name \"q\" accept",
                "meta l4proto tcp th dport 80 counter name \"c1\" redirect to :8080",
                "meta l4proto tcp th dport vmap @vm", "tcp dport vmap { 9 : jump j1 }",
                "meta l4proto tcp th dport 8 jump j1",
                "meta nfproto ipv4 meta l4proto tcp ip daddr 1.2.3.4 dnat ip to th dport map @m",
                """
                meta nfproto ipv4 meta l4proto { tcp, udp } \
                dnat ip to ip saddr . meta l4proto . th dport map @pairs
                """,
                "oifname . meta skuid . meta mark vmap @owners comment \"web\"",
                "limit name \"l\" accept",
                "tcp dport 9 synproxy name \"sy\"", "ct helper set \"h\"",
                "ct timeout set \"ti\"", "ct expectation set \"e\"",
                "counter name ip saddr map @om",
                "add @smeter { ip saddr timeout 10s }",
                "tcp dport 4 jump { tcp dport 5 accept }",
            ]
        )
    }

    @Test func `a large ruleset is one transaction`() throws {
        let rules = (1...3000).map { "add rule inet t output tcp dport \($0) redirect to :80" }
        let chain = "add chain inet t output { type nat hook output priority -105; }"
        let before = try kernel.generationID()
        try kernel.commit(["add table inet t", chain] + rules)
        #expect(try kernel.generationID() == before + 1)
        #expect(try kernel.table("t")?.chains.first?.rules.count == 3000)
    }

    @Test func `many threads at once do not disturb one another`() throws {
        let threads = (0..<8).map { number in
            BackgroundThread { Result { try Self.exercise("t\(number)") } }
        }
        for thread in threads { try thread.result().get() }
    }

    private static func exercise(_ name: String) throws {
        let thread = try NamespaceThread()
        defer { thread.stop() }
        try thread.run {
            for round in 0..<15 {
                try NftKernel().commit(["add table inet \(name)_\(round)"])
                #expect(try NftKernel().generationID() == UInt32(round + 2))
                #expect(try NftKernel().table("\(name)_\(round)") != nil)
            }
        }
    }
}
