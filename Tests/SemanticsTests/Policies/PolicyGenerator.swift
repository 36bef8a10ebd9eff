import Addressing
import PolicyModel
import TestSupport

/// Makes policies that a reader of the language would accept.
struct PolicyGenerator {
    /// What the redirects of a policy are like.
    enum Profile: String, CaseIterable {
        /// Everything, and everything at once.
        case mixed
        /// Many of one shape, with single values.
        case exact
        /// Prefixes in each other and ranges that overlap, of one shape.
        case nested
        /// Several shapes, one among the other.
        case shapes
        /// Few places that many redirects lead to, most of them with another source.
        case masquerades
        /// Long lists.
        case large
        /// Hundreds of redirects.
        case many
    }

    private var values: PolicyValues
    private let profile: Profile
    private var shapes: [RedirectShape] = []

    init(_ profile: Profile, seed: UInt64) {
        values = PolicyValues(seed: seed, isWide: profile == .large || profile == .many)
        self.profile = profile
        shapes = makeShapes()
    }

    mutating func policy() -> Policy {
        let last = values.number(in: count) - 1
        let redirects = (0...last).map { redirect("r\($0)", shape(isLast: $0 == last)) }
        return Policy(
            settings: Settings(counters: !values.once(in: 4)),
            redirects: redirects
        )
    }

    private mutating func shape(isLast: Bool) -> RedirectShape {
        // A stranger now and then, so that groups are torn apart.
        let isStrange = values.once(in: profile == .many ? 50 : 10)
        if isStrange || shapes.isEmpty { return values.shape() }
        return isLast ? shapes[shapes.count - 1] : values.one(of: shapes)
    }

    private var count: ClosedRange<Int> {
        switch profile {
        case .mixed, .masquerades: 1...8
        case .exact, .shapes: 6...30
        case .nested: 4...16
        case .large: 4...14
        case .many: 520...560
        }
    }

    private mutating func makeShapes() -> [RedirectShape] {
        switch profile {
        case .mixed: return []
        case .exact: return [values.lookup(.exact)]
        case .nested:
            let shape = values.lookup(.range)
            return [RedirectShape.Style.range, .exact, .list, .range, .wide].map { style in
                var shape = shape
                shape.style = style
                return shape
            }
        case .large:
            var lists = values.lookup(.list)
            lists.keys = [
                .transport, values.one(of: [.sourceAddress, .destinationAddress]),
                values.one(of: [.sourcePort, .destinationPort]),
            ]
            lists.family = values.one(of: IPFamily.allCases)
            lists.kind = values.one(of: [.port, .addressAndPort, .bypass])
            var wide = lists
            wide.style = .wide
            return Array(repeating: lists, count: 7) + [wide]
        case .many: return [values.lookup(values.one(of: [.exact, .range]))]
        case .shapes: return (0..<values.number(in: 2...6)).map { _ in values.shape() }
        case .masquerades:
            return (0..<3).map { _ in
                // Few keys, so that connections of one redirect look like another's.
                var shape = values.shape(
                    of: [
                        values.one(of: [.family, .transport, .sourcePort, .interface, .mark]),
                        values.one(of: [.sourceAddress, .destinationAddress, .destinationPort]),
                    ]
                )
                shape.kind = values.one(of: [.address, .addressAndPort, shape.kind])
                return shape
            }
        }
    }

    /// How seldom redirects have more than a match and a target.
    private var plainness: Int {
        switch profile {
        case .mixed, .shapes, .masquerades: 2
        case .exact, .nested, .large: 8
        case .many: 64
        }
    }

    private mutating func redirect(_ name: String, _ shape: RedirectShape) -> Redirect {
        let family = shape.family ?? values.one(of: IPFamily.allCases)
        var match = values.match(shape, family)
        let decision = decision(shape, family, &match)
        let exceptions =
            values.once(in: plainness)
            ? values.some(upTo: 2) { $0.exception(shape, family) } : []
        let isOfProcess = ([match] + exceptions).contains(where: \.asksForProcess)
        var redirect = Redirect(
            name: name,
            directions: isOfProcess ? [.outbound] : shape.directions ?? values.directions(),
            match: match,
            exceptions: exceptions,
            decision: decision,
            log: values.once(in: 2 * plainness) ? values.log() : nil,
            isEnabled: !values.once(in: 10),
            span: .nowhere
        )
        redirect.masquerade = masquerade(redirect, family)
        return redirect
    }

