import Glibc
import TestSupport
import Testing

/// What strace(1) saw of a run: system calls in the order of their beginning.
struct Strace {
    struct Call: Hashable {
        let process: Int
        let name: String
        /// The call with its arguments and result, as far as they were printed at its beginning.
        let text: String
    }

    let calls: [Call]

    /// The process that strace started.
    var parent: Int { calls.first?.process ?? 0 }

    /// Runs the program with all its children under strace; texts are cut off after so many bytes.
    init(_ installation: Installation, _ arguments: [String], longest: Int = 256) throws {
        let path = "\(installation.scratch.path)/trace"
        let tool = ["strace", "-f", "-y", "-s", "\(longest)", "-o", path]
        let ending = try Program.run(installation.words(arguments, under: tool))
        try #require(ending.status == 0, "\(ending.output)\(ending.errors)")
        let text = String(decoding: try TestFile.read(path), as: UTF8.self)
        calls = text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, let process = Int(parts[0]) else { return nil }
            let text = parts[1].drop { $0 == " " }
            guard let parenthesis = text.firstIndex(of: "("), text.first?.isLetter == true else {
                return nil
            }
            return Call(
                process: process,
                name: String(text[..<parenthesis]),
                text: String(text)
            )
        }
    }

    /// The tool that injects a fault into a run (strace(1), "Tampering").
    static func injecting(_ fault: String, intoChildren: Bool) -> [String] {
        ["strace", "-o", "/dev/null", "-e", "inject=\(fault)"] + (intoChildren ? ["-f"] : [])
    }

    /// Whether every instant is tried, or a sample of them.
    static let isThorough = getenv("REDIRCTL_FAULTS").map { String(cString: $0) } == "all"
}

/// Passes a test by where strace is missing, unless `REDIRCTL_REQUIRE_KERNEL` says that it must not.
extension Trait where Self == ConditionTrait {
    static var strace: Self {
        .enabled("strace is missing") {
            getenv("REDIRCTL_REQUIRE_KERNEL") != nil
                || (try? Program.run(["strace", "-V"]).status) == 0
        }
    }
}

/// An instant of a run: just before one of its processes makes a system call for the n-th time.
struct Instant: CustomStringConvertible {
    let call: String
    let count: Int
    /// Whether it is in a child; strace counts by process, and takes the first that gets so far.
    let isInChild: Bool

    var description: String { "\(call) \(count)\(isInChild ? " in a child" : "")" }

    func fault(_ what: String) -> String { "\(call):\(what):when=\(count)" }
}

extension Strace {
    /// Every instant of the run that can be aimed at, in order.
    var instants: [Instant] {
        var counts: [Call: Int] = [:]
        var reached: Set<String> = []
        return calls.compactMap { call in
            let counter = Call(process: call.process, name: call.name, text: "")
            counts[counter, default: 0] += 1
            let count = counts[counter, default: 0]
            let isFirst = reached.insert("\(call.name) \(count)").inserted
            if call.process == parent {
                return Instant(call: call.name, count: count, isInChild: false)
            }
            return isFirst ? Instant(call: call.name, count: count, isInChild: true) : nil
        }
    }

    /// So many instants, from the moment when the run takes the lock: half of them where something
    /// outside the run may have changed, the others spread over all.
    func sample(_ count: Int) -> [Instant] {
        let decisive: Set = ["rename", "sendmsg", "clone", "wait4", "unlink", "mkdir", "fsync"]
        let run = instants.drop { $0.call != "flock" }
        let turns = run.filter { decisive.contains($0.call) }
        return turns.spread(count - count / 2) + run.spread(count / 2)
    }
}

extension Collection {
    /// So many elements, at equal distances.
    func spread(_ wanted: Int) -> [Element] {
        let elements = Array(self)
        guard elements.count > wanted else { return elements }
        return (0..<wanted).map { elements[(2 * $0 + 1) * elements.count / (2 * wanted)] }
    }
}
