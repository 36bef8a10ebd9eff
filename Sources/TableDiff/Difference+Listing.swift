import RulesetModel

extension Difference {
    /// Whether the commands are right only for the very table that was compared, and not for every table
    /// with the same content.
    ///
    /// Two such tables can differ in the handles of their rules, in what they have counted, and in
    /// how many elements their maps have room for.
    public var needsListing: Bool {
        commands.contains(where: \.needsListing) || carriesCounts || needsRoom
    }

    /// Whether something takes over a count: an element from another one of its redirect, or an element
    /// from a counter, or the other way round.
    private var carriesCounts: Bool {
        var leaving: Set<CarriedCounts.Decision> = []
        var losesCounter = false
        for command in commands {
            switch command {
            case .deleteElements(let elements, _, let type) where type.isCounting:
                leaving.formUnion(elements.lazy.compactMap { CarriedCounts.Decision($0) })
            case .deleteCounter: losesCounter = true
            default: break
            }
        }
        guard !leaving.isEmpty || losesCounter else { return false }
        return commands.contains {
            switch $0 {
            case .addCounter: !leaving.isEmpty
            case .addElements(let elements, _, let type):
                losesCounter && type.isCounting
                    || elements.contains {
                        CarriedCounts.Decision($0.element).map(leaving.contains) ?? false
                    }
            default: false
            }
        }
    }

    /// Whether a map with a size grows.
    private var needsRoom: Bool {
        let present = Dictionary(live.maps.map { ($0.name, $0) }) { first, _ in first }
        return wanted.maps.contains { map in
            guard map.size != nil, let live = present[map.name] else { return false }
            return map.elements.count > live.elements.count
        }
    }
}

extension NftCommand {
    /// Whether the command names a handle, or removes the count of something that stays.
    fileprivate var needsListing: Bool {
        switch self {
        case .insertRule, .deleteRule, .deleteObject, .deleteMap, .deleteLease: true
        default: false
        }
    }
}
