import GenerationModel
import Glibc
import RulesetModel
import TestSupport
import Testing

@testable import Generations

@Suite struct StorePruneTests {
    let scratch: ScratchDirectory
    let store: Store

    init() throws {
        scratch = try ScratchDirectory()
        store = Store(directory: "\(scratch.path)/redirctl")
        try store.prepare()
    }

    private func makeGenerations(_ numbers: ClosedRange<Int>) throws {
        for number in numbers {
            try store.write(Sample.generation(number, Sample.third, sources: []), from: [])
        }
    }

    @Test func `the newest 50 stay`() throws {
        try makeGenerations(1...53)
        var head = Head()
        head.current = 53
        try store.prune(head)
        #expect(try store.numbers() == Array(4...53))
    }

    @Test func `what the head names stays, however old`() throws {
        try makeGenerations(1...60)
        var head = Head()
        (head.confirmed, head.current, head.intent) = (1, 2, 3)
        try store.prune(head)
        #expect(try store.numbers() == [1, 2, 3] + Array(11...60))
        for number in 1...3 { #expect(try store.generation(number).ruleset == Sample.third) }
    }

    @Test func `generations that never were live do not push out those that were`() throws {
        let numbers = Array(1...80)
        var head = Head()
        head.current = 30
        for number in 31...80 { head.outcomes[number] = .refused(reason: "") }
        let gone = Store.superfluous(of: numbers, head)
        #expect(numbers.filter { !gone.contains($0) } == Array(1...30) + Array(71...80))
    }

    @Test func `leftovers of killed commands go, and nothing else`() throws {
        try makeGenerations(1...2)
        let folder = store.generationsPath
        for name in ["3.new", "3.new/policy", "1.old", "lost+found"] {
            #expect(mkdir("\(folder)/\(name)", 0o700) == 0)
        }
        try TestFile.write([0], to: "\(folder)/3.new/policy/0-web.yaml")
        try TestFile.write([0], to: "\(scratch.path)/elsewhere")
        // A link in a leftover is removed, not what it leads to.
        #expect(symlink("\(scratch.path)/elsewhere", "\(folder)/1.old/link") == 0)
        try store.prune(Head())
        #expect(try DurableFiles.names(in: folder).sorted() == ["1", "2", "lost+found"])
        #expect(access("\(scratch.path)/elsewhere", F_OK) == 0)
    }
}
