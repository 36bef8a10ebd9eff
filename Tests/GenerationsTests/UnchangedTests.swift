import Addressing
import Glibc
import Nftables
import Planning
import RulesetModel
import TestSupport
import Testing

@testable import Generations

/// While the kernel's count of transactions stands, nothing is read.
@Suite(.networkNamespace) struct UnchangedTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func `a second apply reads nothing`() throws {
        try shop.apply(Sample.first)
        let looks = shop.kernel.looks
        #expect(try shop.site.unchanged()?.number == 1)
        #expect(try shop.site.unchanged(with: Sample.first)?.number == 1)
        #expect(try shop.site.unchanged(with: Sample.second) == nil)
        #expect(try shop.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(try shop.restore().summary == "nothing 1, 2 redirects")
        #expect(shop.kernel.looks == looks)
        #expect(try shop.apply(Sample.second).summary == "applied 2 from 1")
        #expect(shop.kernel.looks > looks)
        try shop.expectLive(2, Sample.second)
    }

    @Test func `another ruleset is sent without a look before, where that would tell nothing`()
        throws
    {
        let longer = Sample.ruleset(["web": (80, 8080), "dns": (53, 5353), "ssh": (22, 2222)])
        try shop.apply(Sample.first)
        let looks = shop.kernel.looks
        #expect(try shop.site.unseen()?.current?.manifest.number == 1)
        #expect(try shop.apply(longer).summary == "applied 2 from 1")
        #expect(shop.kernel.looks == looks)
        #expect(shop.kernel.glances == 2)
        try shop.expectLive(2, longer)

        // A rule in the place of another one needs its handle.
        #expect(try shop.apply(Sample.second).summary == "applied 3 from 2")
        #expect(shop.kernel.looks == looks + 1)
        #expect(shop.kernel.glances == 3)
        try shop.expectLive(3, Sample.second)
        try shop.nft("flush chain inet redirctl output")
        #expect(try shop.site.unseen() == nil)
        #expect(try shop.apply(longer).summary == "applied 4 from 3")
        try shop.expectLive(4, longer)
    }

    @Test(arguments: ["delete table inet redirctl", "flush chain inet redirctl output"])
    func `whoever changes something in the last moment is seen`(change: String) throws {
        let longer = Sample.ruleset(["web": (80, 8080), "dns": (53, 5353), "ssh": (22, 2222)])
        try shop.apply(Sample.first)
        shop.kernel.commit = .firstHappens { [shop] in try shop.nft(change) }
        #expect(throws: ApplyError.self) { try shop.apply(longer) }
        shop.kernel.commit = nil
        #expect(try shop.site.unchanged() == nil)
        try shop.apply(longer)
        let numbers = try shop.store.numbers()
        try shop.expectLive(try #require(numbers.last), longer)
    }

    @Test(arguments: [
        (" : 9090", " : 9091"), (" . 8 ", " . 9 "), ("comment \"new\"", "comment \"old\""),
    ])
    func `what the kernel keeps of a small change is looked at`(
        sent: String,
        kept: String
    ) throws {
        try shop.apply(Self.map(ofPorts: 1...3))
        shop.kernel.commit = .keeps { $0.replacing(sent, with: kept) }
        let wanted = Self.map(ofPorts: 1...3, and: 8)
        let error = #expect(throws: ApplyError.self) { try shop.apply(wanted) }
        guard case .notAsSent(2, let difference)? = error else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(difference.redirects.map(\.name).contains("new"))
        #expect(try shop.site.unchanged() == nil)
        shop.kernel.commit = nil
        let looks = shop.kernel.looks
        #expect(try shop.apply(wanted).summary == "restored 2")
        #expect(shop.kernel.looks > looks)
        try shop.expectLive(2, wanted)
    }

    @Test func `where nothing else can have changed, the rest of a map is not read`() throws {
        try shop.apply(Self.map(ofPorts: 1...3))
        let looks = shop.kernel.looks
        #expect(try shop.apply(Self.map(ofPorts: 1...3, and: 8)).summary == "applied 2 from 1")
        #expect(shop.kernel.looks == looks)
        // More elements than one command has: the kernel has kept such ones wrongly.
        #expect(try shop.apply(Self.map(ofPorts: 1...300, and: 8)).summary == "applied 3 from 2")
        #expect(shop.kernel.looks > looks)
        try shop.expectLive(3, Self.map(ofPorts: 1...300, and: 8))
    }

    /// Redirects of some TCP ports, each an element of a map.
    private static func map(ofPorts ports: ClosedRange<UInt16>, and new: UInt16? = nil) -> Ruleset {
        let type = MapType(key: [.transport, .destinationPort], value: .port)
        func element(_ port: UInt16, _ target: UInt16, _ name: String) -> MapElement? {
            Port(target).map {
                let key = MapKey(exactly: [6, UInt128(port)])
                return MapElement(key: key, value: .port($0), redirect: name)
            }
        }
        let elements =
            ports.filter { $0 != new }.compactMap { element($0, 9000, "port-\($0)") }
            + [new.flatMap { element($0, 9090, "new") }].compactMap(\.self)
        let rule = Rule(
            selector: Selector(protocols: TransportProtocol.allCases),
            statement: .dnatPort(to: .mapped(by: Lookup("ports", by: type.key)))
        )
        return Ruleset(
            table: "redirctl",
            maps: [LookupMap(name: "ports", type: type, elements: elements)],
            chains: [BaseChain(head: .init(hook: .output, priority: -105), rules: [rule])]
        )
    }

    @Test func `a removed table needs no look either`() throws {
        try shop.apply(Sample.first)
        try shop.remove()
        let looks = shop.kernel.looks
        #expect(try shop.site.unchanged()?.isRemoval == true)
        #expect(try shop.restore().summary == "nothing to remove")
        #expect(shop.kernel.looks == looks)
        try shop.nft("add table inet redirctl")
        #expect(try shop.site.unchanged() == nil)
    }

    @Test func `whoever changes something is seen`() throws {
        try shop.apply(Sample.first)
        try shop.nft("flush chain inet redirctl output")
        #expect(try shop.site.unchanged() == nil)
        #expect(try shop.apply(Sample.first).summary == "restored 1")
        try shop.expectLive(1, Sample.first)
        #expect(try shop.site.unchanged()?.number == 1)
    }

    @Test func `what others do elsewhere is looked at once`() throws {
        try shop.apply(Sample.first)
        try shop.nft("add table inet somebodys")
        #expect(try shop.site.unchanged() == nil)
        #expect(try shop.apply(Sample.first).summary == "nothing 1, 2 redirects")
        let looks = shop.kernel.looks
        #expect(try shop.site.unchanged()?.number == 1)
        #expect(try shop.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(shop.kernel.looks == looks)
    }

    @Test func `another boot or namespace is looked at`() throws {
        try shop.apply(Sample.first)
        shop.boot = "second boot"
        #expect(try shop.site.unchanged() == nil)
        shop.boot = "first boot"
        shop.namespace = 2
        #expect(try shop.site.unchanged() == nil)
    }

    @Test func `a namespace of the same number and count without our table is seen`() throws {
        try shop.apply(Sample.first)
        try shop.nft("delete table inet redirctl")
        var head = try shop.store.head()
        head.verified = shop.site.verification(at: try shop.kernelGeneration(), of: 1)
        try shop.store.write(head)
        #expect(try shop.site.unchanged() == nil)
        try shop.nft("add table inet redirctl")
        head.verified = shop.site.verification(at: try shop.kernelGeneration(), of: 1)
        try shop.store.write(head)
        #expect(try shop.site.unchanged() == nil)
        #expect(try shop.apply(Sample.first).summary == "restored 1")
    }

    @Test func `a ruleset on disk that somebody wrote to is read again`() throws {
        try shop.apply(Sample.first)
        #expect(try shop.site.unchanged() != nil)
        let path = "\(shop.store.folder(of: 1))/ruleset.json"
        var bytes = try TestFile.read(path)
        bytes[bytes.count / 2] ^= 1
        try TestFile.write(bytes, to: path)
        #expect(try shop.site.unchanged() == nil)
        #expect(throws: StoreError.self) { try shop.site.look() }
        bytes[bytes.count / 2] ^= 1
        try TestFile.write(bytes, to: path)
        shop.site.note(try shop.site.look())
        #expect(try shop.site.unchanged() != nil)
    }

    @Test func `whoever only looks notes that all is well`() throws {
        try shop.apply(Sample.first)
        try shop.nft("add table inet somebodys")
        let situation = try shop.site.look()
        shop.site.note(situation)
        #expect(try shop.site.unchanged()?.number == 1)
        let looks = shop.kernel.looks
        #expect(try shop.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(shop.kernel.looks == looks)
    }

    @Test func `nothing is noted of drift, of what has moved on, or while another has the lock`()
        throws
    {
        try shop.apply(Sample.first)
        try shop.nft("add table inet somebodys")
        let situation = try shop.site.look()
        let before = try shop.store.head()
        let holder = try Program(["flock", "\(shop.store.directory)/lock", "sleep", "60"])
        while (try? StoreLock.take(in: shop.store.directory, waitingUpTo: 0, note: "")) != nil {
            usleep(1000)
        }
        shop.site.note(situation)
        holder.signal(SIGKILL)
        _ = try holder.wait()
        #expect(try shop.store.head() == before)
        try shop.nft("flush chain inet redirctl output")
        shop.site.note(try shop.site.look())
        #expect(try shop.store.head() == before)
        try shop.apply(Sample.second)
        let after = try shop.store.head()
        shop.site.note(situation)
        #expect(try shop.store.head() == after)
    }

    @Test func `an intent is looked at`() throws {
        try shop.apply(Sample.first)
        var head = try shop.store.head()
        head.intent = 2
        try shop.store.write(head)
        #expect(try shop.site.unchanged() == nil)
    }
}
