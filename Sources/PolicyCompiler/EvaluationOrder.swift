/// In which order the candidates of a chain are tried.
///
/// If two overlap, the earlier one of the policy must come first; elsewhere any order will do. So
/// each gets a level above those of the earlier ones that it overlaps, levels are tried one after the
/// other, and all of one shape and level are looked up at once. Two of one shape can be at one level
/// even if they overlap, since the later one can be cut down to what the earlier leaves; but not
/// if the earlier lets go of connections that the later has to be tried for.
struct EvaluationOrder {
    /// The level of each candidate.
    let levels: [Int]

    /// Creates the levels of candidates that are in the policy's order.
    init(_ candidates: [Candidate]) {
        let groups = Self.groups(of: candidates)
        // Of one shape, and with nobody who lets go, all are at one level.
        if Set(groups).count < 2, !candidates.contains(where: \.fallsThrough) {
            levels = groups.map { _ in 0 }
            return
        }
        let earliest = Self.earliest(candidates, groups)
        levels = Self.fewest(candidates, groups, earliest: earliest)
    }

    /// What may share a level although it overlaps: what is of one shape; and rules, which keep their
    /// order anyway.
    private static func groups(of candidates: [Candidate]) -> [Int] {
        var groups: [MapShape: Int] = [:]
        return candidates.map { candidate in
            guard case .elements(let shape, _) = candidate.form else { return ruleGroup }
            let group = groups[shape] ?? groups.count + 1
            groups[shape] = group
            return group
        }
    }

    private static let ruleGroup = 0

    private static func earliest(_ candidates: [Candidate], _ groups: [Int]) -> [Int] {
        var index = OverlapIndex()
        return candidates.indices.map { place in
            let candidate = candidates[place]
            let isRule = groups[place] == ruleGroup
            let entry = index.entry(
                for: candidate.region,
                group: groups[place],
                isStrict: candidate.fallsThrough && !isRule
            )
            let level = index.highest(
                overlapping: entry,
                atLeast: 0,
                sameGroup: .init(plain: 0, strict: 1),
                otherGroup: .init(plain: 1, strict: 1)
            )
            index.insert(entry, number: level)
            return level
        }
    }

    /// The levels with as few maps as possible: each candidate goes to the last level that it may have
    /// and that another of its shape needs.
    private static func fewest(
        _ candidates: [Candidate],
        _ groups: [Int],
        earliest: [Int]
    ) -> [Int] {
        var needed: [Int: Set<Int>] = [:]
        for (group, level) in zip(groups, earliest) { needed[group, default: []].insert(level) }
        guard let top = earliest.max(), top > 0 else { return earliest }
        let choices = needed.mapValues { $0.sorted() }
        var levels = earliest
        var index = OverlapIndex()
        for place in candidates.indices.reversed() {
            let candidate = candidates[place]
            let isRule = groups[place] == ruleGroup
            let entry = index.entry(for: candidate.region, group: groups[place], isStrict: false)
            let distance = candidate.fallsThrough && !isRule ? 1 : 0
            let latest =
                -index.highest(
                    overlapping: entry,
                    atLeast: -top,
                    sameGroup: .init(plain: distance, strict: distance),
                    otherGroup: .init(plain: 1, strict: 1)
                )
            let choice = choices[groups[place]]?.last { $0 <= latest }
            levels[place] = max(earliest[place], isRule ? 0 : choice ?? 0)
            index.insert(entry, number: -levels[place])
        }
        return levels
    }
}
