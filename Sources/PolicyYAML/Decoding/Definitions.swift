import Addressing
import Diagnostics

/// The lists that a policy gives names to, by kind and name.
struct Definitions {
    /// What is known of a name.
    enum State {
        case absent
        /// It is defined, and the definition has been reported.
        case rejected
        case usable
    }

    private(set) var addresses: [String: AddressSet] = [:]
    private(set) var ports: [String: PortSet] = [:]

    /// The lists that can be a target: those that hold one address only, or one range of ports.
    private(set) var singleAddresses: [String: IPAddress] = [:]
    private(set) var singleRanges: [String: ClosedRange<Port>] = [:]

    /// Where each name is defined.
    private var places: [DefinitionKind: [String: SourceSpan]] = [:]

    /// The names in the order of the text.
    private(set) var names: [DefinitionKind: [String]] = [:]

    private var used: [DefinitionKind: Set<String>] = [:]

    /// Takes in a name; returns where it is defined already, if it is.
    mutating func declare(
        _ name: String,
        _ kind: DefinitionKind,
        at span: SourceSpan
    ) -> SourceSpan? {
        if let first = places[kind]?[name] { return first }
        places[kind, default: [:]][name] = span
        names[kind, default: []].append(name)
        return nil
    }

    mutating func define(_ name: String, as set: AddressSet) {
        addresses[name] = set
        let ranges = set.ranges
        if ranges.count == 1, ranges[0].bits.lowerBound == ranges[0].bits.upperBound {
            singleAddresses[name] = IPAddress(
                family: ranges[0].family,
                bits: ranges[0].bits.lowerBound
            )
        }
    }

    mutating func define(_ name: String, as set: PortSet) {
        ports[name] = set
        singleRanges[name] = set.onlyRange
    }

    /// What is known of a name.
    func state(of name: String, _ kind: DefinitionKind) -> State {
        if places[kind]?[name] == nil { return .absent }
        let isUsable =
            switch kind {
            case .addresses: addresses[name] != nil
            case .ports: ports[name] != nil
            }
        return isUsable ? .usable : .rejected
    }

    /// Notes that a name is used.
    mutating func use(_ name: String, _ kind: DefinitionKind) {
        used[kind, default: []].insert(name)
    }

    /// The names of one kind that nothing uses, with their places, in the order of the text.
    func unused(_ kind: DefinitionKind) -> [(name: String, span: SourceSpan)] {
        (names[kind] ?? []).compactMap { name in
            guard used[kind]?.contains(name) != true, let span = places[kind]?[name] else {
                return nil
            }
            return (name, span)
        }
    }
}
