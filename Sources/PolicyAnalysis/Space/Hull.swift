import Addressing
import PolicyModel

/// A rough outline of what a redirect matches: one range in each of some dimensions.
///
/// Redirects whose hulls do not overlap have no connection in common. Hulls are made without a
/// ``PacketSpace``, at a small part of the cost of boxes.
struct Hull {
    private var low = SIMD16<UInt64>(repeating: 0)
    private var high = SIMD16<UInt64>(repeating: .max)

    private enum Axis: Int, CaseIterable {
        case family, direction, transport, port, destination, source, sourcePort, user, group
        case interface, mark, dscp
    }

    /// Whether the ranges of all dimensions overlap.
    func overlaps(_ other: Hull) -> Bool {
        all((low .<= other.high) .& (other.low .<= high))
    }

    /// The smallest hull around this one and another.
    func union(_ other: Hull) -> Hull {
        var union = self
        union.low = pointwiseMin(low, other.low)
        union.high = pointwiseMax(high, other.high)
        return union
    }

    /// The hulls of a redirect, one for each family.
    static func hulls(of redirect: Redirect) -> [Hull] {
        IPFamily.allCases.compactMap { Hull(redirect, $0) }
    }

    /// The hull of what a redirect matches of a family; `nil` if that is certainly nothing.
    private init?(_ redirect: Redirect, _ family: IPFamily) {
        let match = redirect.match
        guard match.family == nil || match.family == family, !redirect.directions.isEmpty else {
            return nil
        }
        narrow(.family, family == .ipv4 ? 0...0 : 1...1)
        let isInbound = redirect.directions.contains(.inbound)
        narrow(.direction, (isInbound ? 0 : 1)...(redirect.directions.contains(.outbound) ? 1 : 0))
        if let protocols = match.protocols, let first = protocols.min(), let last = protocols.max()
        {
            narrow(.transport, UInt64(first.number)...UInt64(last.number))
        }
        narrow(.port, to: match.destination.ports)
        narrow(.sourcePort, to: match.source.ports)
        if let addresses = match.destination.addresses, !match.destination.isLocal {
            guard let range = Self.range(addresses, family) else { return nil }
            narrow(.destination, range)
        }
        if let addresses = match.source.addresses {
            guard let range = Self.range(addresses, family) else { return nil }
            narrow(.source, range)
        }
        narrow(.user, to: match.users)
        narrow(.group, to: match.groups)
        if let mark = match.mark {
            narrow(.mark, UInt64(mark.value)...UInt64(mark.value | ~mark.mask))
        }
        if let dscp = match.dscp?.map({ UInt64($0.number) }), let first = dscp.min(),
            let last = dscp.max()
        {
            narrow(.dscp, first...last)
        }
        // Two names overlap only if they are the same.
        if let interfaces = match.interfaces, interfaces.count == 1, let only = interfaces.first,
            !only.isPrefix
        {
            let hash = only.name.utf8.reduce(UInt64(0)) { $0 &* 257 &+ UInt64($1) }
            narrow(.interface, hash...hash)
        }
    }

    /// Rounded outwards: an address of IPv6 counts by its first half.
    private static func range(_ addresses: AddressSet, _ family: IPFamily) -> ClosedRange<UInt64>? {
        let ranges = addresses.restricted(to: family).ranges
        guard let first = ranges.first, let last = ranges.last else { return nil }
        let shift: UInt128 = family == .ipv4 ? 0 : 64
        return UInt64(
            truncatingIfNeeded: first.bits.lowerBound >> shift
        )...UInt64(truncatingIfNeeded: last.bits.upperBound >> shift)
    }

    private mutating func narrow(_ axis: Axis, to ports: PortSet?) {
        guard let ranges = ports?.ranges, let first = ranges.first, let last = ranges.last else {
            return
        }
        narrow(axis, UInt64(first.lowerBound.number)...UInt64(last.upperBound.number))
    }

    private mutating func narrow(_ axis: Axis, to accounts: IntervalSet<UInt32>?) {
        guard let all = accounts?.intervals, let first = all.first, let last = all.last else {
            return
        }
        narrow(axis, UInt64(first.lowerBound)...UInt64(last.upperBound))
    }

    private mutating func narrow(_ axis: Axis, _ range: ClosedRange<UInt64>) {
        low[axis.rawValue] = range.lowerBound
        high[axis.rawValue] = range.upperBound
    }

    /// The dimension in which some hulls differ most, by their lower ends; `nil` if they do in none.
    fileprivate static func splittingAxis(of hulls: some Collection<Hull>) -> Int? {
        let sample = hulls.prefix(64)
        let counts = Axis.allCases.map { axis in Set(sample.map { $0.low[axis.rawValue] }).count }
        guard let most = counts.max(), most > 1 else { return nil }
        return counts.firstIndex(of: most)
    }

    fileprivate subscript(axis: Int) -> UInt64 { low[axis] }
}

/// Hulls, asked for those that overlap another.
struct HullTree {
    private struct Node {
        let hull: Hull
        /// The entries of a leaf, or of all leaves below.
        let entries: Range<Int>
        /// The second child; `nil` for a leaf.
        ///
        /// The first child comes right after the node.
        var second: Int?
    }

    private var entries: [(hull: Hull, owner: Int)]
    private var nodes: [Node] = []

    private static let mostInLeaf = 4

    /// Makes a tree of some hulls and whose they are.
    init(_ entries: [(hull: Hull, owner: Int)]) {
        self.entries = entries
        if !entries.isEmpty { build(entries.indices) }
    }

    private mutating func build(_ range: Range<Int>) {
        let hull = entries[range].dropFirst().reduce(entries[range.lowerBound].hull) {
            $0.union($1.hull)
        }
        let number = nodes.count
        nodes.append(Node(hull: hull, entries: range))
        guard range.count > Self.mostInLeaf else { return }
        let step = max(range.count / 64, 1)
        let sample = stride(from: range.lowerBound, to: range.upperBound, by: step)
        guard let axis = Hull.splittingAxis(of: sample.map { entries[$0].hull }) else { return }
        entries[range].sort { $0.hull[axis] < $1.hull[axis] }
        let middle = range.lowerBound + range.count / 2
        build(range.lowerBound..<middle)
        nodes[number].second = nodes.count
        build(middle..<range.upperBound)
    }

    /// Calls a function with the owner of each hull that overlaps another, until it returns `false`.
    func visit(overlapping hull: Hull, _ goesOn: (Int) -> Bool) {
        var open = nodes.isEmpty ? [] : [0]
        while let number = open.popLast() {
            let node = nodes[number]
            guard node.hull.overlaps(hull) else { continue }
            if let second = node.second {
                open.append(second)
                open.append(number + 1)
            } else {
                for entry in entries[node.entries] where entry.hull.overlaps(hull) {
                    guard goesOn(entry.owner) else { return }
                }
            }
        }
    }
}
