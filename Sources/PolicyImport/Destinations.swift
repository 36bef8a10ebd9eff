import Addressing
import PolicyModel

/// A part of a rule's connections, and what becomes of it.
struct DecidedPart {
    var region: Region
    var decision: Decision
    var notes: [String] = []
}

/// Why a destination can't be said as a policy.
struct Unsayable: Error {
    let reason: String
}

extension FlatRule {
    /// What becomes of the rule's connections, part by part.
    func parts() throws(Unsayable) -> [DecidedPart] {
        switch verdict {
        case .leaveAlone: [DecidedPart(region: region, decision: .bypass)]
        case .source, .unknown: []
        case .destination(let destination): try parts(of: destination)
        }
    }

    private func parts(of destination: ForeignDestination) throws(Unsayable) -> [DecidedPart] {
        if let target = destination.onlyTarget {
            return [DecidedPart(region: region, decision: .target(target))]
        }
        switch destination.place {
        case .balance(let balance):
            return [DecidedPart(region: region, decision: .balance(balance))]
        case .same where destination.ports == nil:
            throw Unsayable(reason: "it changes neither address nor port")
        case .pool where destination.base != nil:
            throw Unsayable(reason: "it shifts ports for several addresses")
        case .same, .local, .address, .pool: break
        }
        guard let ports = destination.ports, ports.size > 1 else {
            return [try part(destination, region, port: destination.ports?.lowerBound)]
        }
        if let base = destination.base { return try shifted(destination, from: base, to: ports) }
        return try withinRange(destination, ports)
    }

    /// The kernel leaves a port of the range as it is, and chooses the first one for all others
    /// (`nf_nat_core.c`, `get_unique_tuple`).
    private func withinRange(
        _ destination: ForeignDestination,
        _ range: ClosedRange<Port>
    ) throws(Unsayable) -> [DecidedPart] {
        guard let asked = region.match.destination.ports ?? PortSet.all else { return [] }
        var parts: [DecidedPart] = []
        if let kept = asked.common(with: PortSet(range)), let inside = region.narrowed(to: kept) {
            var part = try part(destination, inside, port: nil)
            if case .target(.port) = part.decision { part.decision = .bypass }
            parts.append(part)
        }
        if let others = asked.subtracting(PortSet(range)),
            let outside = region.narrowed(to: others)
        {
            var part = try part(destination, outside, port: range.lowerBound)
            part.notes.append(
                "of the ports \(PortSet.text(of: range)), the kernel takes the first one that is free; "
                    + "for a port each write a range of the same size"
            )
            parts.append(part)
        }
        return parts
    }

    /// Each port goes as far as the first one.
    private func shifted(
        _ destination: ForeignDestination,
        from base: Port,
        to range: ClosedRange<Port>
    ) throws(Unsayable) -> [DecidedPart] {
        let last = Int(base.number) + range.size - 1
        guard let asked = region.match.destination.ports,
            asked.ranges.allSatisfy({
                $0.lowerBound >= base && Int($0.upperBound.number) <= last
            })
        else { throw Unsayable(reason: "it shifts ports in a circle") }
        return try asked.ranges.map { origin throws(Unsayable) in
            let offset = Int(range.lowerBound.number) - Int(base.number)
            guard let first = Port(UInt16(Int(origin.lowerBound.number) + offset)),
                let last = Port(UInt16(Int(origin.upperBound.number) + offset)),
                let shift = PortShift(origin, to: first...last),
                let part = region.narrowed(to: PortSet(origin))
            else { throw Unsayable(reason: "it shifts ports beyond 65535") }
            let port: NewPort = shift.origin.size == 1 ? .one(first) : .shift(shift)
            let target: Target =
                switch destination.place {
                case .address(let address): .address(address, port: port)
                case .local: .local(port: port)
                case .same, .pool, .balance: .port(port)
                }
            return DecidedPart(region: part, decision: .target(target))
        }
    }

    private func part(
        _ destination: ForeignDestination,
        _ region: Region,
        port: Port?
    ) throws(Unsayable) -> DecidedPart {
        let port = port.map { NewPort.one($0) }
        switch destination.place {
        case .same:
            guard let port else { return DecidedPart(region: region, decision: .bypass) }
            return DecidedPart(region: region, decision: .target(.port(port)))
        case .local: return DecidedPart(region: region, decision: .target(.local(port: port)))
        case .address(let address):
            return DecidedPart(region: region, decision: .target(.address(address, port: port)))
        case .balance(let balance):
            return DecidedPart(region: region, decision: .balance(balance))
        case .pool(let addresses):
            let shares = addresses.map { Balance.Share(target: .address($0, port: port)) }
            return DecidedPart(
                region: region,
                decision: .balance(Balance(method: .sourceHash, shares: shares)),
                notes: [
                    "each client gets one of the addresses, but perhaps another one than before"
                ]
            )
        }
    }
}

extension Region {
    /// The connections to some ports; `nil` if there are none.
    fileprivate func narrowed(to ports: PortSet) -> Region? {
        intersection(Region(match: Match(destination: .init(ports: ports))))
    }
}
