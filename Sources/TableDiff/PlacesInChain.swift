import RulesetModel

/// Where in a chain its rules stand, told by the redirects around them.
///
/// Each rule is visited twice, however many of them no redirect accounts for.
struct PlacesInChain {
    private let chain: String

    /// The names of the nearest redirects, by the rule's index.
    private var before: [String?] = []
    private var after: [String?] = []

    /// Finds the places of a chain's rules; those with handles in `foreign` have no names.
    init(_ chain: String, _ rules: [LiveRule], besides foreign: Set<Handle>) {
        self.chain = chain
        let names = rules.map { foreign.contains($0.handle) ? nil : $0.nameForPlaces }
        before = Self.last(names)
        after = Self.last(names.reversed()).reversed()
    }

    /// The last name before each place.
    private static func last(_ names: [String?]) -> [String?] {
        var last: String?
        return names.map { name in
            defer { last = name ?? last }
            return last
        }
    }

    /// `chain output, before ours`, or the like.
    func words(of index: Int) -> String {
        switch (before[index], after[index]) {
        case (nil, nil): "chain \(chain)"
        case (nil, _?): "chain \(chain), before ours"
        case (_?, nil): "chain \(chain), after ours"
        case (let before?, let after?): "chain \(chain), between `\(before)` and `\(after)`"
        }
    }
}

extension LiveRule {
    /// What a rule of ours is called where others stand beside it.
    fileprivate var nameForPlaces: String? {
        redirect ?? known?.sharedMap.map { "@\($0)" }
    }
}
