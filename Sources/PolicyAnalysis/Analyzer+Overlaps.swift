import Addressing
import Diagnostics
import PolicyModel

// MARK: - Redirects that share a list in part

extension Analyzer {
    /// How many pairs of boxes may be compared.
    private static let mostComparisons = 10_000_000

    /// Finds redirects that are partly decided by an earlier one because two lists or ranges of the
    /// same key overlap in part.
    ///
    /// A specific redirect before a general one is what the order is for, and so is one that is
    /// specific in one key before one that is specific in another. Two lists of ports of which each has
    /// something that the other lacks are more often a slip.
    mutating func examineOverlaps() {
        for (later, firsts) in partlyOverlapping().sorted(by: { $0.key < $1.key }) {
            examineOverlap(of: later, with: firsts.sorted())
        }
    }

    /// For each redirect the earlier ones that it overlaps in part.
    ///
    /// One of two such redirects has a list or a range, because prefixes and names are either apart or
    /// one within the other. So only these are asked for what overlaps them.
    private mutating func partlyOverlapping() -> [Int: Set<Int>] {
        let withLists = policy.redirects.indices.filter { index in
            isReached(index) && earlier.boxes(of: index).contains { $0.hasList }
        }
        let hulls = withLists.flatMap { index in
            Hull.hulls(of: policy.redirects[index]).map { (hull: $0, owner: index) }
        }
        guard !hulls.isEmpty else { return [:] }
        let tree = HullTree(hulls)
        var found: [Int: Set<Int>] = [:]
        var left = Self.mostComparisons
        for index in policy.redirects.indices where isReached(index) {
            let boxes = earlier.boxes(of: index)
            for hull in Hull.hulls(of: policy.redirects[index]) {
                tree.visit(overlapping: hull) { other in
                    let (first, later) = (min(index, other), max(index, other))
                    left -= 1
                    guard first < later,
                        mayBeASlip(policy.redirects[first], policy.redirects[later])
                    else { return left > 0 }
                    let theirs = earlier.boxes(of: other)
                    left -= boxes.count * theirs.count
                    if left > 0,
                        boxes.contains(where: { box in theirs.contains { box.overlapsPartly($0) } })
                    {
                        found[later, default: []].insert(first)
                    }
                    return left > 0
                }
            }
            if left <= 0 {
                undecided.formUnion((index..<policy.redirects.count).filter { isReached($0) })
                return found.filter { $0.key < index }
            }
        }
        return found
    }

    /// Reports the first of some redirects that decides something of what it has in common with a later
    /// one.
    private mutating func examineOverlap(of later: Int, with firsts: [Int]) {
        for first in firsts {
            let common = earlier.boxes(of: first).flatMap { box in
                earlier.boxes(of: later).filter { box.overlapsPartly($0) }
                    .compactMap { box.intersection($0) }
            }
            switch earlier.rest(of: common, before: first) {
            case .packet(let packet):
                return report(Overlap(first: first, packet: packet), of: later)
            case .nothing: continue
            case .unknown: return giveUp(on: later)
            }
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
    /// Whether the packets of some dimension are neither one number nor all those with the same first bits.
    fileprivate var hasList: Bool { sides.contains { !$0.numbers.isPrefix } }

    /// Whether each of two boxes has something that the other lacks in a list or range of the same
    /// dimension, and one lies within the other in all dimensions of which that is not so.
    func overlapsPartly(_ other: Box) -> Bool {
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
