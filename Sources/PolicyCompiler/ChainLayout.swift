import PolicyModel
import RulesetModel

/// The rules of a base chain and the maps in which they look up, made of what redirects match.
struct ChainLayout {
    private(set) var rules: [Rule] = []
    private(set) var maps: [LookupMap] = []
    private(set) var layout: Layout

    private let candidates: [Candidate]
    private let isCounting: Bool

    /// Lays out candidates that are in the policy's order.
    init(_ candidates: [Candidate], _ direction: Direction, isCounting: Bool) {
        self.candidates = candidates
        self.isCounting = isCounting
        layout = Layout(direction: direction)
        for step in Steps(candidates).inOrder {
            switch step {
            case .map(let shape, let index, let members):
                let name = ObjectNames.map(shape, index, in: direction)
                add(shape, name, members)
            case .rule(let place, let reason):
                add(candidates[place], because: reason)
            }
        }
    }

    private mutating func add(_ candidate: Candidate, because reason: Layout.Reason) {
        rules += candidate.rules
        layout.steps.append(.rule(redirect: candidate.redirect, because: reason))
    }

    private mutating func add(_ shape: MapShape, _ name: String, _ places: [Int]) {
        let remainders = DisjointKeys(of: places.map { candidates[$0] }, shape)
        var elements: [MapElement] = []
        var labelled: [SourceLabel: [MapElement]] = [:]
        var members: [(redirect: String, elements: Int)] = []
        var spilled: [Candidate] = []
        for (place, keys) in zip(places, remainders.keys) {
            let candidate = candidates[place]
            guard case .elements(_, let value) = candidate.form else { continue }
            guard let keys else {
                spilled.append(candidate)
                continue
            }
            if keys.isEmpty {
                layout.covered.append(candidate.redirect)
                continue
            }
            elements += keys.map {
                MapElement(key: $0, value: value, redirect: candidate.redirect)
            }
            if let source = candidate.source {
                labelled[source, default: []] += keys.map {
                    MapElement(key: $0, value: .member, redirect: candidate.redirect)
                }
            }
            if members.last?.redirect == candidate.redirect {
                members[members.count - 1].elements += keys.count
            } else {
                members.append((candidate.redirect, keys.count))
            }
        }
        let rule = shape.rule(asking: name)
        let type = shape.type(isCounting: isCounting)
        if !elements.isEmpty {
            for (source, elements) in labelled.sorted(by: { $0.key.label < $1.key.label }) {
                let set = ObjectNames.members(ofMap: name, source)
                rules.append(shape.rule(giving: source.label, to: set))
                maps.append(LookupMap(name: set, type: shape.typeOfMembers, elements: elements))
            }
            rules.append(rule)
            maps.append(LookupMap(name: name, type: type, elements: elements))
            layout.steps.append(.map(.init(name: name, rule: rule, members: members)))
        }
        for candidate in spilled { add(candidate, because: .tooManyRemainders) }
    }
}

/// The candidates of a chain by level: maps, each with its members, and rules.
private struct Steps {
    enum Step {
        case map(MapShape, index: Int, members: [Int])
        case rule(Int, because: Layout.Reason)
    }

    let inOrder: [Step]

    init(_ candidates: [Candidate]) {
        let levels = EvaluationOrder(candidates).levels
        var members: [Int: [MapShape: [Int]]] = [:]
        var rules: [Int: [Step]] = [:]
        var levelsOfShapes: [MapShape: Set<Int>] = [:]
        for (place, level) in levels.enumerated() {
            switch candidates[place].form {
            case .elements(let shape, _):
                members[level, default: [:]][shape, default: []].append(place)
                levelsOfShapes[shape, default: []].insert(level)
            case .rule(let reason):
                rules[level, default: []].append(.rule(place, because: reason))
            }
        }
        inOrder = Set(levels).sorted().flatMap { level in
            let maps = (members[level] ?? [:]).map { shape, places -> (name: String, step: Step) in
                // Named by how often its shape comes before, so that a level which is new to all
                // others changes no name.
                let index = levelsOfShapes[shape]?.count { $0 < level } ?? 0
                return (
                    shape.words.joined(separator: "_"), .map(shape, index: index, members: places)
                )
            }
            return maps.sorted { $0.name < $1.name }.map(\.step) + (rules[level] ?? [])
        }
    }
}
