import Addressing
import PolicyModel

/// One explanation under way.
struct Explainer {
    let connection: Connection
    let policy: Policy
    let space: PacketSpace

    /// The addresses that are known to be this machine's.
    let addresses: Set<IPAddress>

    /// What the connection can stand for.
    let boxes: [Box]

    /// The same, by who decides it.
    let partition: Partition

    /// Each outcome takes away what it decides from the rest, so very many of them take long.
    private static let mostParts = 1000
    private static let mostBoxes = 20_000

    init(_ connection: Connection, _ policy: Policy, knowing addresses: Set<IPAddress>) {
        self.connection = connection
        self.policy = policy
        var known = addresses
        if let address = connection.destinationAddress, address.isLoopback { known.insert(address) }
        self.addresses = known
        space = PacketSpace([policy], [connection])
        boxes = Self.boxes(of: connection, in: space, knowing: known)
        partition = Partition(boxes, by: policy, in: space, atMost: Self.mostParts)
    }

    /// What a connection can stand for, if some addresses are this machine's.
    static func boxes(
        of connection: Connection,
        in space: PacketSpace,
        knowing addresses: Set<IPAddress>
    ) -> [Box] {
        guard let address = connection.destinationAddress, addresses.contains(address) else {
            return space.boxes(of: connection)
        }
        return space.boxes(of: connection).compactMap { box in
            var box = box
            return box.narrow(.locality, to: NumberSet(1)) ? box : nil
        }
    }

    /// The redirect at which the work ended, if it did not come to the end.
    var undecided: Explanation.Undecided? {
        guard let (index, reason) = partition.end else { return nil }
        let redirect = policy.redirects[index]
        switch reason {
        case .size:
            return Explanation.Undecided(redirect: redirect, exceptionCount: nil, openKeys: [])
        case .exceptions:
            let possible = redirect.exceptions.filter { exception in
                Match.Key.allCases.allSatisfy { holds($0, of: exception) != false }
            }
            return Explanation.Undecided(
                redirect: redirect,
                exceptionCount: possible.count,
                openKeys: Match.Key.allCases.filter { key in
                    possible.contains { holds(key, of: $0) == nil }
                }
            )
        }
    }

    /// Whether the connection matches a key; `nil` if that depends on what it leaves open.
    func holds(_ key: Match.Key, of match: Match) -> Bool? {
        match.holds(key, for: connection, knowing: addresses)
    }

    /// The family of the connection, if it is known.
    var family: IPFamily? { connection.family }
}

// MARK: - Outcomes

extension Explainer {
    /// Connections that one redirect decides in the same way.
    struct Variant {
        let boxes: [Box]

        /// What tells them apart from what else the redirect decides.
        var clauses: [Explanation.Clause]

        /// Whether all of them go to one place, which can be shown.
        var isShown = true
    }

    /// How many destinations are told apart.
    private static let mostDestinations = 8

    /// The connections of a part, by where they go and what becomes of their source.
    ///
    /// Of several variants, each is for what the earlier ones leave.
    func variants(of part: Partition.Part) -> [Variant] {
        guard let redirect = part.redirect.map({ policy.redirects[$0] }) else {
            return [Variant(boxes: part.boxes, clauses: [])]
        }
        var variants = [Variant(boxes: part.boxes, clauses: [])]
        if family == nil, redirect.dependsOnFamily {
            variants = IPFamily.allCases.map { family in
                Variant(
                    boxes: part.boxes.filter { $0.family == family },
                    clauses: [.init(.family, [family.rawValue])]
                )
            }
        }
        if let clients = redirect.masquerade?.clients {
            variants = variants.flatMap { split($0, by: clients, of: redirect) }
        }
        if connection.destinationAddress == nil, case .target(let target) = redirect.decision,
            let move = target.move
        {
            variants = variants.flatMap { split($0, byDestinationsOf: move) }
        }
        variants.removeAll(where: \.boxes.isEmpty)
        if let last = variants.indices.last { variants[last].clauses = [] }
        return variants
    }

    private func split(
        _ variant: Variant,
        by clients: AddressSet,
        of redirect: Redirect
    ) -> [Variant] {
        let match = Match(source: .init(addresses: clients))
        let theirs = space.boxes(of: match, [connection.direction], match.families)
        let inside = variant.boxes.flatMap { box in theirs.compactMap { box.intersection($0) } }
        guard !inside.isEmpty,
            let outside = variant.boxes.subtracting(theirs, most: Self.mostBoxes)
        else { return [variant] }
        let clause = Explanation.Clause(.sourceAddress, of: match)
        return [
            Variant(boxes: inside, clauses: variant.clauses + [clause]),
            Variant(boxes: outside, clauses: variant.clauses),
        ]
    }

    /// Tells destinations apart: where a prefix moves, each goes to another place.
    private func split(_ variant: Variant, byDestinationsOf move: PrefixMove) -> [Variant] {
        let own = addresses.filter { move.origin.contains(AddressRange($0)) }.sorted()
        let first = move.origin.bits.lowerBound
        let named =
            own.isEmpty
            ? (0..<UInt128(Self.mostDestinations)).map { first + $0 }
                .filter(move.origin.bits.contains)
            : own.prefix(Self.mostDestinations).map(\.bits)
        var variants: [Variant] = []
        for number in named {
            let boxes = variant.boxes.compactMap { box in
                var box = box
                return box.narrow(.destination, to: NumberSet(number)) ? box : nil
            }
            guard let address = IPAddress(family: move.family, bits: number) else { continue }
            let clause = Explanation.Clause(.destinationAddress, ["\(address)"])
            variants.append(Variant(boxes: boxes, clauses: variant.clauses + [clause]))
        }
        let others = variant.boxes.flatMap { box in
            box.outside(.destination, NumberSet(named.map { $0...$0 }))
        }
        variants.append(Variant(boxes: others, clauses: variant.clauses, isShown: false))
        return variants
    }

