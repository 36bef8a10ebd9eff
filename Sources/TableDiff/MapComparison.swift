import RulesetModel

/// How one map of the kernel differs from what it should be.
struct MapComparison {
    /// The wanted map; `nil` if the map is to be removed.
    let wanted: LookupMap?

    /// The kernel's map; `nil` if it has none of that name.
    let live: LiveMap?

    /// Whether the kernel has something else of that name, which must go first.
    let isInTheWay: Bool

    /// The wanted elements that the kernel lacks, ascending.
    let missing: [MapElement]

    /// The elements that the kernel has beyond the wanted ones.
    let surplus: [LiveElement]

    init(wanted: LookupMap?, live: LiveMap?, isInTheWay: Bool = false) {
        self.wanted = wanted
        self.live = live
        self.isInTheWay = isInTheWay
        (missing, surplus) = Self.compare(wanted?.elements ?? [], live?.elements ?? [])
    }

    var name: String { wanted?.name ?? live?.name ?? "" }

    /// Whether the map must be created again: the kernel's is of another type, is too small, or has so
    /// many surplus elements that removing each would take longer.
    var isCreatedAgain: Bool { hasOtherType || hasTooLittleRoom || isFlooded }

    /// Whether the kernel's map is too small for the wanted elements, or smaller than any map of ours.
    private var hasTooLittleRoom: Bool {
        guard let wanted, let size = live?.size else { return false }
        return isLimited || wanted.elements.count > size
    }

    /// Whether another program has created the map, smaller than any of ours: a map that has grown keeps
    /// the size that it was created with.
    private var isLimited: Bool { wanted != nil && live?.size ?? .max < MapType.leastSize }

    private var isFlooded: Bool {
        guard let wanted, live != nil else { return false }
        return surplus.count > max(Self.mostRemovedOneByOne, wanted.elements.count)
    }

    private static let mostRemovedOneByOne = 10_000

    /// Whether the kernel's map is of another type.
    ///
    /// For the kernel, two types with the same text are the same: they differ only in the rules that use
    /// the map.
    private var hasOtherType: Bool {
        guard let wanted, let live else { return false }
        return wanted.type != live.type && wanted.type.text != live.type.text
    }

    /// Whether the rules that use the kernel's map can't stay.
    var isReplaced: Bool { isInTheWay || isCreatedAgain }

    /// The elements that the kernel is to be given.
    var coming: [MapElement] { isCreatedAgain ? wanted?.elements ?? [] : missing }

    /// The elements that the kernel is to lose.
    var going: [LiveElement] { isCreatedAgain ? live?.elements ?? [] : surplus }

    /// Compares all maps that are wanted or there, by name.
    static func all(_ live: LiveTable, _ wanted: Ruleset) -> [MapComparison] {
        var present = Dictionary(live.maps.map { ($0.name, $0) }) { first, _ in first }
        let others = Set(live.others.map(\.name))
        let comparisons = wanted.maps.map { map in
            MapComparison(
                wanted: map,
                live: present.removeValue(forKey: map.name),
                isInTheWay: others.contains(map.name)
            )
        }
        let unwanted = present.values.map { MapComparison(wanted: nil, live: $0) }
        return (comparisons + unwanted).sorted { $0.name < $1.name }
    }

    /// What is wrong with the map itself.
    var structuralChange: StructuralChange? {
        guard let live else { return nil }
        if hasOtherType { return .mapReplaced(name, found: live.type) }
        return isLimited ? live.size.map { .mapLimited(name, size: $0) } : nil
    }

    /// Compares by key: a map can have 100,000 elements, and nearly all are up to date.
    private static func compare(
        _ wanted: [MapElement],
        _ live: [LiveElement]
    ) -> (missing: [MapElement], surplus: [LiveElement]) {
        if wanted.isEmpty || live.isEmpty { return (wanted, live) }
        let index = ElementIndex(wanted)
        var isPresent = [Bool](repeating: false, count: wanted.count)
        // While others write, the kernel can list an element twice.
        var surplus: [MapKey: LiveElement] = [:]
        for position in live.indices {
            if let index = index.index(of: live[position].element) {
                isPresent[index] = true
            } else {
                surplus[live[position].element.key] = live[position]
            }
        }
        let missing = wanted.indices.filter { !isPresent[$0] }.map { wanted[$0] }
        return (missing, surplus.values.sorted { $0.element.key < $1.element.key })
    }
}

// MARK: - Commands

extension MapComparison {
    /// Adds the commands that mend the map; `counts` are those at which the coming elements begin.
    func mend(_ batch: inout CommandBatch, _ counts: [PacketCount?]) {
        guard let wanted else {
            if let live { batch.removeObjects.append(.deleteMap(name: name, live.type)) }
            return
        }
        if let live, isCreatedAgain {
            batch.removeObjects.append(.deleteMap(name: name, live.type))
        }
        if live == nil || isCreatedAgain {
            batch.create.append(.addMap(name: name, wanted.type, size: wanted.size))
        } else {
            batch.removeElements += surplus.map(\.element).inCommands
                .map { .deleteElements($0, map: name, wanted.type) }
        }
        batch.addElements += zip(coming, counts).map { LiveElement($0, count: $1) }.inCommands
            .map { .addElements($0, map: name, wanted.type) }
    }
}

extension Array {
    /// Parts that make a command each.
    fileprivate var inCommands: [[Element]] {
        let most = MapType.elementsPerCommand
        return stride(from: 0, to: count, by: most)
            .map { Array(self[$0..<Swift.min($0 + most, count)]) }
    }
}
