import Addressing
import RulesetModel

/// A map, ready for look-ups by packets of which not everything is known.
///
/// It is divided by the part of its key that tells most elements apart, so that one question looks at
/// few of 100,000.
struct ElementFinder {
    private let elements: [MapElement]
    private let part: Int
    private var single: [UInt128: [Int]] = [:]
    private var wide: [Int] = []

    init(_ elements: [MapElement], key: [KeyField]) {
        self.elements = elements
        part = Self.mostTelling(elements, key)
        for (index, element) in elements.enumerated() where part < element.key.parts.count {
            let range = element.key.parts[part]
            if range.lowerBound == range.upperBound {
                single[range.lowerBound, default: []].append(index)
            } else {
                wide.append(index)
            }
        }
    }

    private static func mostTelling(_ elements: [MapElement], _ key: [KeyField]) -> Int {
        let counts = key.indices.map { part -> (count: Int, part: Int) in
            switch key[part] {
            // Of the first packet of a flow, these are no longer known.
            case .inputInterface, .outputInterface, .user, .group, .mark: return (0, part)
            case .sourceAddress, .destinationAddress, .transport, .sourcePort, .destinationPort:
                break
            }
            let numbers = elements.lazy.filter { part < $0.key.parts.count }
                .map { $0.key.parts[part] }.filter { $0.lowerBound == $0.upperBound }
                .map(\.lowerBound)
            return (Set(numbers).count, part)
        }
        return counts.max { $0.count < $1.count }?.part ?? 0
    }

    /// The elements that a packet may find, and whether it may find none.
    func answers(
        to key: [KeyField],
        _ packet: FlowPacket
    ) -> (elements: [MapElement], mayMiss: Bool) {
        if key.contains(where: { packet.has($0) == false }) { return ([], true) }
        let numbers = key.map { packet.number(of: $0) }
        var found: [MapElement] = []
        var isSure = false
        for index in candidates(numbers) {
            let element = elements[index]
            guard element.key.parts.count == numbers.count else { continue }
            var mayMatch = true
            var matches = true
            for (place, range) in element.key.parts.enumerated() {
                if let number = numbers[place] {
                    mayMatch = mayMatch && range.contains(number)
                } else if range != 0...key[place].highest {
                    matches = false
                }
            }
            guard mayMatch else { continue }
            found.append(element)
            isSure = isSure || matches
        }
        return (found, !isSure || key.contains { packet.has($0) == nil })
    }

    private func candidates(_ numbers: [UInt128?]) -> [Int] {
        guard part < numbers.count, let number = numbers[part] else {
            return Array(elements.indices)
        }
        return (single[number] ?? []) + wide
    }
}
