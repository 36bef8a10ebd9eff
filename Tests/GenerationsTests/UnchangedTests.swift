import Addressing
import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff
import TestSupport
import Testing

@testable import Generations

/// While the kernel's count of transactions stands, nothing is read.
@Suite(.networkNamespace) struct UnchangedTests {
    let fixture: ApplierFixture

    init() throws { fixture = try ApplierFixture() }

    /// Whether a plan needed nothing of the table.
    private func isCached(_ plan: Plan) -> Bool {
        if case .cached = plan.live { plan.isEmpty } else { false }
    }

    /// What is known without listing the table.
    private func assumed() throws -> Snapshot? {
        if case .assumed(let snapshot) = try fixture.managed.read(.assumed) {
            snapshot
        } else {
            nil
        }
    }

    @Test func `a second apply reads nothing`() throws {
        try fixture.apply(Sample.first)
        let looks = fixture.kernel.looks
        #expect(try fixture.cached()?.number == 1)
        #expect(try isCached(fixture.managed.plan(for: .apply(Sample.first))))
        #expect(try fixture.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(try fixture.restore().summary == "nothing 1, 2 redirects")
        #expect(fixture.kernel.looks == looks)
        #expect(try fixture.apply(Sample.second).summary == "applied 2 from 1")
        #expect(fixture.kernel.looks > looks)
        try fixture.expectLive(2, Sample.second)
        #expect(try !isCached(fixture.managed.plan(for: .apply(Sample.first))))
    }

    @Test func `another ruleset is sent without a look before, where that would tell nothing`()
        throws
    {
        let longer = Sample.ruleset(["web": (80, 8080), "dns": (53, 5353), "ssh": (22, 2222)])
        try fixture.apply(Sample.first)
        let looks = fixture.kernel.looks
        #expect(try assumed()?.current?.manifest.number == 1)
        #expect(try fixture.apply(longer).summary == "applied 2 from 1")
        #expect(fixture.kernel.looks == looks)
        #expect(fixture.kernel.glances == 2)
        try fixture.expectLive(2, longer)

        // A rule in the place of another one needs its handle.
        #expect(try fixture.apply(Sample.second).summary == "applied 3 from 2")
        #expect(fixture.kernel.looks == looks + 1)
        #expect(fixture.kernel.glances == 3)
        try fixture.expectLive(3, Sample.second)
        try fixture.nft("flush chain inet redirctl output")
        #expect(try assumed() == nil)
        #expect(try fixture.apply(longer).summary == "applied 4 from 3")
        try fixture.expectLive(4, longer)
    }

    @Test(arguments: ["delete table inet redirctl", "flush chain inet redirctl output"])
    func `whoever changes something in the last moment is seen`(change: String) throws {
        let longer = Sample.ruleset(["web": (80, 8080), "dns": (53, 5353), "ssh": (22, 2222)])
        try fixture.apply(Sample.first)
        fixture.kernel.commit = .firstHappens { [fixture] in try fixture.nft(change) }
        #expect(throws: ApplyError.self) { try fixture.apply(longer) }
        fixture.kernel.commit = nil
        #expect(try fixture.cached() == nil)
        try fixture.apply(longer)
        let numbers = try fixture.store.numbers()
        try fixture.expectLive(try #require(numbers.last), longer)
    }

    @Test(arguments: [
        (" : 9090", " : 9091"), (" . 8 ", " . 9 "), ("comment \"new\"", "comment \"old\""),
    ])
    func `what the kernel keeps of a small change is looked at`(
        sent: String,
        kept: String
    ) throws {
        try fixture.apply(Self.map(ofPorts: 1...3))
        fixture.kernel.commit = .keeps { $0.replacing(sent, with: kept) }
        let wanted = Self.map(ofPorts: 1...3, and: 8)
        let error = #expect(throws: ApplyError.self) { try fixture.apply(wanted) }
        guard case .notAsSent(2, _, let difference)? = error else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(difference.redirects.map(\.name).contains("new"))
        #expect(try fixture.cached() == nil)
        fixture.kernel.commit = nil
        let looks = fixture.kernel.looks
        #expect(try fixture.apply(wanted).summary == "restored 2")
        #expect(fixture.kernel.looks > looks)
        try fixture.expectLive(2, wanted)
    }

    @Test func `where nothing else can have changed, the rest of a map is not read`() throws {
        try fixture.apply(Self.map(ofPorts: 1...3))
        let looks = fixture.kernel.looks
        #expect(try fixture.apply(Self.map(ofPorts: 1...3, and: 8)).summary == "applied 2 from 1")
        #expect(fixture.kernel.looks == looks)
        // More elements than one command has: the kernel has kept such ones wrongly.
        #expect(try fixture.apply(Self.map(ofPorts: 1...300, and: 8)).summary == "applied 3 from 2")
        #expect(fixture.kernel.looks > looks)
        try fixture.expectLive(3, Self.map(ofPorts: 1...300, and: 8))
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
        try fixture.apply(Sample.first)
        try fixture.remove()
        let looks = fixture.kernel.looks
        #expect(try fixture.cached()?.isRemoval == true)
        #expect(try fixture.restore().summary == "nothing to remove")
        #expect(fixture.kernel.looks == looks)
        try fixture.nft("add table inet redirctl")
        #expect(try fixture.cached() == nil)
    }

    @Test(arguments: ["head.json", "generations/1/manifest.json", "generations/1/ruleset.json"])
    func `what was written down is void when a file of the store is another`(file: String) throws {
        try fixture.apply(Sample.first)
        #expect(try fixture.managed.verifyUnchanged() && fixture.managed.verifyUnchanged())
        let path = "\(fixture.store.directory)/\(file)"
        #expect(truncate(path, 3) == 0)
        #expect((try? fixture.managed.verifyUnchanged()) != true)
    }

    @Test func `whoever changes something is seen`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("flush chain inet redirctl output")
        #expect(try fixture.cached() == nil)
        #expect(try fixture.apply(Sample.first).summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.cached()?.number == 1)
    }

