import Generations
import TestSupport
import Testing

/// What survives a loss of power: judged by the order of system calls, as no test can pull the plug.
@Suite(.networkNamespace, .strace) struct DurabilityTests {
    @Test(arguments: Scenario.allCases)
    func `all is on the disk before the kernel switches, and at the end`(scenario: Scenario) throws
    {
        let rehearsal = try Rehearsal(scenario)
        var disk = UnwrittenChanges(of: rehearsal.installation.scratch.path)
        var (switches, renames) = (0, 0)
        for call in rehearsal.trace.calls {
            if call.name == "rename" {
                renames += 1
                let (source, target) = (call.paths.first ?? "", call.paths.last ?? "")
                #expect(disk.below(source) == [], "\(target) appears before it is whole")
            }
            disk.follow(call)
            if call.name == "sendmsg" {
                switches += 1
                #expect(disk.changes == [], "the kernel switches before these are on the disk")
                #expect(renames == scenario.renames.before)
            }
        }
        #expect(switches == 1)
        #expect(renames == scenario.renames.all)
        #expect(disk.changes == [])
    }

    @Test func `what a killed first run has made is waited for by the next one`() throws {
        let rehearsal = try Rehearsal(.firstApply)
        let installation = rehearsal.installation
        for count in 1...4 {
            try Scenario.firstApply.prepare(installation)
            let tool = Strace.injecting("fsync:signal=SIGKILL:when=\(count)", intoChildren: false)
            let arguments = Scenario.firstApply.arguments(installation)
            #expect(try Program.run(installation.words(arguments, under: tool)).status == 137)
            let synced = try Strace(installation, arguments).calls
                .filter { $0.name == "fsync" }.flatMap(\.paths)
            let directory = installation.directory
            let parent = directory.split(separator: "/").dropLast().map { "/\($0)" }.joined()
            for path in [installation.scratch.path, parent, directory] {
                #expect(synced.contains(path), "killed at fsync \(count): \(path)")
            }
        }
    }
}

/// The changes below a directory that are not on the disk yet.
///
/// A name that is made, renamed or removed is a change of its directory; what is written, of the
/// file. fsync(2) brings the one or the other to the disk.
private struct UnwrittenChanges {
    let root: String
    private(set) var changes: Set<String> = []
    /// Files whose loss harms nobody.
    private let worthless = "/lock"

    init(of root: String) { self.root = root }

    func below(_ path: String) -> Set<String> {
        changes.filter { $0 == "file \(path)" || $0.hasPrefix("file \(path)/") }
            .union(changes.filter { $0.hasPrefix("names in \(path)") })
    }

    mutating func follow(_ call: Strace.Call) {
        // What is written names paths, too.
        let isByDescriptor = ["write", "fsync"].contains(call.name)
        guard let path = isByDescriptor ? call.paths.first : call.paths.last,
            path.hasPrefix(root), !path.hasSuffix(worthless), !call.text.contains(") = -1")
        else { return }
        switch call.name {
        case "mkdir": changes.insert("names in \(parent(of: path))")
        case "openat":
            guard call.text.contains("O_CREAT") else { return }
            changes.formUnion(["file \(path)", "names in \(parent(of: path))"])
        case "write": changes.insert("file \(path)")
        case "rename": changes.insert("names in \(parent(of: path))")
        case "fsync": changes.subtract(["file \(path)", "names in \(path)"])
        default: break
        }
    }

    private func parent(of path: String) -> String {
        path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    }
}

extension Strace.Call {
    /// The absolute paths that it names, or that its descriptors lead to.
    fileprivate var paths: [String] {
        text.split { "\"<>".contains($0) }.filter { $0.hasPrefix("/") }.map(String.init)
    }
}
