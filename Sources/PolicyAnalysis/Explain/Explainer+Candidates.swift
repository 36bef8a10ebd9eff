import Addressing
import PolicyModel

// MARK: - Redirects that do not decide

extension Explainer {
    /// The redirects that are tried and never decide, and how many there are.
    ///
    /// Those are listed of which the fewest conditions are not met.
    func candidates(atMost limit: Int) -> (first: [Explanation.Candidate], count: Int) {
        let deciders = Set(partition.parts.compactMap(\.redirect))
        // What none matches was offered to all.
        let isOfferedToAll = partition.parts.contains { $0.redirect == nil }
        let end =
            partition.end?.redirect
            ?? (isOfferedToAll
                ? policy.redirects.count : partition.parts.compactMap(\.redirect).max() ?? 0)
        let tried = (0..<end).filter { !deciders.contains($0) }
        let closest =
            tried.map { (index: $0, obstacles: obstacleCount(of: policy.redirects[$0])) }
            .sorted { ($0.obstacles, $0.index) < ($1.obstacles, $1.index) }
            .prefix(limit).map(\.index).sorted()
        let first = closest.map { index in
            Explanation.Candidate(
                redirect: policy.redirects[index],
                obstacles: obstacles(of: index)
            )
        }
        return (first, tried.count)
    }

    /// How many conditions of a redirect are not met; what is not decided by one of them counts as one.
    private func obstacleCount(of redirect: Redirect) -> Int {
        let keys = Match.Key.allCases.count { isObstacle($0, of: redirect) }
        let count =
            (redirect.isEnabled ? 0 : 1)
            + (redirect.directions.contains(connection.direction) ? 0 : 1) + keys
        return max(count, 1)
    }

    /// Whether a key is one that the connection certainly does not match.
    private func isObstacle(_ key: Match.Key, of redirect: Redirect) -> Bool {
        // That an inbound connection has no user is no news if the redirect is about outbound ones.
        let isOfOtherDirection =
            key.isOfProcess && connection.direction == .inbound
            && !redirect.directions.contains(.inbound)
        return !isOfOtherDirection && holds(key, of: redirect.match) == false
    }

    private func obstacles(of index: Int) -> [Explanation.Obstacle] {
        let redirect = policy.redirects[index]
        var obstacles: [Explanation.Obstacle] = []
        if !redirect.isEnabled { obstacles.append(.disabled) }
        if !redirect.directions.contains(connection.direction) {
            obstacles.append(.direction(redirect.directions.sorted()))
        }
        for key in Match.Key.allCases where isObstacle(key, of: redirect) {
            obstacles.append(
                .key(.init(key, of: redirect.match), found: connection.value(of: key))
            )
        }
        if !obstacles.isEmpty { return obstacles }
        if let family, !redirect.decision.families.contains(family) { return [.target(family)] }
        let applying = redirect.exceptions.firstIndex { exception in
            Match.Key.allCases.allSatisfy { holds($0, of: exception) == true }
        }
        if let applying {
            let match = redirect.exceptions[applying]
            let clauses = Match.Key.allCases.filter { match.valueCount(of: $0) > 0 }
                .map { Explanation.Clause($0, of: match) }
            return [.exception(applying + 1, clauses)]
        }
        if matchedBoxes(of: redirect).isEmpty { return [.combination] }
        // Of too many exceptions it is taken that they leave something.
        let theirs =
            space.boxes(of: redirect, among: boxes)?
            .flatMap { box in boxes.compactMap { $0.intersection(box) } }
            ?? matchedBoxes(of: redirect)
        if theirs.isEmpty { return [.exceptions] }
        let deciders = partition.parts.compactMap { part in
            part.redirect.flatMap { decider in
                let takesSome = part.boxes.contains { box in theirs.contains { $0.overlaps(box) } }
                return decider < index && takesSome ? decider : nil
            }
        }
        return [.decidedBefore(deciders.map { policy.redirects[$0].name })]
    }
}

extension Match.Key {
    /// Whether only connections that a process of this machine opens have it.
    fileprivate var isOfProcess: Bool {
        switch self {
        case .user, .group, .cgroup: true
        case .family, .transport, .sourceAddress, .sourcePort, .destinationAddress,
            .destinationPort, .interface, .mark, .dscp:
            false
        }
    }
}

// MARK: - Notes

extension Explainer {
    /// What else is worth knowing about some outcomes.
    func notes(on cases: [Explanation.Case]) -> [Explanation.Note] {
        var notes: [Explanation.Note] = []
        func add(_ note: Explanation.Note?) {
            if let note, !notes.contains(note) { notes.append(note) }
        }
        let clauses = cases.flatMap { $0.condition.clauses + $0.condition.exceptions.joined() }
        if let address = connection.destinationAddress, clauses.contains(where: \.isLocality) {
            add(.mayBeLocal(address))
        }
        for found in cases {
            guard let redirect = found.redirect else { continue }
            add(noteOfNext(after: redirect, on: found.packet))
            add(noteOfAddress(of: redirect))
            add(noteOfOwnConnections(takenBy: redirect))
        }
        return notes
    }

    /// How many targets of a redirect are looked at for what they lead to.
    private static let mostTargets = 100

    private func noteOfNext(
        after redirect: Redirect,
        on packet: FirstPacket
    ) -> Explanation.Note? {
        for target in redirect.decision.targets.prefix(Self.mostTargets) {
            guard let sent = packet.sent(to: target),
                let next = policy.outcome(of: sent).redirect, next.name != redirect.name,
                !next.decision.targets.isEmpty, !next.leavesConnectionsWhereTheyWere
            else { continue }
            return .decidedOnce(redirect: redirect.name, next: next.name)
        }
        return nil
    }

    private func noteOfAddress(of redirect: Redirect) -> Explanation.Note? {
        guard connection.direction == .inbound,
            redirect.match.destination.isLocal || connection.destination == .local
                || connection.destinationAddress.map(addresses.contains) == true
        else { return nil }
        for case .local(let port?) in redirect.decision.targets {
            switch port {
            case .one(let port): return .localAddress(redirect: redirect.name, port: port)
            case .shift(let shift):
                return shift(connection.destinationPort).map {
                    .localAddress(redirect: redirect.name, port: $0)
                }
            }
        }
        return nil
    }

    /// The program at a target on this machine may open connections like those that it gets.
    private func noteOfOwnConnections(takenBy redirect: Redirect) -> Explanation.Note? {
        guard connection.direction == .outbound, let address = connection.destinationAddress,
            !addresses.contains(address),
            redirect.decision.targets.contains(where: \.isOnThisMachine)
        else { return nil }
        // Who opens the connection is the only thing that can tell the program's from others.
        var own = connection
        (own.user, own.group, own.cgroup, own.mark) = (nil, nil, nil, nil)
        let boxes = Self.boxes(of: own, in: space, knowing: addresses).compactMap { box in
            var box = box
            return box.narrow(.origin, to: NumberSet(Origin.process.rawValue)) ? box : nil
        }
        let partition = Partition(boxes, by: policy, in: space, atMost: 1)
        let deciders = partition.parts.map { $0.redirect.map { policy.redirects[$0].name } }
        return partition.rest.isEmpty && deciders == [redirect.name]
            ? .ownConnections(redirect: redirect.name) : nil
    }
}
