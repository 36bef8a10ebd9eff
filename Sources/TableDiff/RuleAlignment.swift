import RulesetModel

/// Which rules of a living chain may stay where they are, given the rules that it should have.
///
/// As many stay as possible: a rule that stays keeps its handle and is not sent again.
struct RuleAlignment {
    /// The living rules that stay, by the index of the wanted rule that each of them is.
    private(set) var kept: [Int: LiveRule] = [:]

    /// The living rules that must go, in order.
    private(set) var removed: [LiveRule] = []

    /// Aligns rules; those that use a replaced map can't stay.
    init(live: [LiveRule], wanted: [Rule], replacedMaps: Set<String> = []) {
        var free: [Rule: [Int]] = [:]
        for (index, rule) in wanted.enumerated().reversed() {
            free[rule, default: []].append(index)
        }
        var pairs: [(live: Int, wanted: Int)] = []
        for (index, rule) in live.enumerated() {
            guard case .known(let known) = rule.content,
                !known.asks(replacedMaps),
                let position = free[known]?.popLast()
            else { continue }
            pairs.append((index, position))
        }
        var stays: Set<Int> = []
        for pair in Self.longestAscending(pairs.map(\.wanted)).map({ pairs[$0] }) {
            kept[pair.wanted] = live[pair.live]
            stays.insert(pair.live)
        }
        removed = live.enumerated().filter { !stays.contains($0.offset) }.map(\.element)
    }

    /// The indices of a longest strictly ascending subsequence, by patience sorting: O(n log n).
    private static func longestAscending(_ numbers: [Int]) -> [Int] {
        var tails: [Int] = []
        var previous = [Int?](repeating: nil, count: numbers.count)
        for (index, number) in numbers.enumerated() {
            var low = 0
            var high = tails.count
            while low < high {
                let middle = (low + high) / 2
                if numbers[tails[middle]] < number { low = middle + 1 } else { high = middle }
            }
            previous[index] = low > 0 ? tails[low - 1] : nil
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var result: [Int] = []
        var next = tails.last
        while let index = next {
            result.append(index)
            next = previous[index]
        }
        return result.reversed()
    }
}
