import RulesetModel
import TestSupport
import Testing

@Suite(.networkNamespace) struct ReaderAgreementTests {
    let readers = TwoReaders()

    @Test(arguments: UInt64(100)..<124)
    func `about a ruleset made at random`(seed: UInt64) throws {
        var generator = RulesetGenerator(seed: seed)
        for _ in 0..<10 { try readers.load(generator.ruleset(table: "redirctl")) }
    }

    @Test func `about objects of every kind`() throws {
        try LabCommand.run(["nft", "-f", "-"], input: RecordedListing.script)
        try readers.agree(on: "t")
    }
}
