import FoundationEssentials
import GenerationModel
import Generations
import TestSupport
import Testing

/// Many processes that change and look at one table, while somebody else writes to the kernel, too.
@Suite(.networkNamespace) struct CrowdTests {
    /// What a change printed, as far as the history is to be told from it.
    struct Report: Decodable {
        let outcome: String?
        let generation: Int?
        let previousGeneration: Int?
        let drift: Bool?
        let error: String?
    }

    /// One command of one process, and how it ended.
    struct Deed {
        let words: String
        let status: Int
        let report: Report?
        let errors: String

        /// Whether it may end so, whatever the others do.
        var isHonest: Bool {
            switch (words.split(separator: " ").first, status) {
            case (_, 0): report?.drift != true
            // Somebody has put something on trial, or nobody has, or there is no way back.
            case ("apply", 75), ("rollback", 75), ("remove", 75):
                report?.error?.contains("on trial") == true
            case ("confirm", 1), ("cancel", 1), ("rollback", 1), ("apply", 1):
                report?.error?.isEmpty == false
            default: false
            }
        }

        /// Whether it made a generation.
        var made: Int? {
            ["applied", "trial", "removed", "draining"].contains(report?.outcome)
                ? report?.generation : nil
        }

        /// Which generation decides since, and which one did before.
        var step: (from: Int, to: Int)? {
            guard ["applied", "removed", "confirmed"].contains(report?.outcome),
                let number = report?.generation
            else { return nil }
            return (report?.previousGeneration ?? 0, number)
        }
    }

    let installation: Installation

    init() throws { installation = try Installation() }

    @Test func `many processes make one history, and nobody else's table is touched`() throws {
        let (processes, commands) = Strace.isThorough ? (8, 200) : (4, 8)
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        try installation.expect(0, "apply", installation.first)
        try installation.nft(Self.others)
        let foreign = try LabCommand.run(["nft", "-a", "list", "table", "ip", "others"])
        let before = try LabCommand.run(["nft", "list", "table", "inet", "busy"])
        let writer = try Program(["sh", "-c", writer])
        let workers = try (0..<processes).map { worker in
            let words = (0..<commands).map { _ in command(&generator) }
            let file = try installation.scratch.write(
                words.map { $0 + "\n" }.joined(),
                to: "commands.\(worker)"
            )
            return (words, try Program(["sh", "-c", script(worker, file)]))
        }
        var deeds: [Deed] = []
        for (worker, (words, program)) in workers.enumerated() {
            #expect(try program.wait(3000).status == 0)
            deeds += try words.enumerated().map { try deed($1, "\(worker).\($0)") }
        }
        try installation.scratch.write("", to: "enough")
        let writes = try writer.wait()
        #expect(writes.status == 0, "\(writes.errors)")
        #expect((Int(writes.output.split(separator: "\n").last ?? "") ?? 0) > 0)

        for deed in deeds {
            #expect(
                deed.isHonest,
                "seed \(seed): \(deed.words): \(deed.status) \(deed.errors)"
            )
        }
        try expectOneHistory(of: deeds, "seed \(seed)")
        #expect(try LabCommand.run(["nft", "-a", "list", "table", "ip", "others"]) == foreign)
        #expect(try LabCommand.run(["nft", "list", "table", "inet", "busy"]) == before)
        if Strace.isThorough {
            let made = deeds.compactMap(\.made).count
            print("\(deeds.count) commands, \(made) generations, \(writes.output) foreign writes")
        }
    }

    /// Expects that each generation was made once, and each that decided was replaced once.
    private func expectOneHistory(of deeds: [Deed], _ comment: Comment) throws {
        let made = deeds.compactMap(\.made).sorted()
        #expect(!made.isEmpty && made == Array(2...made.count + 1), comment)
        let steps = deeds.compactMap(\.step)
        let next = Dictionary(steps.map { ($0.from, $0.to) }) { first, second in
            Issue.record("\(comment): \(first) and \(second) replaced the same")
            return second
        }
        var (number, count) = (1, 0)
        while let following = next[number] {
            #expect(following > number, comment)
            (number, count) = (following, count + 1)
        }
        #expect(count == steps.count, comment)

        // Nothing may be left on trial for the last look.
        _ = try installation.redirctl("cancel")
        try installation.expectOrder(comment)
        #expect(try installation.store.head().current == number, comment)
        let kept = try installation.store.numbers()
        #expect(kept.count > min(made.count, Store.historyLimit - 1), comment)
        #expect(Set(made + [1]).isSuperset(of: kept), comment)
    }

    // MARK: - Who takes part

    private static let others = """
        table ip others {
            chain output {
                type nat hook output priority -90; policy accept;
                tcp dport 4444 counter dnat to 127.0.0.1:5555
            }
        }
        add table inet busy
        add set inet busy seen { type ipv4_addr; }
        """

    /// Writes into a table of its own until it is enough, and says how often.
    private var writer: String {
        """
        n=0
        until [ -e \(installation.scratch.path)/enough ]; do
            nft add element inet busy seen '{ 192.0.2.1, 192.0.2.2 }' || exit 1
            nft delete element inet busy seen '{ 192.0.2.1, 192.0.2.2 }' || exit 1
            n=$((n + 2))
            sleep 0.02
        done
        echo $n
        """
    }

    /// Carries out commands one after another, and keeps what each said and its exit status.
    private func script(_ worker: Int, _ file: String) -> String {
        let place = "\(installation.scratch.path)/\(worker)"
        let command = installation.words([]).joined(separator: " ")
        let program = command.split(separator: " ").first ?? ""
        let options = command.dropFirst(program.count)
        return """
            n=0
            while read -r words; do
                \(program) $words\(options) --format json >\(place).$n.out 2>\(place).$n.err
                echo $? >\(place).$n.status
                n=$((n + 1))
            done <\(file)
            """
    }

    private func command(_ generator: inout SeededGenerator) -> String {
        let policy = Bool.random(using: &generator) ? installation.first : installation.second
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<7: return "apply \(policy) --lock-timeout 600"
        case 7: return "apply \(policy) --confirm-within 5s --lock-timeout 600"
        case 8: return "confirm --lock-timeout 600"
        case 9: return "cancel --lock-timeout 600"
        case 10, 11: return "rollback --lock-timeout 600"
        case 12: return "remove --lock-timeout 600"
        case 13: return "apply --restore --lock-timeout 600"
        case 14: return "status"
        case 15: return "history"
        case 16: return "plan \(policy)"
        default: return "check"
        }
    }

    private func deed(_ words: String, _ name: String) throws -> Deed {
        let text = { (end: String) throws in
            String(
                decoding: try TestFile.read("\(installation.scratch.path)/\(name).\(end)"),
                as: UTF8.self
            )
        }
        let output = try text("out")
        return Deed(
            words: words,
            status: try #require(Int(try text("status").dropLast())),
            report: try? JSONDecoder().decode(Report.self, from: Data(output.utf8)),
            errors: try text("err")
        )
    }
}
