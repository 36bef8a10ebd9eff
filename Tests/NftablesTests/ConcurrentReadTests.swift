import Addressing
import Nftables
import RulesetModel
import Synchronization
import TestSupport
import Testing

/// Tables that are read while others write.
@Suite(.networkNamespace) struct ConcurrentReadTests {
    /// What the writer does again and again, which changes nothing of what the table says.
    enum Meddling: String, CaseIterable {
        case elsewhere
        case allElements
        case oneElement

        fileprivate var commands: [String] {
            switch self {
            case .elsewhere: ["add table inet other", "delete table inet other"]
            case .allElements: ["flush map inet t m", addElements]
            case .oneElement:
                ["delete element inet t m { 1500 }", "add element inet t m { 1500 : 1500 }"]
            }
        }
    }

    @Test(arguments: Meddling.allCases)
    func `what is read is what was there at some moment`(meddling: Meddling) throws {
        let rules = (1...100).map { "add rule inet t c tcp dport { \($0), 700 } return" }
        try NftKernel().commit(
            [
                "add table inet t", "add map inet t m { type inet_service : inet_service; }",
                addElements, "add chain inet t c",
            ] + rules
        )
        let before = try #require(try NftKernel().table("t"))
        let commands = meddling.commands
        let writes = Writes()
        let writer = BackgroundThread {
            while !writes.areOver {
                do { try NftKernel().commit(commands) } catch { return "\(error)" }
                writes.count()
            }
            return ""
        }
        defer { writes.end() }
        for _ in 0..<10 {
            let live = try #require(try NftKernel().table("t"))
            #expect(live.maps.map(\.content) == before.maps.map(\.content))
            let rules = live.chains.map { $0.rules.map(\.content) }
            #expect(rules == before.chains.map { $0.rules.map(\.content) })
        }
        writes.end()
        #expect(try writer.result() == "")
        #expect(writes.number > 0)
    }

    /// What the writer and the reader tell each other.
    private final class Writes: Sendable {
        private let done = Atomic(0)
        private let over = Atomic(false)

        var number: Int { done.load(ordering: .relaxed) }
        var areOver: Bool { over.load(ordering: .relaxed) }

        func count() { done.add(1, ordering: .relaxed) }
        func end() { over.store(true, ordering: .relaxed) }
    }
}

private let addElements =
    "add element inet t m { \((1000..<2000).map { "\($0) : \($0)" }.joined(separator: ", ")) }"
