import Addressing

/// The redirects of a policy up to one of them, asked for what they leave to the next.
struct DecidingRedirects {
    /// What is left of some boxes.
    enum Rest {
        /// This packet is.
        case packet(Point)
        /// Nothing: these redirects decide all of it together; none of them can be left out.
        case nothing(deciders: [Int])
        /// It would take too long to say.
        case unknown
    }

    private var index = PointIndex()

    /// The places in the index of each redirect's boxes.
    private var ranges: [Range<Int>] = []

    /// How many boxes may still be made; every analysis of a policy has an end.
    private var budget: Int

    static let usualBudget = 4_000_000

    private static let mostBoxes = 20_000
    private static let mostDecidersToReduce = 64

    /// No redirects.
    init(budget: Int = usualBudget) {
        self.budget = budget
    }

    /// Adds the next redirect.
    mutating func append(_ boxes: [Box]) {
        let start = index.boxes.count
        for box in boxes { index.insert(box, owner: ranges.count) }
        ranges.append(start..<index.boxes.count)
    }

    /// The boxes of a redirect.
    func boxes(of redirect: Int) -> [Box] { index.boxes[ranges[redirect]].map(\.box) }

    /// A redirect that contains a packet, of those before a place; which one, if there are several, is
    /// not said.
    func owner(containing point: Point, before end: Int = .max) -> Int? {
        var found: Int?
        index.visit(containing: point) { owner, _ in
            if owner < end { found = owner }
            return found == nil
        }
        return found
    }

    /// Calls a function with each redirect that contains a packet and its box, until it returns `false`.
    func visitOwners(containing point: Point, _ goesOn: (Int, Box) -> Bool) {
        index.visit(containing: point, goesOn)
    }

    /// What the redirects before a place leave of some boxes.
    ///
    /// Most often a packet is found at once. Otherwise the boxes of whoever has the packet are taken
    /// away, and a packet of the rest is tried, until there is no rest.
    mutating func rest(of boxes: [Box], before end: Int = .max) -> Rest {
        for box in boxes.prefix(8) {
            for place in Point.Place.allCases {
                let point = Point(in: box, at: place)
                if owner(containing: point, before: end) == nil { return .packet(point) }
            }
        }
        var rest = boxes
        var deciders: [Int] = []
        while let box = rest.last {
            let point = Point(in: box)
            guard let owner = owner(containing: point, before: end) else { return .packet(point) }
            guard let less = subtract(owner, from: rest) else { return .unknown }
            rest = less
            deciders.append(owner)
        }
        return .nothing(deciders: fewest(of: deciders, covering: boxes))
    }

    private mutating func subtract(_ redirect: Int, from boxes: [Box]) -> [Box]? {
        let rest = boxes.subtracting(self.boxes(of: redirect), most: Self.mostBoxes)
        budget -= max(rest?.count ?? Self.mostBoxes, 1)
        return budget > 0 ? rest : nil
    }

    /// The deciders without those that the others make needless.
    private mutating func fewest(of deciders: [Int], covering boxes: [Box]) -> [Int] {
        guard deciders.count > 1, deciders.count <= Self.mostDecidersToReduce else {
            return deciders.sorted()
        }
        var needed = deciders
        for decider in deciders {
            var rest: [Box]? = boxes
            for other in needed where other != decider {
                rest = rest.flatMap { subtract(other, from: $0) }
            }
            if rest?.isEmpty == true { needed.removeAll { $0 == decider } }
        }
        return needed.sorted()
    }
}
