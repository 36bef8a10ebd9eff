import Addressing
import RulesetModel

extension LookupMap {
    /// Why nft does not take the map as it is, or takes only a part of it, where that is so.
    var reasonAgainst: String? {
        guard (1...MapType.mostFields).contains(type.key.count) else { return "too long a key" }
        for element in elements {
            let parts = element.key.parts
            guard parts.count == type.key.count,
                zip(parts, type.key).allSatisfy({ $0.upperBound <= $1.highest })
            else { return "a key of another type" }
            guard type.isInterval || parts.allSatisfy({ $0.lowerBound == $0.upperBound }) else {
                return "a range in a map of single keys"
            }
            guard type.value.takes(element.value) else { return "a value of another type" }
        }
        for (index, element) in elements.enumerated() {
            // They ascend by the lower end of the first part.
            let others = elements[(index + 1)...].prefix {
                $0.key.parts[0].lowerBound <= element.key.parts[0].upperBound
            }
            if others.contains(where: { $0.key.overlaps(element.key) }) {
                return "keys that overlap"
            }
        }
        return nil
    }
}

extension MapType.Value {
    fileprivate func takes(_ value: MapValue) -> Bool {
        switch (self, value) {
        case (.port, .port), (.verdict, .accept), (.verdict, .jump), (.member, .member): true
        case (.address(let family), .address(let address)): address.family == family
        case (.addressAndPort(let family), .addressAndPort(let address, _)):
            address.family == family
        default: false
        }
    }
}

extension Rule {
    /// Why nft does not let the rule ask a map, where that is so.
    func reasonAgainst(asking map: LookupMap) -> String? {
        guard let lookup else { return nil }
        guard lookup.key.map(\.type) == map.type.key.map(\.type) else {
            return "a map that is asked for something else than its key"
        }
        let isFitting =
            switch (statement, map.type.value) {
            case (_, .member): selector.member != nil
            case (.dnatMapped(let family, _), .address(let other)): family == other
            case (.dnatMapped(let family, _), .addressAndPort(let other)): family == other
            case (.verdict, .verdict): true
            case (.dnatPort, .port), (.dnat, .port), (.redirect, .port): true
            default: false
            }
        return isFitting ? nil : "a map of something else than the statement needs"
    }
}
