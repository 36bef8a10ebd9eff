import Addressing
import RulesetModel

/// What redirects must have in common to be looked up in one map: the fields that they ask for, and
/// what kind of thing becomes of their connections.
struct MapShape: Hashable {
    /// What becomes of connections.
    enum Action: Hashable {
        /// `dnat to :PORT`
        case port
        /// `dnat ip to ADDRESS`
        case address(IPFamily)
        /// `dnat ip to ADDRESS:PORT`
        case addressAndPort(IPFamily)
        /// `redirect to :PORT`
        case local
        /// `accept`, or a jump to a chain.
        case verdict
    }

    var family: IPFamily?
    var namesProtocols: Bool
    var isToThisMachine: Bool
    var key: [KeyField]
    var action: Action
    var isInterval: Bool
}

extension MapShape {
    /// The type of its maps.
    func type(isCounting: Bool) -> MapType {
        MapType(key: key, value: action.value, isInterval: isInterval, isCounting: isCounting)
    }

    /// The rule that looks up in a map of this shape.
    ///
    /// Which protocols are in the map is not part of it, so that it stays when one is added.
    func rule(asking map: String) -> Rule {
        Rule(selector: selector, statement: action.statement(Lookup(map, by: key)))
    }

    private var selector: Selector {
        Selector(
            family: family,
            protocols: namesProtocols ? TransportProtocol.allCases : [],
            isToThisMachine: isToThisMachine
        )
    }

    /// The rule that gives connections a label if they are in a set with the keys of a map.
    ///
    /// A label can't be taken back, so it is given only if the map is sure to have the connection. To
    /// ask the map itself would count each connection twice; so a set has the same keys.
    func rule(giving label: ConnectionLabel, to members: String) -> Rule {
        var selector = selector
        selector.member = Lookup(members, by: key)
        return Rule(selector: selector, statement: .label(label))
    }

    /// The type of the sets for such rules.
    var typeOfMembers: MapType { MapType(key: key, value: .member, isInterval: isInterval) }

    /// What it is, in words for a name.
    var words: [String] {
        let asked = key.filter { $0 != .transport || namesProtocols }.map(\.word)
        return [family?.keyword ?? "inet"] + (isToThisMachine ? ["local"] : []) + asked
            + ["to", action.word] + (isInterval ? ["ranges"] : [])
    }
}

extension MapShape.Action {
    fileprivate var value: MapType.Value {
        switch self {
        case .port, .local: .port
        case .address(let family): .address(family)
        case .addressAndPort(let family): .addressAndPort(family)
        case .verdict: .verdict
        }
    }

    fileprivate func statement(_ lookup: Lookup) -> Statement {
        switch self {
        case .port: .dnatPort(to: .mapped(by: lookup))
        case .address(let family), .addressAndPort(let family): .dnatMapped(family, by: lookup)
        case .local: .redirect(port: .mapped(by: lookup))
        case .verdict: .verdict(by: lookup)
        }
    }

    fileprivate var word: String {
        switch self {
        case .port: "port"
        case .address: "addr"
        case .addressAndPort: "addr_port"
        case .local: "local"
        case .verdict: "verdict"
        }
    }
}

extension KeyField {
    fileprivate var word: String {
        switch self {
        case .inputInterface: "iif"
        case .outputInterface: "oif"
        case .user: "uid"
        case .group: "gid"
        case .mark: "mark"
        case .sourceAddress: "saddr"
        case .destinationAddress: "daddr"
        case .transport: "proto"
        case .sourcePort: "sport"
        case .destinationPort: "dport"
        }
    }
}

extension Statement {
    /// What a map has to have for a connection to get this; `nil` if no map can have it.
    var mapped: (action: MapShape.Action, value: MapValue)? {
        switch self {
        case .dnatPort(.port(let port)): (.port, .port(port))
        case .dnat(let address, nil): (.address(address.family), .address(address))
        case .dnat(let address, .port(let port)?):
            (.addressAndPort(address.family), .addressAndPort(address, port))
        case .redirect(.port(let port)?): (.local, .port(port))
        case .accept: (.verdict, .accept)
        case .jump(let chain): (.verdict, .jump(to: chain))
        case .dnatPort, .dnat, .dnatPrefix, .redirect, .dnatMapped, .masquerade, .snat, .label,
            .log, .drop,
            .return, .verdict, .trial:
            nil
        }
    }
}
