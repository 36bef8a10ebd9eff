import PolicyModel

/// The question would take too long to answer.
struct Undecided: Error {}

/// Some redirects of a policy, asked for the one that decides a packet.
struct Deciders {
    let redirects: [Redirect]

    /// The places of the redirects that can match any packet that is asked for, in ascending order.
    let places: [Int]

    private let space: PacketSpace
    private var known: [Int: [Box]?] = [:]

    /// The boxes of all redirects, once so many packets were asked for that it is worth making.
    private var index: PointIndex?

    /// The places of redirects that are not in the index, because they are too many boxes.
    private var unindexed: [Int] = []

    /// How many redirects were tried.
    private var tried = 0

    private static let mostTried = 500_000

    init(_ redirects: [Redirect], _ places: [Int], in space: PacketSpace) {
        self.redirects = redirects
        self.places = places
        self.space = space
    }

    /// The policy that has only these redirects.
    var policy: Policy { Policy(redirects: places.map { redirects[$0] }) }

    /// The packets that a redirect matches, in disjoint boxes.
    mutating func boxes(of place: Int) throws(Undecided) -> [Box] {
        if let boxes = known[place] {
            guard let boxes else { throw Undecided() }
            return boxes
        }
        let boxes = space.boxes(of: redirects[place])
        known[place] = boxes
        guard let boxes else { throw Undecided() }
        return boxes
    }

    /// The place of the redirect that decides a packet; `nil` if none matches.
    mutating func decider(of point: Point) throws(Undecided) -> Int? {
        let packet = space.packet(at: point)
        if index == nil, tried < Self.mostTried, let packet {
            let found = places.firstIndex { redirects[$0].mismatch(for: packet) == nil }
            tried += found ?? places.count
            return found.map { places[$0] }
        }
        if index == nil { makeIndex() }
        var first = Int.max
        index?.visit(containing: point) { owner, _ in
            first = min(first, owner)
            return true
        }
        for place in unindexed where place < first {
            guard let packet else { throw Undecided() }
            if redirects[place].mismatch(for: packet) == nil { first = place }
        }
        return first == .max ? nil : first
    }

    private mutating func makeIndex() {
        var index = PointIndex()
        for place in places {
            if let boxes = try? boxes(of: place) {
                for box in boxes { index.insert(box, owner: place) }
            } else {
                unindexed.append(place)
            }
        }
        self.index = index
    }
}
