import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `watch`, with nft as the other writer.
@Suite(.networkNamespace) struct WatchTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    @discardableResult
    private func apply(_ port: Int = 8080, _ options: String...) throws -> Program.Ending {
        let policy = try scratch.policy(["web": (80, port), "dns": (53, 5353)])
        let ending = try scratch.redirctl(["apply", policy] + options)
        #expect(ending.status == 0, "\(ending.errors)")
        return ending
    }

    private func nft(_ command: String) throws { try machine.run("nft", command) }

    @Test func `a change, its end and the author are reported`() throws {
        try apply()
        let watch = try RunningWatch(scratch)
        try nft("add rule inet redirctl output tcp dport 22 redirect to :2222")
        let drift = try watch.next("drift")
        #expect(drift["version"] == .number(1) && drift["command"] == .text("watch"))
        #expect(drift["table"] == .text("redirctl"))
        #expect(drift["authors"].elements.count == 1)
        #expect(drift["authors", "0", "name"] == .text("nft"))
        #expect(drift["messagesLost"] == .null)
        #expect(drift["state", "drift"] == .bool(true))
        #expect(drift["state", "difference", "foreign"].elements.count == 1)
        _ = try scratch.redirctl("apply", "--restore")
        let restored = try watch.next("restored")
        #expect(restored["authors", "0", "name"] == .text("redirctl"))
        #expect(restored["state", "drift"] == .bool(false))
        let (ending, more) = try watch.end()
        #expect(ending.status == 0 && ending.errors.isEmpty && more.isEmpty)
    }

    @Test(arguments: ["delete table inet redirctl", "flush ruleset"])
    func `it survives that the table is gone`(command: String) throws {
        try apply()
        let watch = try RunningWatch(scratch)
        for _ in 0..<2 {
            try nft(command)
            let drift = try watch.next("drift")
            let kind = drift["state", "difference", "structure", "0", "kind"]
            #expect(kind == .text("table-missing"))
            _ = try scratch.redirctl("apply", "--restore")
            _ = try watch.next("restored")
        }
        #expect(try watch.end().more.isEmpty)
    }

    @Test func `redirctl's own changes are no drift`() throws {
        try apply()
        let watch = try RunningWatch(scratch)
        try apply(9090)
        #expect(try watch.next("generation")["state", "generation"] == .number(2))
        _ = try scratch.redirctl("rollback")
        #expect(try watch.next("generation")["state", "generation"] == .number(3))
        try apply(7070, "--confirm-within", "10m")
        #expect(try watch.next("trial")["state", "trial", "generation"] == .number(4))
        _ = try scratch.redirctl("extend", "20m")
        _ = try watch.next("trial")
        _ = try scratch.redirctl("confirm")
        #expect(try watch.next("generation")["state", "generation"] == .number(4))
        _ = try scratch.redirctl("remove", "--yes")
        #expect(try watch.next("generation")["state", "drift"] == .bool(false))
        let (ending, more) = try watch.end()
        #expect(ending.status == 0 && more.isEmpty, "\(more)")
    }

    @Test func `the end of a trial is reported though the kernel has no message for it`() throws {
        try apply()
        let watch = try RunningWatch(scratch)
        try apply(9090, "--confirm-within", "1s")
        _ = try watch.next("trial")
        let end = try watch.next("trial-ended")
        #expect(end["state", "generation"] == .number(1))
        #expect(end["state", "drift"] == .bool(false) && end["authors"].elements.isEmpty)
        try apply(9090, "--confirm-within", "10m")
        _ = try watch.next("trial")
        _ = try scratch.redirctl("cancel")
        _ = try watch.next("trial-ended")
        #expect(try watch.end().more.isEmpty)
    }

    @Test func `other tables are nobody's business, and what changes nothing is said to`() throws {
        try apply()
        let watch = try RunningWatch(scratch)
        try nft("add table inet other; add chain inet other c; add table ip redirctl")
        try nft("add chain inet redirctl c; delete chain inet redirctl c")
        let unchanged = try watch.next("unchanged")
        #expect(unchanged["authors", "0", "name"] == .text("nft"))
        #expect(unchanged["authors"].elements.count == 1)
        #expect(try watch.end().more.isEmpty)
    }

    @Test func `a burst is few events, and names several authors`() throws {
        try apply()
        let watch = try RunningWatch(scratch)
        let script = (1...40).map { "nft add chain inet redirctl c\($0)" }
        try machine.run("sh", "-ec", script.joined(separator: "\n"))
        var last: JSON
        repeat {
            last = try watch.next("drift")
        } while last["state", "difference", "totals", "foreign"] != .number(40)
        let events = try watch.events.dropFirst()
        #expect(events.count < 40)
        let transactions = events.reduce(0.0) { sum, event in
            let authors = event["authors"].elements.count
            #expect((1...5).contains(authors))
            guard case .number(let more) = event["moreTransactions"] else {
                return sum + Double(authors)
            }
            return sum + Double(authors) + more
        }
        // A transaction during a reading is named before and after the next one.
        #expect(transactions >= 40)
        #expect(try watch.end().more.isEmpty)
    }

    @Test func `a store that can't be read is reported once, and it goes on`() throws {
        try apply()
        let watch = try RunningWatch(scratch)
        let find = "\(scratch.directory)/state/*/redirctl/head.json"
        try machine.run("sh", "-ec", "for f in \(find); do mv $f $f.away; echo '{' >$f; done")
        try nft("add chain inet redirctl c")
        let unreadable = try watch.next("unreadable")
        guard case .text(let reason) = unreadable["reason"] else {
            Issue.record("\(unreadable)")
            return
        }
        #expect(reason.contains("head.json") && unreadable["state"] == .null)
        try machine.run("sh", "-ec", "sleep 1.5; for f in \(find); do mv $f.away $f; done")
        let drift = try watch.next("drift")
        #expect(drift["state", "difference", "foreign"].elements.count == 1)
        #expect(drift["authors", "0", "name"] == .text("nft"))
        #expect(try watch.end().more.isEmpty)
    }

    @Test func `a table that a program takes for itself is drift, and so is its silent end`() throws
    {
        try apply()
        let watch = try RunningWatch(scratch)
        try nft("delete table inet redirctl")
        _ = try watch.next("drift")
        let policy = try scratch.policy(["web": (80, 9090)])
        let owner = try Program([Program.path, "run", policy])
        let taken = try watch.next("drift")
        guard case .text(let sentence) = taken["state", "owner"] else {
            Issue.record("\(taken)")
            return
        }
        #expect(sentence.contains("process \(owner.process)"))
        kill(owner.process, SIGTERM)
        #expect(try owner.wait().status == 0)
        let gone = try watch.next("drift")
        #expect(gone["state", "owner"] == .null)
        #expect(gone["state", "difference", "structure", "0", "kind"] == .text("table-missing"))
        #expect(try watch.end().more.isEmpty)
    }

    @Test func `people read when, what and who`() throws {
        try apply()
        let program = try Program([
            Program.path, "watch", "--state-dir", "\(scratch.directory)/state",
        ])
        func wait(for text: String) throws {
            for _ in 0..<4000 {
                if program.outputSoFar.contains(text) { return }
                usleep(5000)
            }
            Issue.record("no \(text) in \(program.outputSoFar)")
        }
        try wait(for: "Watching table inet redirctl.\nTable inet redirctl matches generation 1 (")
        try nft("add chain inet redirctl c")
        try wait(for: "Table inet redirctl was changed by nft (process ")
        try wait(for: "  ! not from redirctl: chain c\n")
        try wait(for: " puts generation 1 back.\n\n")
        kill(program.process, SIGINT)
        #expect(try program.wait().status == 0)
    }

    @Test func `what runs for an event ends with the watch`() throws {
        try apply()
        let file = "\(scratch.directory)/process"
        let watch = try RunningWatch(
            scratch,
            "--exec",
            "echo $$ > \(file).new; mv \(file).new \(file); exec sleep 100"
        )
        try nft("flush chain inet redirctl output")
        _ = try watch.next("drift")
        var process: pid_t?
        for _ in 0..<2000 where process == nil {
            process = (try? String(contentsOfFile: file, encoding: .utf8))
                .flatMap { pid_t($0.trimmingPrefix { $0 == " " }.prefix { $0 != "\n" }) }
            usleep(5000)
        }
        let started = try #require(process)
        let masks = try String(contentsOfFile: "/proc/\(started)/status", encoding: .utf8)
        #expect(masks.contains("SigBlk:\t0000000000000000"), "\(masks)")
        #expect(try watch.end().ending.status == 0)
        #expect(kill(-started, 0) != 0 && errno == ESRCH)
    }

    @Test func `its own last reading counts`() throws {
        try apply()
        // Times are in seconds.
        usleep(1_100_000)
        let watch = try RunningWatch(scratch)
        let first = try #require(try watch.events.first)
        try nft("flush chain inet redirctl output")
        let drift = try watch.next("drift")
        #expect(first["state", "lastVerified"] == drift["state", "lastVerified"])
        _ = try watch.end()
    }

    @Test func `where nothing was applied, it says so`() throws {
        let ending = try scratch.redirctl("watch")
        #expect(ending.status == 1)
        #expect(ending.errors.hasPrefix("error: no generation is recorded here"))
        try nft("add table inet redirctl")
        #expect(try scratch.redirctl("watch").status == 1)
    }
}
