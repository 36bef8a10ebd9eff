import Addressing
import PolicyModel

extension Fate {
    /// What becomes of the connections of a region, in one form for each outcome.
    func outcome(in region: Region) -> RegionOutcome {
        let places = shares.isEmpty ? [nil] : shares.map(\.target)
        var sequence: [(place: RegionPlace, weight: UInt64)] = []
        for (index, target) in places.enumerated() {
            let place = region.place(of: target, from: source)
            let weight = shares.isEmpty ? 1 : UInt64(shares[index].weight)
            if sequence.last?.place == place {
                sequence[sequence.count - 1].weight += weight
            } else {
                sequence.append((place, weight))
            }
        }
        var weights: [RegionPlace: UInt64] = [:]
        for (place, weight) in sequence { weights[place, default: 0] += weight }
        let isInOrder = method == .sourceHash && weights.count > 1
        return RegionOutcome(
            weights: weights.reduced,
            order: isInOrder ? sequence.map { [$0.place: $0.weight] } : []
        )
    }
}

/// Where connections of a region go, with the least weights.
struct RegionOutcome: Equatable {
    let weights: [RegionPlace: UInt64]

    /// The places by the client's hash; empty if they are not chosen by it.
    let order: [[RegionPlace: UInt64]]
}

/// A place, in relation to where a connection of the region was sent.
struct RegionPlace: Hashable {
    enum Host: Hashable {
        case kept
        case address(UInt128)
        /// The address whose number is larger by so much.
        case moved(by: UInt128, toLoopback: Bool)
        /// The address of the interface on which the connection arrived.
        case arrival
    }

    enum NewPort: Hashable {
        case kept
        case one(UInt16)
        case shifted(by: Int)
    }

    let host: Host
    let port: NewPort

    /// What the source becomes; `nil` if it stays.
    var source: Masquerade.Source?
}

/// Connections for which two targets either always or never are the same place.
struct Region {
    var box: Box

    /// The only destination, if it is one that a target names.
    var destination: UInt128?

    /// The only port, if it is one that a target names.
    var port: UInt16?

    var isOutbound = false

    /// Whether the connections were sent to this machine, where that makes a difference.
    var isToThisMachine = false

    func place(of target: Target?, from source: Masquerade.Source?) -> RegionPlace {
        let host: RegionPlace.Host =
            switch target {
            case nil, .port?: .kept
            case .address(let address, _)?: self.host(address.bits)
            case .prefix(let move)?: self.host(move)
            case .local?: isOutbound ? self.host(IPAddress.loopback(of: box.family).bits) : .arrival
            }
        let port: RegionPlace.NewPort =
            switch target?.port {
            case nil: .kept
            case .one(let port)?: self.port == port.number ? .kept : .one(port.number)
            case .shift(let shift)? where shift.offset == 0: .kept
            case .shift(let shift)?:
                self.port.map { .one(UInt16(clamping: Int($0) + shift.offset)) }
                    ?? .shifted(by: shift.offset)
            }
        var place = RegionPlace(host: host, port: port)
        if leavesThisMachine(for: place) { place.source = source }
        return place
    }

    private func host(_ address: UInt128) -> RegionPlace.Host {
        destination == address ? .kept : .address(address)
    }

    private func host(_ move: PrefixMove) -> RegionPlace.Host {
        if move.offset == 0 { return .kept }
        return destination.flatMap { IPAddress(family: move.family, bits: $0) }.flatMap { move($0) }
            .map { host($0.bits) }
            ?? .moved(
                by: move.offset,
                toLoopback: AddressRange.loopback(of: move.family).contains(move.destination)
            )
    }

    /// Whether sources are changed: only where connections leave for another place than they were sent to.
    private func leavesThisMachine(for place: RegionPlace) -> Bool {
        switch place.host {
        case .arrival: false
        case .moved(_, let toLoopback): !toLoopback
        case .address(let address):
            !AddressRange.loopback(of: box.family).bits.contains(address)
        case .kept: !isToThisMachine && place.port != .kept
        }
    }
}

// MARK: - Splitting

extension Region {
    /// One region for all but some numbers, and one for each of them.
    func split(
        _ dimension: Dimension,
        _ numbers: some Sequence<UInt128>,
        _ mark: (inout Region, UInt128?) -> Void
    ) -> [Region] {
        let numbers = Set(numbers)
        guard !numbers.isEmpty else { return [self] }
        var regions: [Region] = []
        for number in numbers.sorted() {
            var region = self
            guard region.box.narrow(dimension, to: NumberSet(number)) else { continue }
            mark(&region, number)
            regions.append(region)
        }
        let others = box.outside(dimension, NumberSet(numbers.map { $0...$0 }))
        return others.map { box in
            var region = self
            region.box = box
            mark(&region, nil)
            return region
        } + regions
    }
}

extension Region {
    /// One region for what is sent to loopback addresses, which are always this machine's, and one for the
    /// rest.
    func splitAtLoopback() -> [Region] {
        let loopback = NumberSet([AddressRange.loopback(of: box.family).bits])
        var inside = self
        guard inside.box.narrow(.destination, to: loopback) else { return [self] }
        inside.isToThisMachine = true
        return box.outside(.destination, loopback).map { box in
            var region = self
            region.box = box
            return region
        } + [inside]
    }
}

extension Box {
    /// The packets whose number is none of some: one box, or none.
    func outside(_ dimension: Dimension, _ numbers: NumberSet) -> [Box] {
        var box = self
        let others = NumberSet([dimension.all(in: family)]).subtracting(numbers)
        return box.narrow(dimension, to: others) ? [box] : []
    }
}
