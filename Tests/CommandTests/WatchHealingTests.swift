import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What `watch` does about drift: `--heal` and `--exec`.
@Suite(.networkNamespace) struct WatchHealingTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
    }

    private func nft(_ command: String) throws { try machine.run("nft", command) }

    /// Waits until a file has so many lines, and returns them.
    private func lines(_ count: Int, of path: String) throws -> [String] {
        for _ in 0..<4000 {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n").map(String.init)
            if lines.count >= count, text.hasSuffix("\n") { return lines }
            usleep(5000)
        }
        throw RunningWatch.Missing(description: "\(path) never had \(count) lines")
    }

    @Test func `drift is healed, also that of before`() throws {
        try nft("add chain inet redirctl early")
        let watch = try RunningWatch(scratch, "--heal")
        let first = try watch.next("drift")
        #expect(first["state", "healing", "outcome"] == .text("restored"))
        #expect(try scratch.redirctl("check").status == 0)
        try nft("flush ruleset")
        let second = try watch.next("drift")
        #expect(second["authors", "0", "name"] == .text("nft"))
        #expect(second["state", "healing", "outcome"] == .text("restored"))
        #expect(try scratch.redirctl("check").status == 0)
        let (ending, more) = try watch.end()
        #expect(ending.status == 0 && more.isEmpty, "\(more)")
    }

    @Test func `a fight is given up, and the other writers are named`() throws {
        let log = "\(scratch.directory)/log"
        let watch = try RunningWatch(
            scratch,
            "--heal",
            "--exec",
            "sleep 0.2; echo $REDIRCTL_EVENT >>\(log)"
        )
        for _ in 0..<3 {
            try nft("flush ruleset")
            #expect(try watch.next("drift")["state", "healing", "outcome"] == .text("restored"))
        }
        try nft("add chain inet redirctl theirs")
        let last = try watch.next("healing-stopped")
        let authors = last["authors"].elements
        #expect(authors.count == 4)
        #expect(authors.allSatisfy { $0["name"] == .text("nft") })
        #expect(last["state", "difference", "foreign"].elements.count == 1)
        #expect(try watch.program.wait().status == 2)
        #expect(try machine.run("nft", "list", "chains").contains("theirs"))
        #expect(try lines(4, of: log) == ["drift", "drift", "drift", "healing-stopped"])
    }

    @Test func `what can't be healed is healed once it can`() throws {
        let watch = try RunningWatch(scratch, "--heal")
        let trial = try scratch.policy(["web": (80, 9090)])
        _ = try scratch.redirctl("apply", trial, "--confirm-within", "10m")
        _ = try watch.next("trial")
        try nft("add chain inet redirctl theirs")
        let drift = try watch.next("drift")
        #expect(drift["state", "healing", "outcome"] == .text("failed"))
        _ = try scratch.redirctl("cancel")
        #expect(try watch.next("drift")["state", "healing", "outcome"] == .text("restored"))
        #expect(try scratch.redirctl("check").status == 0)
        let (ending, more) = try watch.end()
        #expect(more.isEmpty && ending.errors.hasPrefix("warning: the table was not healed: "))
    }

    @Test func `a command gets each event of a drift, one after the other`() throws {
        let log = "\(scratch.directory)/log"
        let variables = "$REDIRCTL_EVENT $REDIRCTL_TABLE $REDIRCTL_AUTHOR $REDIRCTL_STATE_DIR"
        let watch = try RunningWatch(
            scratch,
            "--exec",
            "echo begin >>\(log); cat >>\(log); sleep 0.3; echo \(variables) >>\(log)"
        )
        try nft("add chain inet redirctl c")
        let drift = try watch.next("drift")
        try nft("delete chain inet redirctl c")
        let restored = try watch.next("restored")
        try nft("add chain inet redirctl d; delete chain inet redirctl d")
        _ = try watch.next("unchanged")
        let lines = try lines(6, of: log)
        let state = "redirctl nft \(scratch.directory)/state"
        try #require(lines.count == 6, "\(lines)")
        #expect([lines[0], lines[3]] == ["begin", "begin"])
        #expect([lines[2], lines[5]] == ["drift \(state)", "restored \(state)"])
        #expect(try JSON(lines[1])["state"] == drift["state"])
        #expect(try JSON(lines[4])["authors"] == restored["authors"])
        #expect(try watch.end().ending.errors.isEmpty)
    }

    @Test func `a command that fails or hangs keeps nothing from being reported`() throws {
        let watch = try RunningWatch(scratch, "--exec", "exec sleep 600")
        for number in 0..<20 {
            try nft("add chain inet redirctl c\(number)")
            _ = try watch.next("drift")
        }
        let (ending, _) = try watch.end()
        #expect(ending.status == 0)
        #expect(ending.errors.contains("warning: `--exec` is too slow"))
        let failing = try RunningWatch(scratch, "--exec", "exit 7")
        try nft("add chain inet redirctl last")
        _ = try failing.next("drift")
        usleep(500_000)
        #expect(
            try failing.end().ending.errors == "warning: `--exec` ended with status 7\n"
        )
    }
}