    /// A decision, and what it needs of the match.
    private mutating func decision(
        _ shape: RedirectShape,
        _ family: IPFamily,
        _ match: inout Match
    ) -> Decision {
        let kind = shape.kind ?? values.one(of: RedirectShape.Kind.allCases)
        let decision: Decision
        switch kind {
        case .bypass: decision = .bypass
        case .balance: decision = .balance(values.balance(family))
        case .shift:
            let shift = values.shift()
            match.destination.ports = PortSet([shift.origin])
            decision = .target(values.target(family, port: .shift(shift)))
        case .prefix:
            let move = values.move(family)
            match.destination.isLocal = false
            match.destination.addresses = AddressSet(move.origin)
            decision = .target(.prefix(move))
        case .port, .address, .addressAndPort, .local:
            decision = .target(values.target(kind, family))
        }
        let namesPort = match.namesPort || decision.targets.contains { $0.port != nil }
        if namesPort, match.protocols == nil { match.protocols = values.protocols(shape.style) }
        return decision
    }

    private mutating func masquerade(_ redirect: Redirect, _ family: IPFamily) -> Masquerade? {
        guard redirect.decision.targets.contains(where: { !$0.isLocal }),
            values.once(in: profile == .masquerades ? 2 : 6)
        else { return nil }
        let clients =
            values.once(in: 2) ? nil : AddressSet(values.some { $0.range(family) })
        let families = redirect.families.intersection(clients?.families ?? redirect.families)
        guard values.once(in: 3), !families.isEmpty else { return Masquerade(clients: clients) }
        let addresses = families.sorted().map { ($0, values.source($0)) }
        return Masquerade(
            clients: clients,
            source: Masquerade.Source(Dictionary(addresses) { first, _ in first })
        )
    }
}

extension PolicyValues {
    mutating func target(_ kind: RedirectShape.Kind, _ family: IPFamily) -> Target {
        switch kind {
        case .port: .port(.one(port()))
        case .address: .address(target(family), port: nil)
        case .addressAndPort: .address(target(family), port: .one(port()))
        default: .local(port: once(in: 2) ? nil : .one(port()))
        }
    }

    mutating func target(_ family: IPFamily, port: NewPort) -> Target {
        switch number(in: 0...2) {
        case 0: .port(port)
        case 1: .address(target(family), port: port)
        default: .local(port: port)
        }
    }

    /// Some places, of which one at least can take a family.
    mutating func balance(_ family: IPFamily) -> Balance {
        let kinds: [RedirectShape.Kind] = [
            .port, .address, .addressAndPort, .addressAndPort, .local,
        ]
        var targets = [target(one(of: kinds), family)]
        for _ in 0..<number(in: 1...3) {
            let family = once(in: 3) ? one(of: IPFamily.allCases) : family
            let target = target(one(of: kinds), family)
            if !targets.contains(target) { targets.append(target) }
        }
        return Balance(
            method: one(of: Balance.Method.allCases),
            shares: targets.map {
                .init(target: $0, weight: once(in: 12) ? 65535 : UInt32(number(in: 1...4)))
            }
        )
    }

    /// An exception by a few keys, often of those that the match has.
    fileprivate mutating func exception(_ shape: RedirectShape, _ family: IPFamily) -> Match {
        var keys = Array(shape.keys.subtracting([.family, .transport]))
            .sorted { $0.rawValue < $1.rawValue }
        if keys.isEmpty || once(in: 3) {
            let all = Match.Key.allCases.filter { !$0.isOfProcess || shape.directions == nil }
            keys = shape.allowsLocal ? all : [.sourceAddress, .sourcePort, .destinationPort]
        }
        var inner = shape
        inner.keys = Set(some(upTo: 2) { $0.one(of: keys) })
        inner.style = one(of: RedirectShape.Style.allCases)
        return self.match(inner, family)
    }
}

extension Match {
    /// Whether only connections of a process here can match.
    fileprivate var asksForProcess: Bool { users != nil || groups != nil || cgroups != nil }
}

extension Match.Key {
    /// Whether only connections of a process of this machine can have it.
    fileprivate var isOfProcess: Bool {
        switch self {
        case .user, .group, .cgroup: true
        case .family, .transport, .sourceAddress, .sourcePort, .destinationAddress,
            .destinationPort, .interface, .mark, .dscp:
            false
        }
    }
}
