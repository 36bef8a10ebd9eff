import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Differences between a policy and what it is after an edit.
@Suite struct EditTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `an edit of a policy changes what was edited and nothing else`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let before = MiniPolicy.random(&generator)
        let after = before.edited(&generator)
        var live = try Sample.live(before.ruleset)
        live.count(from: 100)
        let next = Marker(number: 2, digest: Sample.digest)
        let difference = Difference(live: live, wanted: after.ruleset, marker: next)
        let result = try Sample.carryOut(difference, on: live)

        let rest = Difference(live: result, wanted: after.ruleset, marker: next)
        #expect(rest.isEmpty)
        #expect(rest.redirects.isEmpty)
        #expect(rest.unchanged == after.redirects.count)
        #expect(result.maps.map(\.content).sorted { $0.name < $1.name } == after.ruleset.maps)
        #expect(difference.foreign.isEmpty)
        let changes = difference.redirects.filter { $0.kind != .move }
        #expect(Set(changes.map(\.name)) == changed(before, after))
        #expect(
            difference.unchanged
                == after.redirects.count - difference.redirects.filter { $0.kind != .remove }.count
        )
        try checkCounts(live, result)
    }

    /// The redirects that an edit concerns.
    private func changed(_ before: MiniPolicy, _ after: MiniPolicy) -> Set<String> {
        let (old, new) = (before.byName, after.byName)
        return Set(old.keys).union(new.keys).filter { name in
            guard let old = old[name], let new = new[name] else { return true }
            let isElement = [.element, .bypass, .chain].contains(new.form)
            return !old.isSame(as: new) || isElement && before.suffix != after.suffix
        }
    }

    /// Elements that say the same before and after have counted the same.
    private func checkCounts(_ before: LiveTable, _ after: LiveTable) throws {
        let counting = Set(after.maps.filter(\.type.isCounting).map(\.type.value))
        for map in before.maps where map.type.isCounting && counting.contains(map.type.value) {
            for element in map.elements where element.element.redirect != nil {
                let found = after.elements(element.element, inMapsLike: map.name)
                #expect(found.isEmpty || found.map(\.count) == [element.count])
            }
        }
    }
}

extension MiniPolicy.Redirect {
    /// Whether both do the same.
    fileprivate func isSame(as other: Self) -> Bool {
        (name, hooks, form, port) == (other.name, other.hooks, other.form, other.port)
            && (target == other.target || form == .bypass)
    }
}

extension MiniPolicy {
    fileprivate var byName: [String: Redirect] {
        Dictionary(redirects.map { ($0.name, $0) }) { first, _ in first }
    }
}

extension LiveTable {
    /// The elements that are equal to this one in the maps of the same direction.
    fileprivate func elements(_ element: MapElement, inMapsLike name: String) -> [LiveElement] {
        maps.filter { $0.name.prefix(3) == name.prefix(3) }
            .flatMap { $0.elements.filter { $0.element == element } }
    }
}
