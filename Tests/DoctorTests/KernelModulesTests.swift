import Doctor
import HostState
import TestSupport
import Testing

/// What modules a kernel has, by the lists of depmod(8).
@Suite struct KernelModulesTests {
    private let directory: ScratchDirectory

    init() throws {
        directory = try ScratchDirectory()
        try directory.write(
            """
            kernel/net/netfilter/nft_redirctl_one.ko.xz: kernel/net/netfilter/nf_tables.ko.xz
            extra/nft-redirctl-two.ko:

            """,
            to: "modules.dep"
        )
    }

    @Test func `a module is built in, can be loaded, or is missing`() throws {
        try directory.write("kernel/net/nft_redirctl_three.ko\n", to: "modules.builtin")
        let modules = KernelModules(in: directory.path)
        for name in ["one", "two", "three"] {
            #expect(modules.contains("nft_redirctl_\(name)") == true, "\(name)")
        }
        #expect(modules.contains("nft_redirctl_four") == false)
        #expect(modules.contains("nft_redirctl") == false)
    }

    @Test func `where a list is missing, nothing can be told`() {
        #expect(KernelModules(in: directory.path).contains("nft_redirctl_four") == nil)
    }

    @Test func `every kind of finding is in the manual`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try TestFile.read("/\(root)/Sources/Packaging/redirctl.8.md")
        let text = String(decoding: page, as: UTF8.self)
        for code in HostFinding.Code.allCases {
            #expect(text.contains("`\(code.rawValue)`"), "\(code)")
        }
    }
}
