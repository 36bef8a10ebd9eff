import Addressing
import Diagnostics
import PolicyModel

// MARK: - Targets that are not what they seem

extension Analyzer {
    /// Looks at where a redirect sends its connections.
    mutating func examineTarget(of index: Int) {
        let redirect = policy.redirects[index]
        if redirect.leavesConnectionsWhereTheyWere {
            list.report(
                .targetUnchanged,
                about: redirect,
                "redirect `\(redirect.name)` sends its connections where they were sent anyway",
                at: .init(redirect.span, "its target is the place that it matches"),
                help:
                    "write `bypass: true` if later redirects are to leave them alone, or delete it"
            )
            return
        }
        examineTransit(of: index)
        examineLoop(of: index)
        examineChain(from: index)
    }

    /// On a router, an inbound redirect that names no destination takes the connections that only
    /// pass through, too.
    private mutating func examineTransit(of index: Int) {
        let redirect = policy.redirects[index]
        guard let point = transit[index] else { return }
        list.report(
            .transitTraffic,
            about: redirect,
            "redirect `\(redirect.name)` also takes connections that this machine only routes",
            at: .init(redirect.span, "it names no destination address"),
            help:
                "name the address that clients use: `destination: {address: …}`, or `local` for all "
                + "of this machine",
            witness: witness(of: index, at: point)
        )
    }

    /// A proxy on this machine opens connections like those that are sent to it.
    private mutating func examineLoop(of index: Int) {
        let redirect = policy.redirects[index]
        guard redirect.directions.contains(.outbound),
            redirect.decision.targets.contains(where: \.isOnThisMachine),
            redirect.match.destination.isAnywhere(for: redirect.families)
        else { return }
        // Who opens the connection is the only thing that can tell the proxy's from others.
        for box in earlier.boxes(of: index) {
            for port in Self.commonPorts where box[.user] == nil && box[.group] == nil {
                var own = box
                comparisonsLeft -= tellingApart.count
                guard comparisonsLeft > 0 else { return giveUp(on: index) }
                guard own[.cgroup] == nil, own[.interface] == nil, own.mark == MarkBits(),
                    own.narrow(.origin, to: NumberSet(Origin.process.rawValue)),
                    own.narrow(.destinationPort, to: NumberSet(port)),
                    decider(of: Point(in: own)) == index, !isTakenForSome(own, before: index)
                else { continue }
                list.report(
                    .redirectLoop,
                    about: redirect,
                    "redirect `\(redirect.name)` also takes the connections that the program at its "
                        + "target opens to port \(port)",
                    at: .init(redirect.span, "it would get its own connections"),
                    help: "leave the program's user out: `except: [{user: NAME}]`",
                    witness: witness(of: index, at: Point(in: own))
                )
                return
            }
        }
    }

    private static let commonPorts: [UInt128] = [80, 443, 53]

    /// Whether an earlier redirect takes some of the connections for a user, group, control group or mark.
    private func isTakenForSome(_ box: Box, before index: Int) -> Bool {
        tellingApart.prefix { $0 < index }.contains { other in
            earlier.boxes(of: other).contains { $0.overlaps(box) }
        }
    }

    /// A connection that a redirect decides, as far as a policy can write it.
    func witness(of index: Int, at point: Point) -> Witness? {
        guard let box = earlier.boxes(of: index).first(where: { $0.contains(point) }),
            let witness = space.witness(at: point, naming: [box]),
            policy.outcome(of: witness.packet).redirect?.name == policy.redirects[index].name
        else { return nil }
        return witness
    }

    /// The redirect that decides a packet, by its place in the policy.
    func decider(of point: Point) -> Int? {
        var first: Int?
        earlier.visitOwners(containing: point) { owner, _ in
            first = min(first ?? owner, owner)
            return true
        }
        return first
    }

    /// Where one redirect sends connections, another may seem to wait for them; but NAT decides once.
    private mutating func examineChain(from index: Int) {
        let redirect = policy.redirects[index]
        guard let point = decided[index], let packet = space.packet(at: point) else { return }
        for target in redirect.decision.targets {
            guard let sent = packet.sent(to: target),
                let place = decider(of: space.point(of: sent)),
                place != index
            else { continue }
            let next = policy.redirects[place]
            guard !next.decision.targets.isEmpty, !next.leavesConnectionsWhereTheyWere else {
                continue
            }
            list.report(
                .chainedRedirect,
                about: redirect,
                "connections that `\(redirect.name)` redirects are not redirected again by "
                    + "`\(next.name)`: NAT decides once",
                at: .init(redirect.span, "its target is what `\(next.name)` matches"),
                related: [.init(next.span, "it does not see them")],
                help: "give `\(redirect.name)` the last target if that is meant",
                witness: witness(of: index, at: point)
            )
            return
        }
    }
}

extension Redirect {
    /// Whether every connection goes where it was sent, and nothing else comes of it.
    var leavesConnectionsWhereTheyWere: Bool {
        guard masquerade == nil, log == nil, case .target(let target) = decision else {
            return false
        }
        let portStays =
            switch target.port {
            case nil: true
            case .one(let port): match.destination.ports == PortSet(port...port)
            case .shift(let shift): shift.offset == 0
            }
        let hostStays =
            switch target {
            case .port: true
            case .address(let address, _):
                !match.destination.isLocal
                    && match.destination.addresses == AddressSet(AddressRange(address))
            case .prefix(let move): move.offset == 0
            case .local: false
            }
        return portStays && hostStays
    }
}

extension Redirect {
    /// Whether nothing in the redirect keeps connections out that this machine only routes.
    var mayTakeTransit: Bool {
        directions.contains(.inbound) && decision.targets.contains { $0.addresses != nil }
            && match.destination.isAnywhere(for: families) && match.source.addresses == nil
            && match.interfaces == nil && match.mark == nil
    }
}

extension Match.Endpoint {
    /// Whether every address of some families will do.
    fileprivate func isAnywhere(for families: Set<IPFamily>) -> Bool {
        guard let addresses else { return !isLocal }
        return families.allSatisfy { addresses.coversAll(of: $0) }
    }
}

extension Target {
    /// Whether a program of this machine certainly gets the connections.
    var isOnThisMachine: Bool {
        switch self {
        case .local: true
        case .port: false
        case .address(let address, _):
            address.isLoopback
        case .prefix(let move):
            AddressRange.loopback(of: move.family).contains(move.destination)
        }
    }
}

extension FirstPacket {
    /// The packet as if it had been sent to a target; `nil` if that is where it was sent.
    func sent(to target: Target) -> FirstPacket? {
        guard target.families.contains(family),
            case .transport(let transport, let from, let port) = payload
        else { return nil }
        let newPort: Port? =
            switch target.port {
            case nil: port
            case .one(let port): port
            case .shift(let shift): shift(port)
            }
        guard let newPort else { return nil }
        // From this machine, `local` is the loopback address.
        let loopback =
            target.isLocal && direction == .outbound ? IPAddress.loopback(of: family) : nil
        let named = target.address(for: destination)
        let address = named ?? loopback ?? destination
        guard newPort != port || address != destination else { return nil }
        return FirstPacket(
            origin: origin,
            payload: .transport(transport, source: from, destination: newPort),
            source: source,
            destination: address,
            isToThisMachine: target.isLocal || (named == nil && isToThisMachine),
            interface: interface,
            mark: mark,
            dscp: dscp
        )
    }
}
