/// One or more consecutive addresses of one family: a single address, a prefix or a range.
public struct AddressRange: Hashable, Sendable {
    /// The family of both ends.
    public let family: IPFamily

    /// The numbers of the first and the last address.
    public let bits: ClosedRange<UInt128>

    /// Creates a range from its numbers; `nil` if the family has no such addresses.
    public init?(family: IPFamily, bits: ClosedRange<UInt128>) {
        guard bits.upperBound <= IPAddress.highest(in: family) else { return nil }
        self.family = family
        self.bits = bits
    }

    /// Creates the range of one address.
    public init(_ address: IPAddress) {
        family = address.family
        bits = address.bits...address.bits
    }

    /// All addresses of a family.
    public static func all(of family: IPFamily) -> AddressRange {
        AddressRange(family: family, unchecked: 0...IPAddress.highest(in: family))
    }

    /// The loopback addresses: 127.0.0.0/8 (RFC 1122, 3.2.1.3) or ::1 (RFC 4291, 2.5.3).
    public static func loopback(of family: IPFamily) -> AddressRange {
        switch family {
        case .ipv4: AddressRange(family: .ipv4, unchecked: 127 << 24...(128 << 24) - 1)
        case .ipv6: AddressRange(family: .ipv6, unchecked: 1...1)
        }
    }

    /// Whether all addresses of another range are in this one.
    public func contains(_ other: AddressRange) -> Bool {
        family == other.family && bits.lowerBound <= other.bits.lowerBound
            && other.bits.upperBound <= bits.upperBound
    }

    /// The length of the prefix, in bits; `nil` if the range is no prefix.
    public var prefixLength: Int? {
        let span = bits.upperBound - bits.lowerBound
        guard span & (span &+ 1) == 0, bits.lowerBound & span == 0 else { return nil }
        return family.bitWidth - (UInt128.bitWidth - span.leadingZeroBitCount)
    }

    init(family: IPFamily, unchecked bits: ClosedRange<UInt128>) {
        self.family = family
        self.bits = bits
    }
}

extension AddressRange: CustomStringConvertible {
    /// The shortest text form: `10.0.0.5`, `10.0.0.0/8` or `10.0.0.5-10.0.0.9`.
    public var description: String {
        let first = text(of: bits.lowerBound)
        switch prefixLength {
        case family.bitWidth: return first
        case let length?: return "\(first)/\(length)"
        case nil: return "\(first)-\(text(of: bits.upperBound))"
        }
    }

    private func text(of number: UInt128) -> String {
        IPAddress(family: family, bits: number)?.description ?? ""
    }
}

// MARK: - Text

extension AddressRange {
    /// The reason why a text is no range of addresses.
    public enum Malformed: Error, Hashable {
        /// The text does not have the form of an address, prefix or range.
        case notAnAddress
        /// The text after the slash is no number, or larger than the family's width.
        case prefixLength(IPFamily)
        /// Bits after the prefix are set; the value is the network with these bits cleared.
        case hostBitsSet(network: AddressRange)
        /// The two ends of the range are of different families.
        case mixedFamilies
        /// The first end of the range is above the second; the value is the range in the right order.
        case upsideDown(swapped: AddressRange)
    }

    /// Reads `ADDRESS`, `ADDRESS/LENGTH` or `ADDRESS-ADDRESS`.
    public init(parsing text: some StringProtocol) throws(Malformed) {
        if let slash = text.firstIndex(of: "/") {
            try self.init(
                network: text[..<slash],
                length: text[text.index(after: slash)...]
            )
        } else if let dash = text.firstIndex(of: "-") {
            try self.init(first: text[..<dash], last: text[text.index(after: dash)...])
        } else if let address = IPAddress(text) {
            self.init(address)
        } else {
            throw .notAnAddress
        }
    }

    private init(
        network: some StringProtocol,
        length: some StringProtocol
    ) throws(Malformed) {
        guard let address = IPAddress(network) else { throw .notAnAddress }
        let width = address.family.bitWidth
        guard !length.isEmpty, length.allSatisfy({ ("0"..."9").contains($0) }),
            length.first != "0" || length.count == 1, let length = Int(length), length <= width
        else { throw .prefixLength(address.family) }
        let hostBits =
            length == 0
            ? IPAddress.highest(in: address.family)
            : (UInt128(1) << UInt128(width - length)) - 1
        let first = address.bits & ~hostBits
        let network = AddressRange(family: address.family, unchecked: first...(first | hostBits))
        guard first == address.bits else { throw .hostBitsSet(network: network) }
        self = network
    }

    private init(first: some StringProtocol, last: some StringProtocol) throws(Malformed) {
        guard let first = IPAddress(first), let last = IPAddress(last) else {
            throw .notAnAddress
        }
        guard first.family == last.family else { throw .mixedFamilies }
        guard first <= last else {
            throw .upsideDown(
                swapped: AddressRange(family: first.family, unchecked: last.bits...first.bits)
            )
        }
        self.init(family: first.family, unchecked: first.bits...last.bits)
    }
}
