import Addressing
import Glibc
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
        /// A chain after the one that is read comes, with its rule, and goes.
        case anotherChain

        /// How long the writer rests after each time, in microseconds: what a table says can only
        /// be read when it says the same for as long as that takes.
        fileprivate var rest: Int { self == .anotherChain ? 10_000 : 0 }

        fileprivate var transactions: [[String]] {
            switch self {
            case .elsewhere: [["add table inet other", "delete table inet other"]]
            case .allElements: [["flush map inet t m", addElements]]
            case .oneElement:
                [["delete element inet t m { 1500 }", "add element inet t m { 1500 : 1500 }"]]
            case .anotherChain:
                [
                    ["add chain inet t d", "add rule inet t d return"],
                    ["flush chain inet t d", "delete chain inet t d"],
                ]
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
        let transactions = meddling.transactions
        let writes = Writes(rest: meddling.rest)
        let writer = BackgroundThread {
            while !writes.areOver {
                do { try transactions.forEach(NftKernel().commit) } catch { return "\(error)" }
                writes.count()
                usleep(UInt32(writes.rest))
            }
            return ""
        }
        defer { writes.end() }
        for _ in 0..<10 {
            let live = try #require(try table(beside: writes))
            #expect(live.maps.map(\.content) == before.maps.map(\.content))
            #expect(live.chains[0].rules.map(\.content) == before.chains[0].rules.map(\.content))
            #expect(live.chains.dropFirst().allSatisfy { $0.rules.count == 1 })
        }
        writes.end()
        #expect(try writer.result() == "")
        #expect(writes.number > 0)
    }

    /// Reads the table.
    ///
    /// On a machine so busy that a reading takes longer than the writer rests, the writer rests longer.
    private func table(beside writes: Writes) throws -> LiveTable? {
        while true {
            do {
                return try NftKernel().table("t")
            } catch {
                guard case .unreadableListing = error, (1..<200_000).contains(writes.rest) else {
                    throw error
                }
                writes.restLonger()
            }
        }
    }

    /// What the writer and the reader tell each other.
    private final class Writes: Sendable {
        private let done = Atomic(0)
        private let over = Atomic(false)
        private let microseconds: Atomic<Int>

        init(rest: Int) { microseconds = Atomic(rest) }

        var rest: Int { microseconds.load(ordering: .relaxed) }
        func restLonger() { microseconds.store(2 * rest, ordering: .relaxed) }

        var number: Int { done.load(ordering: .relaxed) }
        var areOver: Bool { over.load(ordering: .relaxed) }

        func count() { done.add(1, ordering: .relaxed) }
        func end() { over.store(true, ordering: .relaxed) }
    }
}

private let addElements =
    "add element inet t m { \((1000..<2000).map { "\($0) : \($0)" }.joined(separator: ", ")) }"
