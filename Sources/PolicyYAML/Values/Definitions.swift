import Addressing
import Diagnostics
import LocatedYAML

/// The kinds of list that a policy can give names to; the raw value is the key of such lists.
enum DefinitionKind: String, CaseIterable {
    case addresses
    case ports
    case interfaces

    /// The values of the lists.
    var values: Grammar {
        switch self {
        case .addresses: .addressRange
        case .ports: .portRange
        case .interfaces: .interface
        }
    }

    /// The values that a name can have.
    var value: ValueShape {
        switch self {
        case .addresses: .oneOrMoreOrFile(values)
        case .ports, .interfaces: .oneOrMore(values)
        }
    }

    /// The other kinds.
    var others: [DefinitionKind] { Self.allCases.filter { $0 != self } }

    /// The key of a match that can have names of such lists.
    var use: String {
        switch self {
        case .addresses: EndpointKey.address.rawValue
        case .ports: EndpointKey.port.rawValue
        case .interfaces: MatchKey.interface.rawValue
        }
    }

    /// A list with its name, as it could be in a policy.
    var example: String {
        switch self {
        case .addresses: "lan: [10.0.0.0/8, 192.168.0.0/16]"
        case .ports: "web: [80, 443]"
        case .interfaces: "wan: [eth0, ppp0]"
        }
    }
}

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
    private(set) var interfaces: [String: [InterfacePattern]] = [:]

    /// The lists that can be a target: those of one address, or of one range of ports.
    private(set) var singleAddresses: [String: IPAddress] = [:]
    private(set) var singleRanges: [String: ClosedRange<Port>] = [:]

    /// The span of the definition of each name.
    private var spans: [DefinitionKind: [String: SourceSpan]] = [:]

    /// The names in the order of the text.
    private(set) var names: [DefinitionKind: [String]] = [:]

    /// The names of the lists of addresses that are defined without the policy.
    var builtIn: Set<String> = []

    private var used: [DefinitionKind: Set<String>] = [:]

    /// Declares a name; returns the span of its first definition if it has one already.
    mutating func declare(
        _ name: String,
        _ kind: DefinitionKind,
        at span: SourceSpan
    ) -> SourceSpan? {
        if let first = spans[kind]?[name] { return first }
        spans[kind, default: [:]][name] = span
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

    mutating func define(_ name: String, as list: [InterfacePattern]) { interfaces[name] = list }

    /// What is known of a name.
    func state(of name: String, _ kind: DefinitionKind) -> State {
        if spans[kind]?[name] == nil {
            return kind == .addresses && builtIn.contains(name) ? .usable : .absent
        }
        let isUsable =
            switch kind {
            case .addresses: addresses[name] != nil
            case .ports: ports[name] != nil
            case .interfaces: interfaces[name] != nil
            }
        return isUsable ? .usable : .rejected
    }

    /// Notes that a name is used.
    mutating func use(_ name: String, _ kind: DefinitionKind) {
        used[kind, default: []].insert(name)
    }

    /// The names of one kind that nothing uses, with their spans, in the order of the text.
    func unused(_ kind: DefinitionKind) -> [(name: String, span: SourceSpan)] {
        (names[kind] ?? []).compactMap { name in
            guard used[kind]?.contains(name) != true, let span = spans[kind]?[name] else {
                return nil
            }
            return (name, span)
        }
    }
}
