import GenerationModel
import Glibc
import RulesetModel
import TestSupport
import Testing

@testable import Generations

@Suite struct StoreTests {
    let scratch: ScratchDirectory
    let store: Store

    init() throws {
        scratch = try ScratchDirectory()
        store = Store(directory: "\(scratch.path)/state/host/redirctl")
        try store.prepare()
    }

    @Test func `an empty store has an empty head and no generations`() throws {
        #expect(try store.head() == Head())
        #expect(try store.numbers() == [])
    }

    @Test func `a store that was never prepared reads as an empty one`() throws {
        let store = Store(directory: "\(scratch.path)/nowhere")
        try store.checkOwner()
        #expect(try store.head() == Head())
        #expect(try store.numbers() == [])
    }

    @Test func `its directories are private`() throws {
        for path in ["state", "state/host", "state/host/redirctl/generations"] {
            var status = stat()
            #expect(stat("\(scratch.path)/\(path)", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
        }
    }

    @Test func `preparing it twice changes nothing`() throws {
        try store.write(Sample.generation(1, Sample.first))
        try store.prepare()
        #expect(try store.numbers() == [1])
    }

    @Test func `a head comes back as it was written`() throws {
        var head = Head()
        head.current = 3
        head.confirmed = 2
        head.intent = 4
        head.verified = .init(kernelGeneration: .max, boot: "b", namespace: .max)
        head.outcomes = [1: .abandoned, 2: .refused(reason: "a \"reason\"\nin two lines")]
        try store.write(head)
        #expect(try store.head() == head)
    }

    @Test(arguments: [Sample.first, nil])
    func `a generation comes back as it was written`(ruleset: Ruleset?) throws {
        let written = try Sample.generation(1, ruleset)
        try store.write(written)
        let read = try store.generation(1)
        #expect(read.manifest == written.manifest)
        #expect(read.ruleset == written.ruleset)
        #expect(try store.sources(of: read.manifest) == Sample.request.sources)
        #expect(read.marker == written.marker)
    }

    @Test(arguments: UInt64(0)..<40)
    func `any ruleset comes back as it was written`(seed: UInt64) throws {
        var generator = RulesetGenerator(seed: seed)
        let ruleset = generator.ruleset(table: "redirctl")
        try store.write(Sample.generation(1, ruleset))
        #expect(try store.generation(1).ruleset == ruleset)
    }

    @Test func `texts of a policy keep their names and order, however many and however named`()
        throws
    {
        let long = String(repeating: "ä", count: 127)
        let names =
            (0..<12).map { "/etc/conf.d/\($0)/a.yaml" } + ["<stdin>", "/", "..", "/x/\(long)"]
        let sources = names.map { StoredSource(name: $0, text: "# \($0)") }
        try store.write(Sample.generation(1, Sample.first, sources: sources), from: sources)
        #expect(try store.sources(of: store.manifest(of: 1)) == sources)
        // Another generation that takes them up, as a rollback does, changes nothing about them.
        let again = try store.sources(of: store.manifest(of: 1))
        try store.write(Sample.generation(2, Sample.first, sources: again), from: again)
        #expect(try store.sources(of: store.manifest(of: 2)) == sources)
    }

    @Test func `the script for people is what plain nft loads`() throws {
        try store.write(Sample.generation(1, Sample.first))
        let script = try TestFile.read("\(store.folder(of: 1))/ruleset.nft")
        #expect(String(decoding: script, as: UTF8.self) == Sample.first.script)
    }

    @Test func `a generation that is not there is named with those that are`() throws {
        try store.write(Sample.generation(2, Sample.first))
        #expect(throws: StoreError.noGeneration(7, available: [2])) { try store.generation(7) }
        #expect(throws: StoreError.noGeneration(-1, available: [2])) { try store.generation(-1) }
    }

    @Test func `what killed commands leave behind counts for nothing`() throws {
        try store.write(Sample.generation(2, Sample.first))
        let folder = store.generationsPath
        for name in ["3.new", "1.old", "+4", "05", "-6", "x", "99999999999999999999"] {
            #expect(mkdir("\(folder)/\(name)", 0o700) == 0)
        }
        try TestFile.write([0], to: "\(folder)/3.new/half")
        #expect(try store.numbers() == [2])
        // The name is free, whatever is in the way of the temporary one.
        try store.write(Sample.generation(3, Sample.second))
        #expect(try store.generation(3).ruleset == Sample.second)
    }
}
