import Addressing
import PolicyModel

/// What the redirects of a group have in common: the keys they name, and the kind of their target.
struct RedirectShape {
    /// How values are written.
    enum Style: CaseIterable {
        /// Single values.
        case exact
        /// One prefix or range.
        case range
        /// One wide prefix or range.
        case wide
        /// Lists of whatever there is.
        case list
    }

    /// What becomes of connections.
    enum Kind: CaseIterable {
        case port
        case address
        case addressAndPort
        case prefix
        case local
        case shift
        case balance
        case bypass
    }

    var keys: Set<Match.Key>
    var style: Style
    /// The kind of target; nothing for a new one each time.
    var kind: Kind?
    /// The family of addresses; nothing for a new one each time.
    var family: IPFamily?
    /// The directions; nothing for new ones each time.
    var directions: Set<Direction>?
    /// Whether a destination can be this machine, whatever its address.
    var allowsLocal = true
}

extension PolicyValues {
    /// A shape of up to five keys.
    mutating func shape(of keys: [Match.Key] = Match.Key.allCases) -> RedirectShape {
        let count = number(in: 0...min(keys.count, 5))
        return RedirectShape(
            keys: Set(keys.shuffled(using: &random).prefix(count)),
            style: one(of: RedirectShape.Style.allCases),
            kind: once(in: 2) ? nil : one(of: RedirectShape.Kind.allCases),
            family: once(in: 2) ? nil : one(of: IPFamily.allCases),
            directions: once(in: 2) ? nil : directions()
        )
    }

    /// A shape for which maps are made: a few keys that are numbers, and the same target for all.
    mutating func lookup(_ style: RedirectShape.Style) -> RedirectShape {
        let keys: [Match.Key] = [
            .sourceAddress, .destinationAddress, .destinationAddress, .destinationPort,
            .destinationPort, .sourcePort, .user, .group, .interface, .mark,
        ]
        let kinds: [RedirectShape.Kind] = [
            .port, .address, .addressAndPort, .addressAndPort, .local, .bypass,
        ]
        return RedirectShape(
            keys: Set((0..<number(in: 1...3)).map { _ in one(of: keys) } + [.transport]),
            style: style,
            kind: one(of: kinds),
            family: once(in: 3) ? nil : one(of: IPFamily.allCases),
            directions: directions()
        )
    }

    mutating func directions() -> Set<Direction> {
        [[.inbound], [.outbound], [.inbound, .outbound]][number(in: 0...2)]
    }

    /// A match that some connection of a family fits.
    mutating func match(_ shape: RedirectShape, _ family: IPFamily) -> Match {
        var match = Match()
        let families = shape.style == .list && once(in: 3) ? IPFamily.allCases : [family]
        for key in shape.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            switch key {
            case .family: match.family = family
            case .transport: match.protocols = protocols(shape.style)
            case .sourceAddress:
                match.source.addresses = addresses(shape.style, families, family)
            case .destinationAddress:
                // Without a named address it is this machine alone.
                match.destination.isLocal =
                    shape.allowsLocal && shape.style == .list && once(in: 3)
                if !match.destination.isLocal || once(in: 2) {
                    match.destination.addresses = addresses(shape.style, families, family)
                }
            case .sourcePort: match.source.ports = ports(shape.style)
            case .destinationPort: match.destination.ports = ports(shape.style)
            case .interface: match.interfaces = interfaces(shape.style)
            case .user: match.users = ids(shape.style)
            case .group: match.groups = ids(shape.style)
            case .cgroup: match.cgroups = Set(values(shape.style) { $0.cgroup() })
            case .mark: match.mark = mark(masked: shape.style == .list && once(in: 2))
            case .dscp: match.dscp = Set(values(shape.style) { $0.one(of: CodePoint.all) })
            }
        }
        if match.namesPort, match.protocols == nil { match.protocols = protocols(shape.style) }
        return match
    }

    mutating func protocols(_ style: RedirectShape.Style) -> Set<TransportProtocol> {
        let protocols: [TransportProtocol] = [.tcp, .tcp, .udp, .sctp]
        // Long lists of everything else take elements enough.
        return isWide ? [one(of: protocols)] : Set(values(style) { $0.one(of: protocols) })
    }

    private mutating func addresses(
        _ style: RedirectShape.Style,
        _ families: [IPFamily],
        _ family: IPFamily
    ) -> AddressSet {
        switch style {
        case .exact: return AddressSet([AddressRange(address(family))])
        case .range: return AddressSet([range(family)])
        case .wide: return AddressSet([wideRange(family)])
        case .list:
            // One of the family itself, so that no two keys exclude each other.
            let others = some(upTo: 4) { values in
                let family = values.one(of: families)
                return values.isWide ? values.narrowRange(family) : values.range(family)
            }
            return AddressSet([narrowRange(family)] + others)
        }
    }

    private mutating func ports(_ style: RedirectShape.Style) -> PortSet {
        switch style {
        case .exact:
            let port = port()
            return PortSet([port...port])
        case .range: return PortSet([portRange()])
        case .wide: return PortSet([widePortRange()])
        case .list: return PortSet(some { $0.narrowPortRange() })
        }
    }

    private mutating func ids(_ style: RedirectShape.Style) -> IntervalSet<UInt32> {
        if style == .exact {
            let id = ids().lowerBound
            return IntervalSet([id...id])
        }
        return IntervalSet(values(style) { style == .wide ? 1...4_294_967_294 : $0.ids() })
    }

    private mutating func interfaces(_ style: RedirectShape.Style) -> Set<InterfacePattern> {
        if style != .list { return [InterfacePattern(name: interface().name)] }
        return Set(some { $0.interface() })
    }

    private mutating func values<Value>(
        _ style: RedirectShape.Style,
        _ value: (inout PolicyValues) -> Value
    ) -> [Value] {
        style == .list ? some(value) : [value(&self)]
    }
}
