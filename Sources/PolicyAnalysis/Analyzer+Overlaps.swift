import Addressing
import Diagnostics
import PolicyModel

// MARK: - Redirects that share a list in part

extension Analyzer {
    private static let mostOwners = 256
    private static let mostCorners = 64

    /// Finds redirects that are partly decided by an earlier one because two lists or ranges of the
    /// same key overlap in part.
    ///
    /// A specific redirect before a general one is what the order is for, and so is one that is
    /// specific in one key before one that is specific in another. Two lists of ports of which each has
    /// something that the other lacks are more often a slip.
    mutating func examineOverlaps() {
        var partners: [Int: Overlap] = [:]
        for index in policy.redirects.indices where isReached[index] {
            for box in earlier.boxes(of: index) {
                for corner in box.corners(atMost: Self.mostCorners) {
                    find(overlapsOf: box, at: corner, of: index, into: &partners)
                }
            }
        }
        for (later, overlap) in partners.sorted(by: { $0.key < $1.key }) {
            report(overlap, of: later)
        }
    }

    private func find(
        overlapsOf box: Box,
        at corner: Point,
        of index: Int,
        into partners: inout [Int: Overlap]
    ) {
        guard let first = decider(of: corner) else { return }
        var visited = 0
        earlier.visitOwners(containing: corner) { other, theirs in
            visited += 1
            let later = max(index, other)
            if first == min(index, other), first < later, isReached[later],
                partners[later].map({ first < $0.first }) ?? true, box.overlapsPartly(theirs),
                mayBeASlip(policy.redirects[first], policy.redirects[later])
            {
                partners[later] = Overlap(first: first, packet: corner)
            }
            return visited < Self.mostOwners
        }
    }

    private func mayBeASlip(_ first: Redirect, _ later: Redirect) -> Bool {
        if case .bypass = first.decision { return false }
        return !first.decidesAs(later)
    }

    private func report(_ overlap: Overlap, of later: Int) {
        let (redirect, other) = (policy.redirects[later], policy.redirects[overlap.first])
        let found =
            list.isFull(.partialOverlap) ? nil : witness(of: overlap.first, at: overlap.packet)
        list.report(
            .partialOverlap,
            about: redirect,
            "redirects `\(other.name)` and `\(redirect.name)` overlap in part, and the first decides",
            at: .init(redirect.span, found.map { effect(of: redirect, on: $0) } ?? ""),
            related: [.init(other.span, found.map { effect(of: other, on: $0) } ?? "")],
            help: "take out of one of them what both match, or accept it at `\(redirect.name)`: "
                + "`allow: [\(DiagnosticCode.partialOverlap.rawValue)]`",
            witness: found
        )
    }
}

/// A packet that two redirects match, and the earlier of them decides.
private struct Overlap {
    let first: Int
    let packet: Point
}

extension Box {
    /// Packets with the first and last numbers of the box's lists and ranges, in all combinations.
    ///
    /// If two lists overlap in part, an end of an interval of one lies in the other.
    fileprivate func corners(atMost limit: Int) -> [Point] {
        var corners = [Point(in: self)]
        for side in sides where !side.numbers.isPrefix {
            let room = max(limit / corners.count, 1)
            let ends = Set(side.numbers.intervals.flatMap { [$0.lowerBound, $0.upperBound] })
            corners = ends.sorted().prefix(room).flatMap { number in
                corners.map { corner in
                    var moved = corner
                    moved[side.dimension] = number
                    return moved
                }
            }
        }
        return sides.contains { !$0.numbers.isPrefix } ? corners : []
    }

    /// Whether each of two boxes has something that the other lacks in a list or range of the same
    /// dimension, and one lies within the other in all dimensions of which that is not so.
    fileprivate func overlapsPartly(_ other: Box) -> Bool {
        guard overlaps(other) else { return false }
        var (one, another, isSplit) = (self, other, false)
        for side in sides {
            guard let theirs = other[side.dimension], !side.numbers.isSuperset(of: theirs),
                !theirs.isSuperset(of: side.numbers)
            else { continue }
            isSplit = true
            one = one.without(side.dimension)
            another = another.without(side.dimension)
        }
        return isSplit && (one.contains(another) || another.contains(one))
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
