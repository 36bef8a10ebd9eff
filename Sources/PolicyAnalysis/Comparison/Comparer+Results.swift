import Addressing
import PolicyModel

extension Comparer {
    /// What was found, in the order of the new policy, then of the old one.
    var sorted: [Found] {
        found.enumerated().sorted { left, right in
            (left.element.new ?? .max, left.element.old ?? .max, left.offset)
                < (right.element.new ?? .max, right.element.old ?? .max, right.offset)
        }.map(\.element)
    }

    /// The first changes; each was checked by the interpreter.
    mutating func changes(atMost limit: Int) -> [PolicyComparison.Change] {
        let (oldPolicy, newPolicy) = (old.policy, new.policy)
        return sorted.prefix(limit).compactMap { found in
            if let packet = space.packet(at: found.point) {
                let was = oldPolicy.outcome(of: packet)
                let becomes = newPolicy.outcome(of: packet)
                if isTrue(found, was, becomes, of: packet) {
                    return change(found, example(found, was, becomes, of: packet))
                }
                if let redirect = becomes.redirect ?? was.redirect {
                    undecided.append(redirect.name)
                }
                return nil
            }
            return change(found, nil)
        }
    }

    /// Whether the interpreter agrees.
    private func isTrue(
        _ found: Found,
        _ was: Outcome,
        _ becomes: Outcome,
        of packet: FirstPacket
    ) -> Bool {
        was.redirect?.name == found.old.map { old.redirects[$0].name }
            && becomes.redirect?.name == found.new.map { new.redirects[$0].name }
            && ConcreteFate(was, of: packet) != ConcreteFate(becomes, of: packet)
    }

    private func example(
        _ found: Found,
        _ was: Outcome,
        _ becomes: Outcome,
        of packet: FirstPacket
    ) -> PolicyComparison.Example {
        var named = NamedPoint(found.point)
        named.name(sidesOf: found.box)
        for box in boxes(of: was.redirect) + boxes(of: becomes.redirect)
        where box.contains(found.point) {
            named.name(sidesOf: box)
        }
        for (deciders, place) in [(old, found.old), (new, found.new)] {
            for redirect in deciders.redirects(before: place)
            where redirect.mayMatch(withUnnamed: packet) {
                for box in boxes(of: redirect) { named.tellApart(from: box) }
            }
        }
        let witness = space.witness(at: found.point, naming: [named.box])
        return .init(
            packet: packet,
            connection: witness?.connection,
            old: was,
            new: becomes
        )
    }

    private func change(
        _ found: Found,
        _ example: PolicyComparison.Example?
    ) -> PolicyComparison.Change {
        .init(
            old: found.old.map { old.redirects[$0] },
            new: found.new.map { new.redirects[$0] },
            oldFate: found.fates.old,
            newFate: found.fates.new,
            example: example
        )
    }

    private func boxes(of redirect: Redirect?) -> [Box] {
        redirect.flatMap { space.boxes(of: $0) } ?? []
    }
}

extension Deciders {
    /// The redirects that are tried before one; all of them if none decides.
    fileprivate func redirects(before place: Int?) -> some Sequence<Redirect> {
        places.lazy.prefix { $0 < place ?? .max }.map { self.redirects[$0] }
    }
}

extension Redirect {
    /// Whether it might match another packet to the same place, as far as that is easily said.
    fileprivate func mayMatch(withUnnamed packet: FirstPacket) -> Bool {
        switch mismatch(for: packet) {
        case nil, .disabled, .direction, .target,
            .key(.family), .key(.transport), .key(.destinationAddress), .key(.destinationPort):
            false
        case .key, .exception: true
        }
    }
}

/// A packet, and what has to be said of it so that its redirects are known.
private struct NamedPoint {
    private let point: Point

    /// All packets with the same numbers where they were named.
    private(set) var box: Box

    /// A packet of which only the place it was sent to is named.
    init(_ point: Point) {
        self.point = point
        box = Box(family: point.family)
        name(.origin)
        name(.transport)
        name(.destinationPort)
        if point[.locality] == 0 { name(.destination) }
        name(.locality)
    }

    /// Names what a box asks for.
    mutating func name(sidesOf other: Box) {
        for side in other.sides { name(side.dimension) }
        if other.mark != MarkBits() { nameMark() }
    }

    /// Names one more thing if a box could have the packet otherwise.
    mutating func tellApart(from other: Box) {
        guard box.overlaps(other), !other.contains(point) else { return }
        if let side = other.sides.first(where: { !$0.numbers.contains(point[$0.dimension]) }) {
            name(side.dimension)
        } else {
            nameMark()
        }
    }

    private mutating func name(_ dimension: Dimension) {
        _ = box.narrow(dimension, to: NumberSet(point[dimension]))
    }

    private mutating func nameMark() {
        if let mark = PacketMark(value: point.mark) { _ = box.narrow(markTo: MarkBits(mark)) }
    }
}
