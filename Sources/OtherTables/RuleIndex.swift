internal import Addressing

/// Which rules of a chain a packet can match, by the first address or port that a rule asks for.
struct RuleIndex: Sendable {
    /// The places of rules in the chain, by what they ask for.
    private var guarded: [RuleGuard: [Int]] = [:]

    /// What rules ask for first, and the parts that they read then.
    private(set) var interests: [RuleGuard: Set<RuleGuard.Part>] = [:]

    /// The places of all rules.
    private let everything: [Int]

    /// The places of rules that ask for no address or port first.
    private var others: [Int] = []

    /// The places of rules that ask for each part of a packet first.
    private var byPart: [RuleGuard.Part: [Int]] = [:]

    /// The parts that the other rules read.
    private(set) var readByOthers: Set<RuleGuard.Part> = []

    /// Reads the rules of a chain.
    init(_ chain: OtherChain, in family: OtherTable.Family) {
        everything = Array(chain.rules.indices)
        for (place, rule) in chain.rules.enumerated() {
            let reading = RuleReading(rule, isOfOneFamily: family == .ip || family == .ip6)
            if let key = reading.key {
                guarded[key, default: []].append(place)
                byPart[key.part, default: []].append(place)
                interests[key, default: []].formUnion(reading.parts)
            } else {
                others.append(place)
                readByOthers.formUnion(reading.parts)
            }
        }
    }

    /// The places of the rules that a packet can match, in order.
    func places(for packet: FilterPacket) -> [Int] {
        guard byPart.keys.contains(where: { packet.key(of: $0) != nil }) else { return everything }
        var places = others
        for (part, all) in byPart {
            if let key = packet.key(of: part) {
                places += guarded[key] ?? []
            } else {
                places += all
            }
        }
        return places.count == others.count ? others : places.sorted()
    }
}

/// An address or port that a rule asks for.
struct RuleGuard: Sendable, Hashable {
    /// A part of a packet that rules ask for.
    enum Part: Sendable, Hashable, CaseIterable {
        case destinationPort
        case destinationAddress
        case sourcePort
        case sourceAddress

        var isOfDestination: Bool { self == .destinationPort || self == .destinationAddress }
    }

    let part: Part

    /// The address or port as a number.
    let bits: UInt128
}

extension FilterPacket {
    /// What the packet has of a part; `nil` if it is not known.
    func key(of part: RuleGuard.Part) -> RuleGuard? {
        let bits: UInt128? =
            switch part {
            case .destinationPort: destination.port.map { UInt128($0) }
            case .sourcePort: source.port.map { UInt128($0) }
            case .destinationAddress: destination.address?.bits
            case .sourceAddress: source.address?.bits
            }
        return bits.map { RuleGuard(part: part, bits: $0) }
    }
}
