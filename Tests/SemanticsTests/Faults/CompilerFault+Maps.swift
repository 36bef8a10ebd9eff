import Addressing
import RulesetModel

extension CompilerFault {
    /// Faults of what maps hold.
    static let elements = [
        CompilerFault(
            "element lost",
            inElements: { elements, index in elements.remove(at: index) }
        ),
        CompilerFault(
            "redirect's elements lost",
            inElements: { elements, index in
                let redirect = elements[index].redirect
                elements.removeAll { $0.redirect == redirect }
            }
        ),
        CompilerFault(
            "element with the value of another",
            inElements: { elements, index in
                let value = elements[index].value
                guard let other = elements.first(where: { $0.value != value }) else { return }
                elements[index].value = other.value
            }
        ),
        CompilerFault(
            "element twice, with two values",
            inElements: { elements, index in
                // Of two with one key a map keeps the last; ranges can both be there.
                var twin = elements[index]
                guard let other = elements.first(where: { $0.value != twin.value }) else { return }
                twin.value = other.value
                for part in twin.key.parts.indices {
                    let range = twin.key.parts[part]
                    guard range.lowerBound < range.upperBound else { continue }
                    twin.key.parts[part] = range.lowerBound...(range.upperBound - 1)
                    elements.append(twin)
                    return
                }
            }
        ),
        CompilerFault(
            "port of an element off by one",
            inElements: { elements, index in
                switch elements[index].value {
                case .port(let port):
                    if let next = port.next { elements[index].value = .port(next) }
                case .addressAndPort(let address, let port):
                    if let next = port.next {
                        elements[index].value = .addressAndPort(address, next)
                    }
                default: break
                }
            }
        ),
        CompilerFault(
            "address of an element off by one",
            inElements: { elements, index in
                switch elements[index].value {
                case .address(let address):
                    if let next = address.next { elements[index].value = .address(next) }
                case .addressAndPort(let address, let port):
                    if let next = address.next {
                        elements[index].value = .addressAndPort(next, port)
                    }
                default: break
                }
            }
        ),
        CompilerFault(
            "element that leads to another chain",
            inElements: { elements, index in
                guard case .jump(let chain) = elements[index].value else { return }
                for case .jump(let other) in elements.map(\.value) where other != chain {
                    elements[index].value = .jump(to: other)
                    return
                }
            }
        ),
        CompilerFault(
            "element that leads nowhere",
            inElements: { elements, index in
                if case .jump = elements[index].value { elements[index].value = .accept }
            }
        ),
        CompilerFault(
            "comment of an element lost",
            inElements: { elements, index in
                elements[index].redirect = nil
            }
        ),
        CompilerFault(
            "comment of another redirect's element",
            inElements: { elements, index in
                let redirect = elements[index].redirect
                elements[index].redirect =
                    elements.first { $0.redirect != redirect }?.redirect ?? redirect
            }
        ),
    ]

    /// Faults of which map holds an element.
    static let groups = [
        CompilerFault("element in a map that is asked before or after") { ruleset, random in
            for place in ruleset.maps.indices.shuffled(using: &random) {
                let map = ruleset.maps[place]
                let others = ruleset.maps.indices.filter { other in
                    other != place && ruleset.maps[other].type == map.type
                }
                guard let other = others.randomElement(using: &random),
                    let element = map.elements.randomElement(using: &random)
                else { continue }
                var damaged = ruleset
                damaged.maps[place].change { $0.removeAll { $0 == element } }
                damaged.maps[other].change { $0.append(element) }
                return damaged
            }
            return nil
        },
        CompilerFault("maps of two groups as one") { ruleset, random in
            for place in ruleset.maps.indices.shuffled(using: &random) {
                let type = ruleset.maps[place].type
                let others = ruleset.maps.indices.filter { other in
                    other != place && ruleset.maps[other].type == type
                }
                guard let other = others.randomElement(using: &random) else { continue }
                var damaged = ruleset
                let elements = damaged.maps[other].elements
                damaged.maps[other].change { $0 = [] }
                damaged.maps[place].change { $0 += elements }
                return damaged
            }
            return nil
        },
        CompilerFault("counter beside the map's") { ruleset, random in
            damage(ruleset, &random) { rule in
                if rule.statement.lookup != nil {
                    rule.counter = rule.counter ?? ruleset.counters.first
                }
            }
        },
    ]

    /// Faults of the keys of maps.
    static let mapKeys = [
        CompilerFault(
            "key off by one",
            inKeys: { range, _ in
                range = (range.lowerBound + 1)...(range.upperBound + 1)
            }
        ),
        CompilerFault(
            "range of a key one too long",
            inKeys: { range, isInterval in
                if isInterval { range = range.lowerBound...(range.upperBound + 1) }
            }
        ),
        CompilerFault(
            "range of a key begins one too early",
            inKeys: { range, isInterval in
                if isInterval, range.lowerBound > 0 {
                    range = (range.lowerBound - 1)...range.upperBound
                }
            }
        ),
        CompilerFault(
            "range of a key one too short",
            inKeys: { range, _ in
                if range.upperBound > range.lowerBound {
                    range = range.lowerBound...(range.upperBound - 1)
                }
            }
        ),
        CompilerFault(
            "range of a key begins one too late",
            inKeys: { range, _ in
                if range.upperBound > range.lowerBound {
                    range = (range.lowerBound + 1)...range.upperBound
                }
            }
        ),
        CompilerFault(
            "range of a key as its first value",
            inKeys: { range, _ in
                range = range.lowerBound...range.lowerBound
            }
        ),
        CompilerFault(
            "any value of a part of a key",
            inElements: { elements, index in
                guard let part = elements[index].key.parts.indices.last else { return }
                elements[index].key.parts[part] = 0...65535
            }
        ),
    ]

