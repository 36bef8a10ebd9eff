import Addressing
import PolicyModel

/// One comparison of two policies under way.
///
/// Each redirect that has no partner in the other policy (``RedirectAlignment``) is paired with each of the
/// other policy that could decide the same connections. For such a pair, a connection is looked for that
/// both decide, and that goes elsewhere.
struct Comparer {
    /// Connections that change, by the places of the redirects that decide them.
    struct Found {
        let old: Int?
        let new: Int?
        let fates: EffectPair.Fates
        let point: Point
        /// A box with the connection, for what is worth naming of it.
        let box: Box
    }

    private(set) var found: [Found] = []

    /// The names of redirects that were not compared to the end.
    var undecided: [String] = []

    private let alignment: RedirectAlignment
    private(set) var old: Deciders
    private(set) var new: Deciders
    let space: PacketSpace
    private let pairs: CandidatePairs

    /// How many boxes may still be made; every comparison has an end.
    private var budget = 2_000_000

    private static let mostBoxes = 20_000

    init(_ oldRedirects: [Redirect], _ newRedirects: [Redirect]) {
        alignment = RedirectAlignment(oldRedirects, newRedirects)
        pairs = CandidatePairs(oldRedirects, newRedirects, alignment)
        space = PacketSpace([
            Policy(redirects: pairs.oldPlaces.map { oldRedirects[$0] }),
            Policy(redirects: pairs.newPlaces.map { newRedirects[$0] }),
        ])
        old = Deciders(oldRedirects, pairs.oldPlaces, in: space)
        new = Deciders(newRedirects, pairs.newPlaces, in: space)
    }

    mutating func run() {
        for (place, partners) in pairs.ofOld {
            attempt(old.redirects[place].name) { comparer throws(Undecided) in
                try comparer.examine(old: place, partners)
            }
        }
        for (place, partners) in pairs.ofNew {
            attempt(new.redirects[place].name) { comparer throws(Undecided) in
                try comparer.examine(new: place, partners)
            }
        }
        undecided += pairs.unexamined
    }

    private mutating func attempt(
        _ name: String,
        _ body: (inout Comparer) throws(Undecided) -> Void
    ) {
        do throws(Undecided) { try body(&self) } catch {
            if undecided.last != name { undecided.append(name) }
        }
    }

    // MARK: - Pairs

    /// Compares the connections that a redirect of the old policy decides.
    private mutating func examine(old place: Int, _ partners: [Int]) throws(Undecided) {
        let boxes = try old.boxes(of: place)
        guard !boxes.isEmpty else { return }
        for partner in partners {
            let theirs = try new.boxes(of: partner)
            if mayDiffer(place, partner) {
                try examine(place, partner, boxes.intersections(theirs, most: Self.mostBoxes))
            }
            // What comes later gets none of these connections.
            if theirs.cover(boxes) { return }
        }
        try examine(place, nil, boxes)
    }

    /// Compares the connections that a redirect of the new policy decides, and that one with a partner, or
    /// none, decided before.
    private mutating func examine(new place: Int, _ partners: [Int]) throws(Undecided) {
        let boxes = try new.boxes(of: place)
        guard !boxes.isEmpty else { return }
        for partner in partners {
            let theirs = try old.boxes(of: partner)
            // Others were compared with all redirects of the new policy.
            if alignment.newPlaces[partner] != nil, mayDiffer(partner, place) {
                try examine(partner, place, boxes.intersections(theirs, most: Self.mostBoxes))
            }
            if theirs.cover(boxes) { return }
        }
        try examine(nil, place, boxes)
    }

    /// Whether two redirects might send connections to different places.
    private func mayDiffer(_ one: Int, _ other: Int) -> Bool {
        let (before, after) = (old.redirects[one], new.redirects[other])
        return before.decision != after.decision || before.masquerade != after.masquerade
    }

    /// Looks for connections of some boxes that two redirects decide, and that go elsewhere.
    private mutating func examine(_ one: Int?, _ other: Int?, _ boxes: [Box]) throws(Undecided) {
        let (before, after) = (one.map { old.redirects[$0] }, other.map { new.redirects[$0] })
        var changed: [(fates: EffectPair.Fates, boxes: [Box])] = []
        for family in IPFamily.allCases {
            let pair = EffectPair(before, after, family)
            for box in boxes where box.family == family {
                for (fates, pieces) in try pair.changed(in: box) {
                    if let known = changed.firstIndex(where: { $0.fates == fates }) {
                        changed[known].boxes += pieces
                    } else {
                        changed.append((fates, pieces))
                    }
                }
            }
        }
        for (fates, boxes) in changed {
            if let (point, box) = try connection(of: boxes, decidedBy: one, other) {
                found.append(Found(old: one, new: other, fates: fates, point: point, box: box))
            }
        }
    }

    /// A connection of some boxes that one redirect decides in the old policy and another in the new one.
    ///
    /// Most often one is found at once. Otherwise the boxes of whoever decides it instead are taken
    /// away, and a connection of the rest is tried, until there is no rest.
    private mutating func connection(
        of boxes: [Box],
        decidedBy one: Int?,
        _ other: Int?
    ) throws(Undecided) -> (Point, Box)? {
        // What a policy can write is tried first, and IPv4 before IPv6.
        for box in boxes.lazy.compactMap(\.writable).prefix(4) {
            for place in Point.Place.allCases {
                let point = Point(in: box, at: place)
                if try obstacle(at: point, to: one, other) == nil { return (point, box) }
            }
        }
        var rest =
            boxes.reversed().flatMap(\.unwritable) + boxes.reversed().compactMap(\.writable)
        while let box = rest.last {
            let point = Point(in: box)
            guard let obstacle = try obstacle(at: point, to: one, other) else {
                return (point, box)
            }
            guard let less = rest.subtracting(obstacle, most: Self.mostBoxes) else {
                budget -= Self.mostBoxes
                throw Undecided()
            }
            rest = less
            budget -= max(rest.count, 1)
            guard budget > 0 else { throw Undecided() }
        }
        return nil
    }

    /// The boxes of a redirect that decides a packet instead of others; `nil` if they do.
    private mutating func obstacle(
        at point: Point,
        to one: Int?,
        _ other: Int?
    ) throws(Undecided) -> [Box]? {
        if let decider = try old.decider(of: point), decider != one {
            return try old.boxes(of: decider)
        }
        if let decider = try new.decider(of: point), decider != other {
            return try new.boxes(of: decider)
        }
        return nil
    }
}

extension [Box] {
    /// The packets that are in both.
    fileprivate func intersections(_ others: [Box], most: Int) throws(Undecided) -> [Box] {
        var both: [Box] = []
        for box in self {
            both += others.lazy.compactMap { box.intersection($0) }
            guard both.count <= most else { throw Undecided() }
        }
        return both
    }

    /// Whether each of some boxes is within one of these.
    fileprivate func cover(_ others: [Box]) -> Bool {
        others.allSatisfy { box in contains { $0.contains(box) } }
    }
}