    @Test func `what others do elsewhere is looked at once`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("add table inet somebodys")
        #expect(try fixture.cached() == nil)
        #expect(try fixture.apply(Sample.first).summary == "nothing 1, 2 redirects")
        let looks = fixture.kernel.looks
        #expect(try fixture.cached()?.number == 1)
        #expect(try fixture.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(fixture.kernel.looks == looks)
    }

    @Test func `another boot or namespace is looked at`() throws {
        try fixture.apply(Sample.first)
        fixture.boot = "second boot"
        #expect(try fixture.cached() == nil)
        fixture.boot = "first boot"
        fixture.namespace = 2
        #expect(try fixture.cached() == nil)
        fixture.namespace = 1
        fixture.cookie = 2
        #expect(try fixture.cached() == nil)
        #expect(try fixture.managed.listed().restart == .namespace)
        // Older kernels, and records of earlier versions, have none.
        fixture.cookie = nil
        #expect(try fixture.cached()?.number == 1)
    }

    @Test func `a namespace of the same number and count without our table is seen`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("delete table inet redirctl")
        var head = try fixture.store.head()
        head.verified = fixture.managed.verification(at: try fixture.kernelGeneration(), of: 1)
        try fixture.store.write(head)
        #expect(try fixture.cached() == nil)
        try fixture.nft("add table inet redirctl")
        head.verified = fixture.managed.verification(at: try fixture.kernelGeneration(), of: 1)
        try fixture.store.write(head)
        #expect(try fixture.cached() == nil)
        #expect(try fixture.apply(Sample.first).summary == "restored 1")
    }

    @Test func `a ruleset on disk that somebody wrote to is read again`() throws {
        try fixture.apply(Sample.first)
        #expect(try fixture.cached() != nil)
        let path = "\(fixture.store.folder(of: 1))/ruleset.json"
        var bytes = try TestFile.read(path)
        bytes[bytes.count / 2] ^= 1
        try TestFile.write(bytes, to: path)
        #expect(try fixture.cached() == nil)
        #expect(throws: StoreError.self) { try fixture.managed.listed() }
        bytes[bytes.count / 2] ^= 1
        try TestFile.write(bytes, to: path)
        // A process that another test has started meanwhile may still have the lock's file.
        _ = try StoreLock.take(in: fixture.store.directory, waitingUpTo: 10, note: "test")
        fixture.managed.recordVerification(by: try fixture.managed.listed())
        #expect(try fixture.cached() != nil)
    }

    @Test func `whoever only looks notes that all is well`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("add table inet somebodys")
        let snapshot = try fixture.managed.listed()
        fixture.managed.recordVerification(by: snapshot)
        #expect(try fixture.cached()?.number == 1)
        let looks = fixture.kernel.looks
        #expect(try fixture.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(fixture.kernel.looks == looks)
    }

    @Test func `nothing is noted of drift, of what has moved on, or while another has the lock`()
        throws
    {
        try fixture.apply(Sample.first)
        try fixture.nft("add table inet somebodys")
        let snapshot = try fixture.managed.listed()
        let before = try fixture.store.head()
        let holder = try Program(["flock", "\(fixture.store.directory)/lock", "sleep", "60"])
        while (try? StoreLock.take(in: fixture.store.directory, waitingUpTo: 0, note: "")) != nil {
            usleep(1000)
        }
        fixture.managed.recordVerification(by: snapshot)
        holder.signal(SIGKILL)
        _ = try holder.wait()
        #expect(try fixture.store.head() == before)
        try fixture.nft("flush chain inet redirctl output")
        fixture.managed.recordVerification(by: try fixture.managed.listed())
        #expect(try fixture.store.head() == before)
        try fixture.apply(Sample.second)
        let after = try fixture.store.head()
        fixture.managed.recordVerification(by: snapshot)
        #expect(try fixture.store.head() == after)
    }

    @Test func `an intent is looked at`() throws {
        try fixture.apply(Sample.first)
        var head = try fixture.store.head()
        head.intent = 2
        try fixture.store.write(head)
        #expect(try fixture.cached() == nil)
    }
}
