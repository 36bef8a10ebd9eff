import Glibc
import Nftables
import TestSupport
import Testing

struct NetworkNamespaceTests {
    @Test(.networkNamespace) func `a namespace without a name is not the host's`() throws {
        let namespace = try NetworkNamespace.current()
        #expect(namespace.inode != 0)
        #expect(try !NetworkNamespace.isHost())
        #expect(namespace.names.isEmpty)
    }

    @Test(.networkNamespace) func `a namespace is entered by its name, and reports it`() throws {
        let before = try NetworkNamespace.current()
        try withCoveredDirectory("/run") {
            try LabCommand.run(["ip", "netns", "add", "blue"])
            try NetworkNamespace.enter(named: "blue")
            let blue = try NetworkNamespace.current()
            #expect(blue != before)
            #expect(blue.names == ["blue"])
            #expect(before.names.isEmpty)
            try LabCommand.run(["sh", "-c", Self.naming("azure")])
            #expect(blue.names == ["azure", "blue"])
        }
    }

    @Test(.networkNamespace, arguments: ["host", "net-1"])
    func `a name that could be confused with another is left out`(name: String) throws {
        try withCoveredDirectory("/run") {
            try LabCommand.run(["sh", "-c", Self.naming(name)])
            #expect(try NetworkNamespace.current().names.isEmpty)
        }
    }

    /// The commands that give the caller's namespace a name, as ip-netns(8) does.
    private static func naming(_ name: String) -> String {
        "mkdir -p /run/netns && touch /run/netns/\(name) "
            + "&& mount --bind /proc/self/ns/net /run/netns/\(name)"
    }

    @Test func `a thread's namespace is its own`() throws {
        guard NetworkNamespaceTrait.mismatch == nil else { return }
        let here = try NetworkNamespace.current()
        let thread = try NamespaceThread()
        defer { thread.stop() }
        #expect(try thread.run { try NetworkNamespace.current() } != here)
        #expect(try NetworkNamespace.current() == here)
    }

    @Test(arguments: ["", ".", "..", "no-such", "../../proc/self/ns/net", "a/b"])
    func `a name that is unknown to ip-netns is refused`(name: String) {
        #expect(throws: KernelError.system(call: "/run/netns/\(name)", errno: ENOENT)) {
            try NetworkNamespace.enter(named: name)
        }
    }

    @Test func `the boot has an identity`() throws {
        #expect(try Boot.identity().count == 36)
        #expect(try Boot.identity() == Boot.identity())
    }
}
