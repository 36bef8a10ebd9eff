import Addressing
import Diagnostics
import PolicyModel

// MARK: - Redirects that share a list in part

extension Analyzer {
    private static let mostOwners = 256

    /// Finds redirects that are partly decided by an earlier one because two lists or ranges of the
    /// same key overlap in part.
    ///
    /// A specific redirect before a general one is what the order is for, and so is one that is
    /// specific in one key before one that is specific in another. Two lists of ports of which each has
    /// something that the other lacks are more often a slip.
    mutating func examineOverlaps() {
        var partners: [Int: Int] = [:]
        for index in policy.redirects.indices where isReached[index] {
            for box in earlier.boxes(of: index) {
                for side in box.sides where !side.numbers.isPrefix {
                    find(overlapsOf: box, at: side, of: index, into: &partners)
                }
            }
        }
        for (later, first) in partners.sorted(by: { $0.key < $1.key }) {
            reportOverlap(of: later, with: first)
        }
    }

    private func find(
        overlapsOf box: Box,
        at side: Box.Side,
        of index: Int,
        into partners: inout [Int: Int]
    ) {
        // If two lists overlap, an interval of one begins in the other.
        for interval in side.numbers.intervals.prefix(Self.mostOwners) {
            var corner = box
            guard corner.narrow(side.dimension, to: NumberSet(interval.lowerBound)) else {
                continue
            }
            var visited = 0
            earlier.visitOwners(containing: Point(in: corner)) { other, theirs in
                visited += 1
                let (first, later) = (min(index, other), max(index, other))
                if first != later, isReached[other], partners[later].map({ first < $0 }) ?? true,
                    box.isSplit(from: theirs, only: side.dimension),
                    mayBeASlip(policy.redirects[first], policy.redirects[later])
                {
                    partners[later] = first
                }
                return visited < Self.mostOwners
            }
        }
    }

    private func mayBeASlip(_ first: Redirect, _ later: Redirect) -> Bool {
        if case .bypass = first.decision { return false }
        return !first.decidesAs(later)
    }

    private mutating func reportOverlap(of later: Int, with first: Int) {
        let (redirect, other) = (policy.redirects[later], policy.redirects[first])
        var found: Witness?
        search: for box in list.isFull(.partialOverlap) ? [] : earlier.boxes(of: later) {
            for theirs in earlier.boxes(of: first) {
                guard let both = box.intersection(theirs) else { continue }
                found = space.witness(at: Point(in: both), naming: [both])
                if found != nil { break search }
            }
        }
        list.report(
            .partialOverlap,
            about: redirect,
            "redirects `\(other.name)` and `\(redirect.name)` overlap in part, and the first decides",
            at: .init(redirect.span, found.map { effect(of: redirect, on: $0) } ?? ""),
            related: [.init(other.span, found.map { effect(of: other, on: $0) } ?? "")],
            help: "take out of one of them what both match, or allow it: `allow: "
                + "[\(DiagnosticCode.partialOverlap.rawValue)]`",
            witness: found
        )
    }
}

extension Box {
    /// Whether a dimension is the only one in which both boxes have something that the other lacks, and
    /// elsewhere one lies within the other.
    fileprivate func isSplit(from other: Box, only dimension: Dimension) -> Bool {
        guard let mine = self[dimension], let theirs = other[dimension],
            !mine.isDisjoint(with: theirs), !mine.isSuperset(of: theirs),
            !theirs.isSuperset(of: mine)
        else { return false }
        let (one, another) = (without(dimension), other.without(dimension))
        return one.contains(another) || another.contains(one)
    }
}

extension NumberSet {
    /// Whether all numbers have the same first bits, and all numbers with these bits are in the set.
    fileprivate var isPrefix: Bool {
        guard intervals.count == 1 else { return false }
        let size = intervals[0].upperBound - intervals[0].lowerBound
        return size & (size &+ 1) == 0 && intervals[0].lowerBound & size == 0
    }
}
