/// Any number of addresses of both families, in one canonical form.
///
/// Two sets that hold the same addresses are equal, however they were written.
public struct AddressSet: Hashable, Sendable {
    private var ipv4: IntervalSet<UInt128>
    private var ipv6: IntervalSet<UInt128>

    /// Creates the set of all addresses in the given ranges.
    public init(_ ranges: some Collection<AddressRange>) {
        // Large policies consist of single addresses.
        if ranges.count == 1, let only = ranges.first {
            ipv4 = IntervalSet(only.family == .ipv4 ? [only.bits] : [])
            ipv6 = IntervalSet(only.family == .ipv6 ? [only.bits] : [])
            return
        }
        ipv4 = IntervalSet(ranges.lazy.filter { $0.family == .ipv4 }.map(\.bits))
        ipv6 = IntervalSet(ranges.lazy.filter { $0.family == .ipv6 }.map(\.bits))
    }

    /// The set's addresses as disjoint ranges: IPv4 before IPv6, ascending, as few as possible.
    public var ranges: [AddressRange] {
        IPFamily.allCases.flatMap { family in
            numbers(of: family).intervals.compactMap { AddressRange(family: family, bits: $0) }
        }
    }

    /// The number of ``ranges``.
    public var rangeCount: Int { ipv4.intervals.count + ipv6.intervals.count }

    /// The families of which the set holds an address.
    public var families: Set<IPFamily> {
        Set(IPFamily.allCases.filter { !numbers(of: $0).isEmpty })
    }

    /// Whether the set holds no address.
    public var isEmpty: Bool { ipv4.isEmpty && ipv6.isEmpty }

    /// Whether the set holds an address.
    public func contains(_ address: IPAddress) -> Bool {
        numbers(of: address.family).contains(address.bits)
    }

    /// Whether the sets have no address in common.
    public func isDisjoint(with other: AddressSet) -> Bool {
        ipv4.isDisjoint(with: other.ipv4) && ipv6.isDisjoint(with: other.ipv6)
    }

    /// Whether the set holds every address of a family.
    public func coversAll(of family: IPFamily) -> Bool {
        numbers(of: family).intervals == [AddressRange.all(of: family).bits]
    }

    /// The part of the set that belongs to one family.
    public func restricted(to family: IPFamily) -> AddressSet {
        AddressSet(ranges.filter { $0.family == family })
    }

    private func numbers(of family: IPFamily) -> IntervalSet<UInt128> {
        switch family {
        case .ipv4: ipv4
        case .ipv6: ipv6
        }
    }
}