    /// The outcome of some connections; `nil` if no packet shows it.
    func outcome(
        of variant: Variant,
        in part: Partition.Part,
        isFirst: Bool,
        isLast: Bool
    ) -> Explanation.Case? {
        let redirect = part.redirect.map { policy.redirects[$0] }
        guard let (packet, witness) = packet(in: variant.boxes, decidedBy: redirect) else {
            return nil
        }
        let outcome = policy.outcome(of: packet)
        let named =
            redirect?.decision.targets.compactMap { $0.address(for: packet.destination) } ?? []
        let places = Dictionary(
            outcome.places.map { place, weight in
                var place = place
                // The packet's own address may be any of the connection.
                if place.host == .address(packet.destination), !named.contains(packet.destination) {
                    place.host = connection.destination
                }
                return (place, weight)
            },
            uniquingKeysWith: +
        )
        var condition = Explanation.Condition()
        condition.isOtherwise = !isFirst
        condition.isOfKernel = !isFirst && variant.boxes.allSatisfy(\.isOfKernel)
        if !isLast {
            if let redirect { condition.add(redirect, for: self) }
            condition.clauses += variant.clauses
        }
        return Explanation.Case(
            redirect: redirect,
            condition: condition,
            places: places,
            newSource: outcome.newSource.flatMap { source in
                places.keys.contains { $0.mayLeave(sentTo: place(of: packet)) }
                    ? source.restricted(to: packet.family) : nil
            },
            packet: packet,
            witness: witness
        )
    }

    /// A packet of some boxes that the interpreter lets a redirect decide.
    ///
    /// One that policies can write is preferred.
    private func packet(
        in boxes: [Box],
        decidedBy redirect: Redirect?
    ) -> (packet: FirstPacket, witness: Connection?)? {
        var other: FirstPacket?
        // What asks for little makes a short example.
        let writable = boxes.compactMap(\.writable).sorted { $0.sides.count < $1.sides.count }
        for box in writable.prefix(Self.mostTries) + boxes.prefix(Self.mostTries) {
            for place in Point.Place.allCases {
                let point = Point(in: box, at: place)
                guard let packet = space.packet(at: point),
                    policy.outcome(of: packet).redirect?.name == redirect?.name
                else { continue }
                if let witness = space.witness(at: point, naming: [box]) {
                    return (packet, witness.connection)
                }
                other = other ?? packet
            }
        }
        return other.map { ($0, nil) }
    }

    private static let mostTries = 64

    /// Where a packet of the connection was sent, in the connection's words.
    private func place(of packet: FirstPacket) -> Outcome.Place {
        Outcome.Place(host: connection.destination, port: packet.destinationPort)
    }
}

extension Redirect {
    /// Whether it does something else with connections of one family than with those of the other.
    fileprivate var dependsOnFamily: Bool {
        guard families.count > 1 else { return false }
        let targets = IPFamily.allCases.map { family in
            decision.targets.filter { $0.families.contains(family) }
        }
        return targets[0] != targets[1] || masquerade?.source.addresses.isEmpty == false
    }
}

extension Outcome.Place {
    /// Whether a connection that goes here can leave this machine, for another place than it was sent to.
    fileprivate func mayLeave(sentTo sent: Outcome.Place) -> Bool {
        guard case .address(let address) = host, !address.isLoopback else { return false }
        return self != sent
    }
}

// MARK: - Conditions

extension Explanation.Condition {
    /// Adds what a redirect asks for, as far as the connection leaves it open.
    fileprivate mutating func add(_ redirect: Redirect, for explainer: Explainer) {
        clauses += explainer.openClauses(of: redirect.match)
        if explainer.family == nil, redirect.match.families.count > 1,
            let only = redirect.families.first, redirect.families.count == 1
        {
            clauses.append(.init(.family, [only.rawValue]))
        }
        let matched = explainer.matchedBoxes(of: redirect)
        for exception in redirect.exceptions {
            let keys = Match.Key.allCases.map { explainer.holds($0, of: exception) }
            guard !keys.contains(false),
                explainer.overlaps(exception, of: redirect, within: matched)
            else { continue }
            exceptionCount += 1
            if exceptionCount <= Self.mostExceptions {
                exceptions.append(explainer.openClauses(of: exception))
            }
        }
    }
}

extension Explainer {
    /// What a match asks for, as far as the connection leaves it open.
    fileprivate func openClauses(of match: Match) -> [Explanation.Clause] {
        Match.Key.allCases.filter { holds($0, of: match) == nil }.map { key in
            key == .destinationAddress && match.destination.isLocal
                && connection.destinationAddress != nil
                ? .init(key, ["local"]) : .init(key, of: match)
        }
    }

    /// The connections that a redirect matches, whatever its exceptions say.
    func matchedBoxes(of redirect: Redirect) -> [Box] {
        space.boxes(of: redirect.match, redirect.directions, redirect.families)
            .flatMap { box in boxes.compactMap { $0.intersection(box) } }
    }

    fileprivate func overlaps(
        _ exception: Match,
        of redirect: Redirect,
        within matched: [Box]
    ) -> Bool {
        space.boxes(of: exception, redirect.directions, redirect.families).contains { box in
            matched.contains { $0.overlaps(box) }
        }
    }
}
