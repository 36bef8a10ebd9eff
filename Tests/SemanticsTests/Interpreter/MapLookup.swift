import Addressing
import PolicyModel
import RulesetModel

/// A map, ready for being asked.
struct MapLookup {
    private let exact: [MapKey: MapElement]
    private let ranges: [MapElement]
    private let isCounting: Bool

    init(_ map: LookupMap) {
        let isInterval = map.type.isInterval
        exact =
            isInterval
            ? [:]
            : Dictionary(
                map.elements.map { ($0.key, $0) },
                uniquingKeysWith: { first, _ in first }
            )
        ranges = isInterval ? map.elements : []
        isCounting = map.type.isCounting
    }

    /// What it has for a packet that is asked for some fields, and the redirect whose connections the
    /// element counts.
    ///
    /// Where a field has no value, the rule does not apply, as where the map has nothing.
    func answer(to key: [KeyField], _ packet: PacketView) -> (element: MapElement, counts: String?)?
    {
        let numbers = key.compactMap { packet[$0] }
        guard numbers.count == key.count else { return nil }
        let element =
            exact[MapKey(exactly: numbers)]
            ?? ranges.first { element in
                // The first part alone tells most apart.
                element.key.parts[0].contains(numbers[0])
                    && zip(element.key.parts, numbers).allSatisfy { $0.contains($1) }
            }
        return element.map { ($0, isCounting ? $0.countedRedirect : nil) }
    }
}

extension MapElement {
    /// The redirect whose connections it counts: one that jumps counts what may be let go there.
    fileprivate var countedRedirect: String? {
        if case .jump = value { nil } else { redirect }
    }
}

extension PacketView {
    /// What a field of the packet is, or `nil` if it has none.
    subscript(field: KeyField) -> UInt128? {
        switch field {
        case .inputInterface: inputInterface.map(KeyField.number(ofInterface:))
        case .outputInterface: outputInterface.map(KeyField.number(ofInterface:))
        case .user: (process?.user).map { UInt128($0) }
        case .group: (process?.group).map { UInt128($0) }
        case .mark: mark.map { UInt128($0) }
        case .sourceAddress(let family): source.family == family ? source.bits : nil
        case .destinationAddress(let family):
            destination.family == family ? destination.bits : nil
        case .transport: UInt128(protocolNumber)
        case .sourcePort: sourcePort.map { UInt128($0.number) }
        case .destinationPort: destinationPort.map { UInt128($0.number) }
        }
    }
}
