/// A set of integers, stored as sorted, disjoint, non-adjacent intervals.
///
/// What large policies ask often is inlinable: other modules call it specialized for their numbers.
public struct IntervalSet<Number: FixedWidthInteger & Sendable>: Hashable, Sendable {
    /// The intervals in ascending order, with gaps between them.
    public let intervals: [ClosedRange<Number>]

    /// Creates the union of the given intervals.
    public init(_ intervals: some Sequence<ClosedRange<Number>>) {
        let all = Array(intervals)
        guard all.count > 1 else {
            self.intervals = all
            return
        }
        var merged: [ClosedRange<Number>] = []
        for next in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last,
                next.lowerBound == 0 || next.lowerBound - 1 <= last.upperBound
            {
                merged[merged.count - 1] =
                    last.lowerBound...max(last.upperBound, next.upperBound)
            } else {
                merged.append(next)
            }
        }
        self.intervals = merged
    }

    /// Whether the set is empty.
    public var isEmpty: Bool { intervals.isEmpty }

    /// Whether the set contains a number.
    @inlinable
    public func contains(_ number: Number) -> Bool {
        first(endingAtOrAbove: number)?.contains(number) == true
    }

    /// Whether the sets have no number in common.
    @inlinable
    public func isDisjoint(with other: IntervalSet) -> Bool {
        let (few, many) =
            intervals.count < other.intervals.count ? (self, other) : (other, self)
        return few.intervals.allSatisfy { interval in
            many.first(endingAtOrAbove: interval.lowerBound)?.overlaps(interval) != true
        }
    }

    @inlinable
    func first(endingAtOrAbove number: Number) -> ClosedRange<Number>? {
        var low = 0
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low < intervals.count ? intervals[low] : nil
    }
}

// MARK: - Algebra

extension IntervalSet {
    /// The numbers that both sets contain.
    @inlinable
    public func intersection(_ other: IntervalSet) -> IntervalSet {
        var common: [ClosedRange<Number>] = []
        var (mine, theirs) = (intervals[...], other.intervals[...])
        while let one = mine.first, let another = theirs.first {
            if one.overlaps(another) { common.append(one.clamped(to: another)) }
            if one.upperBound < another.upperBound {
                mine.removeFirst()
            } else {
                theirs.removeFirst()
            }
        }
        return IntervalSet(sorted: common)
    }

    /// The numbers of this set that another does not contain.
    @inlinable
    public func subtracting(_ other: IntervalSet) -> IntervalSet {
        var rest: [ClosedRange<Number>] = []
        var theirs = other.intervals[...]
        for interval in intervals {
            var low = interval.lowerBound
            var isUsedUp = false
            while let next = theirs.first, next.lowerBound <= interval.upperBound {
                if next.upperBound < low {
                    theirs.removeFirst()
                    continue
                }
                if next.lowerBound > low { rest.append(low...(next.lowerBound - 1)) }
                if next.upperBound >= interval.upperBound {
                    isUsedUp = true
                    break
                }
                low = next.upperBound + 1
                theirs.removeFirst()
            }
            if !isUsedUp { rest.append(low...interval.upperBound) }
        }
        return IntervalSet(sorted: rest)
    }

    /// Whether the set contains every number of another.
    @inlinable
    public func isSuperset(of other: IntervalSet) -> Bool {
        other.intervals.allSatisfy { interval in
            first(endingAtOrAbove: interval.lowerBound).map {
                $0.lowerBound <= interval.lowerBound && interval.upperBound <= $0.upperBound
            } ?? false
        }
    }

    /// Intervals that are sorted already, with gaps between them.
    @inlinable
    init(sorted intervals: [ClosedRange<Number>]) { self.intervals = intervals }
}

extension IntervalSet {
    /// The intervals as `5` or `1000-1999`.
    public var texts: [String] {
        intervals.map {
            $0.lowerBound == $0.upperBound
                ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
    }
}

extension IntervalSet: CustomStringConvertible {
    /// The intervals, separated by commas.
    public var description: String { texts.joined(separator: ",") }
}