    /// Faults of the rules that ask maps.
    static let lookups = [
        CompilerFault(
            "order of two groups swapped",
            inChain: { rules, random in
                let asking = rules.indices.filter { rules[$0].statement.lookup != nil }
                guard let first = asking.dropLast().randomElement(using: &random),
                    let second = asking.first(where: { $0 > first })
                else { return }
                rules.swapAt(first, second)
            }
        ),
        CompilerFault(
            "group after the rules that come after it",
            inChain: { rules, random in
                let asking = rules.indices.filter { rules[$0].statement.lookup != nil }
                guard let index = asking.randomElement(using: &random) else { return }
                rules.append(rules.remove(at: index))
            }
        ),
        CompilerFault(
            "source looked up instead of the destination",
            inLookup: { key in
                key = key.map { field in
                    switch field {
                    case .destinationAddress(let family): .sourceAddress(family)
                    case .destinationPort: .sourcePort
                    default: field
                    }
                }
            }
        ),
        CompilerFault(
            "destination looked up instead of the source",
            inLookup: { key in
                key = key.map { field in
                    switch field {
                    case .sourceAddress(let family): .destinationAddress(family)
                    case .sourcePort: .destinationPort
                    default: field
                    }
                }
            }
        ),
        CompilerFault(
            "group looked up instead of the user",
            inLookup: { key in
                key = key.map { $0 == .user ? .group : $0 }
            }
        ),
        CompilerFault("parts of a key in another order", inLookup: { $0.reverse() }),
        CompilerFault("another map asked") { ruleset, random in
            for map in ruleset.maps.shuffled(using: &random) {
                let others = ruleset.maps.filter { $0.name != map.name && $0.type == map.type }
                guard let other = others.randomElement(using: &random) else { continue }
                var damaged = ruleset
                for place in damaged.chainPlaces {
                    for index in damaged[keyPath: place].indices {
                        damaged[keyPath: place][index].statement.changeLookup {
                            if $0.map == map.name { $0.map = other.name }
                        }
                    }
                }
                return damaged
            }
            return nil
        },
        CompilerFault("map that does not count") { ruleset, random in
            let counting = ruleset.maps.indices.filter { index in
                ruleset.maps[index].type.isCounting
            }
            guard let index = counting.randomElement(using: &random) else { return nil }
            var damaged = ruleset
            damaged.maps[index].type.isCounting = false
            return damaged
        },
    ]
}

extension CompilerFault {
    /// A fault of one element of a map.
    init(
        _ name: String,
        inElements change: @escaping @Sendable (inout [MapElement], Int) -> Void
    ) {
        self.init(name) { ruleset, random in
            for place in ruleset.maps.indices.shuffled(using: &random) {
                let map = ruleset.maps[place]
                for index in map.elements.indices.shuffled(using: &random) {
                    var changed = map
                    changed.change { change(&$0, index) }
                    guard changed != map else { continue }
                    var damaged = ruleset
                    damaged.maps[place] = changed
                    return damaged
                }
            }
            return nil
        }
    }

    /// A fault of one part of one key; the change is told whether the part may be a range.
    init(
        _ name: String,
        inKeys change: @escaping @Sendable (inout ClosedRange<UInt128>, Bool) -> Void
    ) {
        self.init(name) { ruleset, random in
            for place in ruleset.maps.indices.shuffled(using: &random) {
                let type = ruleset.maps[place].type
                for part in type.key.indices.shuffled(using: &random) {
                    let fault = CompilerFault(
                        "",
                        inElements: { elements, index in
                            change(&elements[index].key.parts[part], type.isInterval)
                        }
                    )
                    var only = ruleset
                    only.maps = [ruleset.maps[place]]
                    guard let changed = fault.damage(only, &random) else { continue }
                    var damaged = ruleset
                    damaged.maps[place] = changed.maps[0]
                    return damaged
                }
            }
            return nil
        }
    }

    /// A fault of what a map is asked for.
    init(_ name: String, inLookup change: @escaping @Sendable (inout [KeyField]) -> Void) {
        self.init(
            name,
            inRule: { rule in
                rule.statement.changeLookup { change(&$0.key) }
            }
        )
    }
}

extension LookupMap {
    fileprivate mutating func change(_ change: (inout [MapElement]) -> Void) {
        var elements = elements
        change(&elements)
        self = LookupMap(name: name, type: type, elements: elements)
    }
}

extension Statement {
    fileprivate mutating func changeLookup(_ change: (inout Lookup) -> Void) {
        guard var lookup else { return }
        change(&lookup)
        switch self {
        case .dnatPort: self = .dnatPort(to: .mapped(by: lookup))
        case .dnat(let address, _): self = .dnat(to: address, port: .mapped(by: lookup))
        case .redirect: self = .redirect(port: .mapped(by: lookup))
        case .dnatMapped(let family, _): self = .dnatMapped(family, by: lookup)
        case .verdict: self = .verdict(by: lookup)
        case .dnatPrefix, .masquerade, .snat, .label, .log, .accept, .drop, .return, .jump, .trial:
            break
        }
    }
}
