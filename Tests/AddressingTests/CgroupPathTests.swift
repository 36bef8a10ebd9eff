import Testing

@testable import Addressing

@Suite struct CgroupPathTests {
    @Test(arguments: [
        ("a", 1), ("system.slice/web@1.service", 2),
        ("user.slice/user-1000.slice/x\\x2d1.scope", 3),
    ])
    func `a path has the level of its last name`(text: String, level: Int) {
        #expect(CgroupPath(text)?.level == level)
        #expect(CgroupPath(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a b", "a\"", "a$", "ü", "a\0",
    ])
    func `a path that nft or the kernel does not accept is refused`(text: String) {
        #expect(CgroupPath(text) == nil)
    }

    @Test func `a path has no more levels than a rule can compare`() {
        let deep = { (count: Int) in Array(repeating: "a", count: count).joined(separator: "/") }
        #expect(CgroupPath(deep(255))?.level == 255)
        #expect(CgroupPath(deep(256)) == nil)
    }
}
