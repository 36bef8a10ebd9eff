import Addressing
import PolicyModel

/// Packets that no redirect has decided yet, found by where they were sent and where they come from.
///
/// A policy can have 100,000 redirects and thousands of tests. Most redirects name a port or an address,
/// so each is asked only about the packets with these.
struct UndecidedPackets {
    private let packets: [FirstPacket]
    private var isDecided: [Bool]
    private var left: Int

    /// The places of the packets, each list sorted by its numbers; decided ones are taken out now and
    /// then.
    private var byPort: [Entry]
    private var byDestination: [IPFamily: [Entry]]
    private var bySource: [IPFamily: [Entry]]

    fileprivate struct Entry {
        let number: UInt128
        let packet: Int
    }

    private static let mostRanges = 64

    init(_ packets: [FirstPacket]) {
        self.packets = packets
        isDecided = packets.map { _ in false }
        left = packets.count
        let places = Array(packets.indices)
        func entries(of places: [Int], _ number: (FirstPacket) -> UInt128) -> [Entry] {
            places.map { Entry(number: number(packets[$0]), packet: $0) }
                .sorted { $0.number < $1.number }
        }
        let families = Dictionary(grouping: places) { packets[$0].family }
        byPort = entries(of: places) { UInt128($0.destinationPort?.number ?? 0) }
        byDestination = families.mapValues { entries(of: $0, \.destination.bits) }
        bySource = families.mapValues { entries(of: $0, \.source.bits) }
    }

    /// Whether every packet is decided.
    var isEmpty: Bool { left == 0 }

    /// Takes a packet out.
    mutating func decide(_ packet: Int) {
        isDecided[packet] = true
        left -= 1
        guard left * 2 < byPort.count else { return }
        let isDecided = isDecided
        func rest(_ entries: [Entry]) -> [Entry] { entries.filter { !isDecided[$0.packet] } }
        byPort = rest(byPort)
        byDestination = byDestination.mapValues(rest)
        bySource = bySource.mapValues(rest)
    }

    /// The places of the packets that a match can hold for; it holds for no others.
    func candidates(for match: Match) -> [Int] {
        var slices = [byPort[...]]
        if let ports = match.destination.ports {
            let ranges = ports.onlyRange.map { [$0] } ?? ports.ranges
            if ranges.count <= Self.mostRanges {
                slices = ranges.map {
                    byPort.slice(UInt128($0.lowerBound.number)...UInt128($0.upperBound.number))
                }
            }
        }
        if !match.destination.isLocal {
            narrow(&slices, to: match.destination.addresses, in: byDestination)
        }
        narrow(&slices, to: match.source.addresses, in: bySource)
        return slices.flatMap { $0.lazy.map(\.packet).filter { !isDecided[$0] } }
    }

    /// Takes the packets with some addresses instead, if they are fewer.
    private func narrow(
        _ slices: inout [ArraySlice<Entry>],
        to addresses: AddressSet?,
        in entries: [IPFamily: [Entry]]
    ) {
        guard let addresses, addresses.rangeCount <= Self.mostRanges,
            slices.contains(where: { !$0.isEmpty })
        else { return }
        let others = addresses.ranges.map { (entries[$0.family] ?? []).slice($0.bits) }
        if others.count(of: \.count) < slices.count(of: \.count) { slices = others }
    }
}

extension Array {
    fileprivate func count(of size: (Element) -> Int) -> Int { reduce(0) { $0 + size($1) } }
}

extension [UndecidedPackets.Entry] {
    /// The entries with numbers of a range; these entries are sorted.
    fileprivate func slice(_ range: ClosedRange<UInt128>) -> ArraySlice<Element> {
        let start = firstIndex { $0.number >= range.lowerBound }
        return self[start..<Swift.max(start, firstIndex { $0.number > range.upperBound })]
    }

    /// The first place of which something holds that then holds of all later ones.
    private func firstIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
