/// A set of addresses of both families, in a canonical form.
///
/// Two sets with the same addresses are equal, whatever ranges they were created from.
public struct AddressSet: Hashable, Sendable {
    private enum Storage: Hashable, Sendable {
        /// Consecutive IPv4 addresses, stored without an allocation: the usual case in large
        /// policies.
        case ipv4(ClosedRange<UInt32>)
        /// Any other addresses.
        indirect case any(ipv4: IntervalSet<UInt32>, ipv6: IntervalSet<UInt128>)
    }

    private let storage: Storage

    private init(ipv4: IntervalSet<UInt32>, ipv6: IntervalSet<UInt128>) {
        if ipv6.isEmpty, ipv4.intervals.count == 1 {
            storage = .ipv4(ipv4.intervals[0])
        } else {
            storage = .any(ipv4: ipv4, ipv6: ipv6)
        }
    }

    /// Creates the set of all addresses in the given ranges.
    public init(_ ranges: some Collection<AddressRange>) {
        self.init(all: Array(ranges))
    }

    private init(all ranges: [AddressRange]) {
        if ranges.count == 1 {
            self.init(ranges[0])
        } else {
            self.init(
                ipv4: IntervalSet(ranges.compactMap(\.ipv4)),
                ipv6: IntervalSet(ranges.compactMap(\.ipv6))
            )
        }
    }

    /// Creates the set of all addresses in a range.
    public init(_ range: AddressRange) {
        if let range = range.ipv4 {
            storage = .ipv4(range)
        } else {
            storage = .any(ipv4: IntervalSet([]), ipv6: IntervalSet([range.bits]))
        }
    }

    /// The fewest possible ranges with the set's addresses, in ascending order, IPv4 before IPv6.
    public var ranges: [AddressRange] {
        switch storage {
        case .ipv4(let range): [AddressRange(range)]
        case .any(let ipv4, let ipv6):
            ipv4.intervals.map { AddressRange($0) }
                + ipv6.intervals.compactMap { AddressRange(family: .ipv6, bits: $0) }
        }
    }

    /// The number of ``ranges``.
    public var rangeCount: Int {
        switch storage {
        case .ipv4: 1
        case .any(let ipv4, let ipv6): ipv4.intervals.count + ipv6.intervals.count
        }
    }

    /// The families of the set's addresses.
    public var families: Set<IPFamily> { IPFamily.all { holdsAny(of: $0) } }

    /// The family of the set's addresses; `nil` if there are addresses of both, or none.
    public var onlyFamily: IPFamily? {
        switch (holdsAny(of: .ipv4), holdsAny(of: .ipv6)) {
        case (true, false): .ipv4
        case (false, true): .ipv6
        case (false, false), (true, true): nil
        }
    }

    /// Whether the set contains an address of a family.
    public func holdsAny(of family: IPFamily) -> Bool {
        switch (storage, family) {
        case (.ipv4, .ipv4): true
        case (.ipv4, .ipv6): false
        case (.any(let ipv4, _), .ipv4): !ipv4.isEmpty
        case (.any(_, let ipv6), .ipv6): !ipv6.isEmpty
        }
    }

    /// The number of ``ranges`` of a family.
    public func rangeCount(of family: IPFamily) -> Int {
        switch (storage, family) {
        case (.ipv4, .ipv4): 1
        case (.ipv4, .ipv6): 0
        case (.any(let ipv4, _), .ipv4): ipv4.intervals.count
        case (.any(_, let ipv6), .ipv6): ipv6.intervals.count
        }
    }

    /// Whether the set is empty.
    public var isEmpty: Bool { rangeCount == 0 }

    /// Whether the set contains an address.
    public func contains(_ address: IPAddress) -> Bool {
        switch (storage, address.family) {
        case (.ipv4(let range), .ipv4): range.contains(UInt32(truncatingIfNeeded: address.bits))
        case (.ipv4, .ipv6): false
        case (.any(let ipv4, _), .ipv4): ipv4.contains(UInt32(truncatingIfNeeded: address.bits))
        case (.any(_, let ipv6), .ipv6): ipv6.contains(address.bits)
        }
    }

    /// Whether the sets have no address in common.
    public func isDisjoint(with other: AddressSet) -> Bool {
        switch (storage, other.storage) {
        case (.ipv4(let range), .ipv4(let otherRange)): !range.overlaps(otherRange)
        case (.ipv4(let range), .any(let ipv4, _)), (.any(let ipv4, _), .ipv4(let range)):
            ipv4.isDisjoint(with: IntervalSet([range]))
        case (.any(let ipv4, let ipv6), .any(let otherIPv4, let otherIPv6)):
            ipv4.isDisjoint(with: otherIPv4) && ipv6.isDisjoint(with: otherIPv6)
        }
    }

    /// Whether the set contains all addresses of a family.
    public func coversAll(of family: IPFamily) -> Bool {
        switch (storage, family) {
        case (.ipv4(let range), .ipv4): range == 0...UInt32.max
        case (.ipv4, .ipv6): false
        case (.any(let ipv4, _), .ipv4): ipv4.intervals == [0...UInt32.max]
        case (.any(_, let ipv6), .ipv6): ipv6.intervals == [0...UInt128.max]
        }
    }

    /// The set's addresses of one family.
    public func restricted(to family: IPFamily) -> AddressSet {
        switch (storage, family) {
        case (.ipv4, .ipv4): self
        case (.ipv4, .ipv6): AddressSet(ipv4: IntervalSet([]), ipv6: IntervalSet([]))
        case (.any(let ipv4, _), .ipv4): AddressSet(ipv4: ipv4, ipv6: IntervalSet([]))
        case (.any(_, let ipv6), .ipv6): AddressSet(ipv4: IntervalSet([]), ipv6: ipv6)
        }
    }
}

extension AddressRange {
    fileprivate init(_ range: ClosedRange<UInt32>) {
        self.init(
            family: .ipv4,
            unchecked: UInt128(range.lowerBound)...UInt128(range.upperBound)
        )
    }

    /// The numbers of the addresses; `nil` unless they are IPv4.
    fileprivate var ipv4: ClosedRange<UInt32>? {
        guard family == .ipv4 else { return nil }
        return UInt32(
            truncatingIfNeeded: bits.lowerBound
        )...UInt32(
            truncatingIfNeeded: bits.upperBound
        )
    }

    /// The numbers of the addresses; `nil` unless they are IPv6.
    fileprivate var ipv6: ClosedRange<UInt128>? { family == .ipv6 ? bits : nil }
}
