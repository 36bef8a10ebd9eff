import RulesetModel
import TableDiff
import Testing

/// Redirects in the order of a policy, which the order of rules and elements does not tell.
@Suite struct PolicyOrderTests {
    @Test func `changes come in the order of the policy, and what it does not name comes last`()
        throws
    {
        let difference = Difference(
            live: try Sample.live(Sample.ruleset(["gone": 7, "a": 80, "also-gone": 8])),
            wanted: Sample.ruleset(["b": 81, "a": 8000, "c": 82]),
            marker: Sample.marker
        )
        #expect(difference.redirects.map(\.name) == ["b", "a", "c", "gone", "also-gone"])
        let ordered = difference.inOrder(of: PolicyOrder(["c", "off", "a", "b"]))
        #expect(ordered.redirects.map(\.name) == ["c", "a", "b", "gone", "also-gone"])
        #expect(ordered.commands == difference.commands)
    }

    @Test func `entries of the same redirect keep their order`() {
        let order = PolicyOrder(["b", "a", "b"])
        let entries = [("x", 1), ("a", 2), ("b", 3), ("a", 4), ("x", 5)]
        #expect(order.sorted(entries, by: \.0).map(\.1) == [3, 2, 4, 1, 5])
    }
}
