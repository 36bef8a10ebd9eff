import Addressing
import PolicyModel

/// Two effects on connections of the same family.
struct EffectPair {
    /// What both sides make of some connections.
    struct Fates: Hashable {
        let old: Fate
        let new: Fate
    }

    private let old: Effect
    private let new: Effect

    private static let mostRegions = 20_000

    init(_ old: Redirect?, _ new: Redirect?, _ family: IPFamily) {
        self.old = Effect(of: old, family)
        self.new = Effect(of: new, family)
    }

    /// The connections of a box that go elsewhere, in disjoint boxes.
    func changed(in box: Box) throws(Undecided) -> [(fates: Fates, boxes: [Box])] {
        var changed: [(fates: Fates, boxes: [Box])] = []
        for (inOld, boxes) in Self.split(box, by: old) {
            for box in boxes {
                for (inNew, boxes) in Self.split(box, by: new) {
                    let fates = Fates(
                        old: old.fate(isMasqueraded: inOld),
                        new: new.fate(isMasqueraded: inNew)
                    )
                    guard fates.old != fates.new else { continue }
                    var differing: [Box] = []
                    for box in boxes {
                        for region in try regions(of: box, fates)
                        where fates.old.outcome(in: region) != fates.new.outcome(in: region) {
                            differing.append(region.box)
                        }
                    }
                    if !differing.isEmpty { changed.append((fates, differing)) }
                }
            }
        }
        return changed
    }

    /// The connections whose sources a redirect changes, and the others.
    private static func split(_ box: Box, by effect: Effect) -> [(Bool, [Box])] {
        guard effect.source != nil else { return [(false, [box])] }
        guard let clients = effect.clients else { return [(true, [box])] }
        var inside = box
        let isPossible = inside.narrow(.source, to: clients)
        return [(true, isPossible ? [inside] : []), (false, box.outside(.source, clients))]
    }

    /// Splits a box so that places can be compared without looking at single connections.
    private func regions(of box: Box, _ fates: Fates) throws(Undecided) -> [Region] {
        let targets = old.targets + new.targets
        let changesSource = fates.old.source != nil || fates.new.source != nil
        var regions = [Region(box: box)]
        if targets.contains(where: { $0?.isLocal == true }) {
            regions = regions.flatMap { region in
                region.split(.origin, [Origin.inbound.rawValue]) { $0.isOutbound = $1 == nil }
            }
        }
        if changesSource {
            regions = regions.flatMap { region in
                region.split(.locality, [1]) { $0.isToThisMachine = $1 == 1 }
            }.flatMap { $0.splitAtLoopback() }
        }
        let moves = targets.compactMap { $0?.move }
        if changesSource || !moves.isEmpty || targets.contains(where: \.keepsHost) {
            var hosts = targets.compactMap { $0?.address }.filter { $0.family == box.family }
                .map(\.bits)
            if targets.contains(where: { $0?.isLocal == true }) {
                hosts.append(IPAddress.loopback(of: box.family).bits)
            }
            // A moved address is the same as a named one for one destination only.
            guard hosts.count * (1 + moves.count) <= Self.mostRegions else { throw Undecided() }
            hosts += moves.flatMap { move in
                hosts.map { $0 &- move.offset }.filter(move.origin.bits.contains)
            }
            regions = regions.flatMap { $0.split(.destination, hosts) { $0.destination = $1 } }
        }
        // Sources stay where the place does, so each place is compared with the one asked for, too.
        let ports = Self.namedPorts(of: targets.map { $0?.port } + (changesSource ? [nil] : []))
        guard regions.count * max(ports.count, 1) <= Self.mostRegions else { throw Undecided() }
        return regions.flatMap { region in
            region.split(.destinationPort, ports.map { UInt128($0) }) { region, port in
                region.port = port.map { UInt16(truncatingIfNeeded: $0) }
            }
        }
    }

    /// The ports for which two of the new ports can be the same.
    private static func namedPorts(of ports: [NewPort?]) -> Set<UInt16> {
        var fixed: Set<UInt16> = []
        // An offset of zero is a port that stays.
        var offsets: Set<Int> = []
        for port in ports {
            switch port {
            case nil: offsets.insert(0)
            case .one(let port)?: fixed.insert(port.number)
            case .shift(let shift)?: offsets.insert(shift.offset)
            }
        }
        var named: Set<UInt16> = offsets.isEmpty ? [] : fixed
        for offset in offsets {
            named.formUnion(fixed.compactMap { UInt16(exactly: Int($0) - offset) })
        }
        return named
    }
}

extension Target? {
    fileprivate var keepsHost: Bool {
        switch self {
        case nil, .port?: true
        case .address?, .prefix?, .local?: false
        }
    }
}
