import Addressing
import Diagnostics
import FoundationEssentials
import LocatedYAML
import PolicyModel
import TestSupport
import Testing

@testable import PolicyYAML

/// `cgroup`.
@Suite struct CgroupTests {
    private func text(_ cgroup: String) -> String {
        policy(with: "match: {cgroup: \(cgroup)}\n    bypass: true")
            .replacing("inbound", with: "outbound")
    }

    private func read(_ text: String, root: String) throws -> LoadedPolicy {
        let reader = PolicyReader(limits: Limits(), cgroupRoot: root)
        return try reader.read(SourceText(name: "web.yaml", text: text))
    }

    @Test func `a path arrives in the model, and one that is not there is a warning`() throws {
        let directory = try ScratchDirectory()
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/system.slice/web.service",
            withIntermediateDirectories: true
        )
        try TestFile.write([], to: "\(directory.path)/system.slice/cgroup.procs")
        let text = text(
            "[system.slice/web.service, system.slice, a, system.slice/cgroup.procs, a/b]"
        )
        let loaded = try read(text, root: directory.path)
        #expect(
            loaded.policy.redirects.first?.match.cgroups?.map(\.text).sorted() == [
                "a", "a/b", "system.slice", "system.slice/cgroup.procs", "system.slice/web.service",
            ]
        )
        let warnings = ["a", "system.slice/cgroup.procs", "a/b"]
        #expect(
            loaded.warnings.map(\.message)
                == warnings.map { "the control group `\($0)` was not found" }
        )
        #expect(loaded.warnings.allSatisfy { $0.code == .missingCgroup && $0.severity == .warning })
    }

    @Test func `an exception has one too`() throws {
        let text = policy(with: "except: [{cgroup: a}]\n    bypass: true")
            .replacing("inbound", with: "outbound")
        let exceptions = try read(text, root: "/").policy.redirects.first?.exceptions
        #expect(exceptions?.first?.cgroups?.map(\.text) == ["a"])
    }

    @Test(arguments: [
        ("", "for any control group leave `cgroup` out" as String?),
        ("/", "every process is in the root; leave `cgroup` out"),
        ("/sys/fs/cgroup", "every process is in the root; leave `cgroup` out"),
        ("/sys/fs/cgroup/system.slice/x.service", "write `system.slice/x.service`"),
        ("/sys/fs/cgroup/unified/user.slice/", "write `user.slice`"),
        ("/system.slice", "write `system.slice`"), ("system.slice/", "write `system.slice`"),
        ("//a//", "write `a`"), ("a/../b", nil), ("./a", nil), ("a//b", nil), ("..", nil),
        ("a*", "there are no wildcards; a group includes all groups below it"),
        ("a b", nil), ("a\\\"b", nil), ("a$b", nil), ("ü", nil), ("a\\nb", nil), ("a\\0b", nil),
    ])
    func `what is no path is refused, with the way out`(path: String, help: String?) throws {
        try expectFinding(.invalidCgroup, in: text("1️⃣\"\(path)\"2️⃣"), help: help)
    }

    @Test func `a path is as long and as deep as it may be and no more`() {
        let deep = { (count: Int) in Array(repeating: "a", count: count).joined(separator: "/") }
        let long = { (count: Int) in String(repeating: "a", count: count) }
        for (path, isValid) in [
            (deep(255), true), (deep(256), false), (long(512), true), (long(513), false),
        ] {
            let code: DiagnosticCode = isValid ? .missingCgroup : .invalidCgroup
            #expect(findings(in: text(path)).map(\.code) == [code])
        }
    }

    @Test func `a connection from outside has none`() throws {
        for rest in ["match: {1️⃣cgroup2️⃣: a}", "except: [{1️⃣cgroup2️⃣: a}]"] {
            let marked = MarkedText(policy(with: rest + "\n    bypass: true"))
            let all = findings(in: marked.text)
            #expect(Set(all.map(\.code)) == [.userOnInbound, .missingCgroup])
        }
    }
}
