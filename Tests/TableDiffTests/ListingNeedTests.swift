import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Plans that are made without a look at the table.
@Suite struct ListingNeedTests {
    @Test func `a plan that needs no sight is what a look would have led to`() throws {
        var unseen = 0
        for seed in 0..<400 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let before = MiniPolicy.random(&generator)
            let wanted = before.edited(&generator).ruleset
            let marker = Marker(number: 2, digest: Sample.digest)
            let blind = Difference(
                live: LiveTable(holding: before.ruleset, marker: Sample.marker),
                wanted: wanted,
                marker: marker
            )
            guard !blind.needsListing else { continue }
            unseen += 1
            var live = try Sample.live(before.ruleset)
            live.count(from: 100)
            let seeing = Difference(live: live, wanted: wanted, marker: marker)
            #expect(blind.commands == seeing.commands, "seed \(seed)")
            #expect(blind.redirects == seeing.redirects, "seed \(seed)")
            #expect(blind.structure == seeing.structure, "seed \(seed)")
            let after = try Sample.carryOut(blind, on: live)
            #expect(Difference(live: after, wanted: wanted, marker: marker).isEmpty)
        }
        #expect((50..<350).contains(unseen))
    }

    @Test func `a large map that grows is looked at, for it may be full`() throws {
        let whole = try MapTests.ruleset(1, 20_000, count: 9001)
        func difference(from before: Int, to after: Int) -> Difference {
            let live = LiveTable(holding: whole.shortened(to: before), marker: Sample.marker)
            return Difference(
                live: live,
                wanted: whole.shortened(to: after),
                marker: Sample.marker
            )
        }
        for (count, needsListing) in [(4400, false), (4499, false), (4501, true), (9001, true)] {
            #expect(difference(from: 4500, to: count).needsListing == needsListing)
        }
        // One without a limit just grows.
        #expect(!difference(from: 100, to: 200).needsListing)
    }
}

extension Ruleset {
    /// The ruleset with only so many elements in each map.
    fileprivate func shortened(to count: Int) -> Ruleset {
        var ruleset = self
        ruleset.maps = maps.map { map in
            LookupMap(name: map.name, type: map.type, elements: map.elements.prefix(count))
        }
        return ruleset
    }
}
