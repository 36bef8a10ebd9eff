import Addressing
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// The lease of a trial, in the real kernel.
@Suite(.networkNamespace) struct LeaseTests {
    let readers = TwoReaders()
    var kernel: NftKernel { readers.kernel }

    func load(_ declaration: String, _ elements: String, _ rule: String) throws {
        try kernel.commit([
            "add table inet t", "delete table inet t", "add table inet t",
            "add chain inet t trial_output",
            "add chain inet t output { type nat hook output priority -105; }",
            "add set inet t lease { \(declaration) }",
            "insert rule inet t output \(rule)",
        ])
        if !elements.isEmpty { try kernel.commit(["add element inet t lease { \(elements) }"]) }
    }

    private static let way = "meta nfproto @lease goto trial_output"

    @Test func `a lease is read with its time, by both readers`() throws {
        try load(
            LiveLease.declaration(isTimed: true),
            LiveLease.elements(milliseconds: 60_000),
            Self.way
        )
        try readers.agree(on: "t")
        let table = try #require(try kernel.table("t"))
        let lease = try #require(table.lease)
        #expect(lease.isTimed && lease.isLive)
        #expect(lease.terms[.ipv4]?.timeout == 60_000)
        #expect((1...60_000).contains(lease.expires ?? 0))
        #expect(table.others.isEmpty)
        let rules = table.chains.first { $0.name == "output" }?.rules ?? []
        #expect(rules.map(\.known) == [.trial(chain: "output")])
        #expect(try kernel.lease(of: "t")?.terms.keys == lease.terms.keys)
    }

    @Test func `a lease without an end is read`() throws {
        try load(LiveLease.declaration(isTimed: false), LiveLease.elements(), Self.way)
        try readers.agree(on: "t")
        let lease = try #require(try kernel.lease(of: "t"))
        #expect(!lease.isTimed && lease.isLive && lease.expires == nil)
    }

    @Test func `an expired element is not read`() throws {
        try load(
            LiveLease.declaration(isTimed: true),
            LiveLease.elements(milliseconds: 20),
            Self.way
        )
        let before = try kernel.generationID()
        for _ in 0..<1000 {
            if try kernel.lease(of: "t")?.isLive == false { break }
            usleep(5000)
        }
        #expect(try kernel.lease(of: "t")?.isLive == false)
        #expect(try kernel.generationID() == before)
        #expect(throws: KernelError.self) {
            try kernel.commit(["delete element inet t lease { \(LiveLease.elements()) }"])
        }
        try readers.agree(on: "t")
    }

    @Test(arguments: [
        ("type nf_proto; flags interval;", "ipv4"), ("type inet_proto; flags timeout;", "tcp"),
        ("type nf_proto; flags timeout; timeout 1h;", "ipv4"),
        ("type nf_proto; flags timeout; counter;", "ipv4"),
    ])
    func `another set of that name is foreign`(declaration: String, element: String) throws {
        try load(declaration, element, "meta l4proto tcp accept")
        try readers.agree(on: "t")
        let table = try #require(try kernel.table("t"))
        #expect(table.lease == nil)
        #expect(table.others.map(\.name) == ["lease"])
        #expect(try kernel.lease(of: "t") == nil)
    }

    @Test(arguments: [
        ("size 9;", "ipv4 timeout 1h, ipv6 timeout 1h"),
        ("gc-interval 1h;", "ipv4 timeout 1h, ipv6 timeout 1h"),
        ("policy memory;", "ipv4 timeout 1h, ipv6 timeout 1h"),
        ("", "ipv4 timeout 1h comment \"x\", ipv6 timeout 1h"),
    ])
    func `a lease may have options that do not change its meaning`(more: String, elements: String)
        throws
    {
        try load("type nf_proto; flags timeout; \(more)", elements, Self.way)
        let table = try #require(try kernel.table("t"))
        #expect(table.lease?.isLive == true)
        #expect(table.lease?.terms[.ipv4]?.timeout == 3_600_000)
        #expect(table.others.isEmpty)
        #expect(table.chains.flatMap(\.rules).map(\.known) == [.trial(chain: "output")])
    }

    @Test(arguments: [
        "meta nfproto @lease jump trial_output", "meta nfproto @lease accept",
        "meta nfproto != @lease goto trial_output",
        "meta l4proto tcp meta nfproto @lease goto trial_output",
        "meta nfproto @lease counter goto trial_output", "goto trial_output",
        "meta nfproto ipv4 goto trial_output",
        "meta nfproto @lease goto trial_output comment \"x\"",
    ])
    func `another way to a trial is foreign`(rule: String) throws {
        try load(LiveLease.declaration(isTimed: true), "", rule)
        let table = try #require(try kernel.table("t"))
        let rules = table.chains.first { $0.name == "output" }?.rules ?? []
        #expect(rules.count == 1)
        #expect(rules.allSatisfy { $0.known != .trial(chain: "output") }, "\(rules)")
        try readers.agree(on: "t")
    }

    @Test func `the probe runs in another namespace`() throws {
        let before = try kernel.generationID()
        try LeaseProbe.run()
        #expect(try kernel.generationID() == before)
        #expect(try LabCommand.run(["nft", "list", "ruleset"]).isEmpty)
    }

    @Test func `the probe does not use the process that waits for the transaction`() throws {
        NftKernel.prepare()
        try LeaseProbe.run()
        try kernel.commit(["add table inet t"])
        #expect(try kernel.table("t") != nil)
    }
}
