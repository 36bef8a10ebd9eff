import RulesetModel
import TableDiff

extension OperationInterpreter {
    mutating func changeMaps(_ command: NftCommand, of table: inout LiveTable) throws {
        switch command {
        case .addMap(let name, let type, let size):
            let taken = table.maps.map(\.name) + table.others.map(\.name)
            try table.refuseIf(taken.contains(name), "the map exists")
            table.maps.append(
                LiveMap(handle: take(), name: name, type: type, size: size, elements: [])
            )
        case .deleteMap(let name, _):
            let index = try table.map(name)
            try table.refuseIf(table.isAsked(name), "the map is in use")
            table.maps.remove(at: index)
        case .addElements(let elements, let name, let type):
            try table.refuseIf(elements.count > MapType.elementsPerCommand, "stored wrongly")
            let index = try table.map(name, type)
            for element in elements { try table.check(element.element, type) }
            try table.maps[index].add(elements)
        case .deleteElements(let elements, let name, let type):
            let index = try table.map(name, type)
            try table.maps[index].remove(elements.map(\.key))
        default: break
        }
    }
}

extension LiveTable {
    fileprivate func map(_ name: String, _ type: MapType? = nil) throws -> Int {
        guard let index = maps.firstIndex(where: { $0.name == name }) else {
            throw Complaint("no map \(name)")
        }
        try refuseIf(type.map { $0.text != maps[index].type.text } ?? false, "another type")
        return index
    }

    fileprivate func check(_ element: MapElement, _ type: MapType) throws {
        let parts = element.key.parts
        try refuseIf(parts.count != type.key.count, "another key")
        let isExact = parts.allSatisfy { $0.lowerBound == $0.upperBound }
        try refuseIf(!type.isInterval && !isExact, "a range in an exact map")
        if case .jump(let target) = element.value { try checkJump(to: target) }
    }
}

extension LiveMap {
    fileprivate mutating func add(_ new: [LiveElement]) throws {
        var keys = Set(elements.map(\.element.key))
        // Large maps are too many pairs for every run.
        let canOverlap = type.isInterval && elements.count + new.count < 100
        guard elements.count + new.count <= size ?? .max else { throw Complaint("the map is full") }
        for element in new {
            let key = element.element.key
            guard keys.insert(key).inserted else { throw Complaint("the element exists") }
            if canOverlap, elements.contains(where: { $0.element.key.overlaps(key) }) {
                throw Complaint("the element overlaps")
            }
            guard type.isCounting || element.count == nil else {
                throw Complaint("the map does not count")
            }
            let count = type.isCounting ? element.count ?? PacketCount() : nil
            elements.append(LiveElement(element.element, count: count))
        }
    }

    fileprivate mutating func remove(_ keys: [MapKey]) throws {
        let going = Set(keys)
        let rest = elements.filter { !going.contains($0.element.key) }
        guard going.count == keys.count, rest.count == elements.count - keys.count else {
            throw Complaint("no such element")
        }
        elements = rest
    }
}
