import CTestSupport
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// Failures of the kernel and of libnftables, each on a thread of its own, which ends afterwards.
@Suite(.networkNamespace) struct KernelFailureTests {
    let kernel = NftKernel()

    @Test func `without privileges nothing is permitted`() throws {
        try #require(ctest_drop_capabilities() == 0)
        #expect(throws: KernelError.notPermitted) { try kernel.table("t") }
        #expect(throws: KernelError.notPermitted) { try kernel.commit(["add table inet t"]) }
        #expect(throws: KernelError.notPermitted) { try kernel.generationID() }
    }

    @Test func `an exit of libnftables is an error of commits only`()
        throws
    {
        try kernel.commit(["add table inet t", "add chain inet t c"])
        try kernel.commit(["add rule inet t c notrack"])
        try #require(ctest_refuse_libmnl_sockets(CTEST_EMFILE) == 0)
        let error = #expect(throws: KernelError.self) { try kernel.commit(["add table inet t"]) }
        guard case .libraryDied(let status, let output) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(status == "left with exit status 3")
        #expect(output.contains("Netlink socket"))
        #expect(try isRuleForeign)
    }

    @Test func `a crash of libnftables is an error of commits only`() throws {
        try kernel.commit(["add table inet t", "add chain inet t c"])
        try kernel.commit(["add rule inet t c notrack"])
        try #require(ctest_refuse_libmnl_sockets(CTEST_KILL) == 0)
        #expect(throws: KernelError.libraryDied(status: "killed by signal 31 (SIGSYS)", output: ""))
        {
            try kernel.commit(["add table inet t"])
        }
        #expect(try isRuleForeign)
    }

    /// A foreign rule has no text without libnftables, but is still foreign.
    private var isRuleForeign: Bool {
        get throws {
            let rule = try kernel.table("t")?.chains.first?.rules.first
            return rule.map { $0.content == .foreign("a rule with handle \($0.handle)") } ?? false
        }
    }

    @Test func `without proc, complaints have no line numbers`() throws {
        let kernel = kernel
        let error = try withCoveredDirectory("/proc") {
            try kernel.commit(["add table inet t"])
            #expect(try kernel.table("t") == LiveTable(name: "t"))
            return #expect(throws: KernelError.self) {
                try kernel.commit(["add table inet u", "add rule inet u nope accept"])
            }
        }
        guard case .refused(let complaints) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(complaints.map(\.command) == [nil])
        #expect(complaints[0].text.hasPrefix("Error: "))
    }

    @Test func `many open files make no difference`() throws {
        // libnftables calls select(2), which aborts on descriptors above 1023.
        let files = (0..<1100).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
        defer { for file in files where file >= 0 { close(file) } }
        try kernel.commit(["add table inet t"])
        #expect(try kernel.table("t") != nil)
    }
}
