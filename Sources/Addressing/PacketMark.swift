/// A condition for a packet's mark: the value of the bits under a mask.
public struct PacketMark: Hashable, Sendable {
    /// The value of the mark's bits under the mask; a subset of the mask.
    public let value: UInt32

    /// The bits that are compared; never 0.
    public let mask: UInt32

    /// Creates a condition; `nil` if the mask is 0, or the value has bits outside the mask.
    public init?(value: UInt32, mask: UInt32 = .max) {
        guard mask != 0, value & ~mask == 0 else { return nil }
        self.value = value
        self.mask = mask
    }
}

extension PacketMark: CustomStringConvertible {
    /// The value in hexadecimal, with the mask unless it has all bits: `0x10/0xff`.
    public var description: String {
        let value = "0x" + String(value, radix: 16)
        return mask == .max ? value : value + "/0x" + String(mask, radix: 16)
    }
}

extension PacketMark: TextCoded {
    /// Reads what ``description`` writes.
    public init?(stored text: String) {
        let parts = text.split(separator: "/").map { UInt32($0.dropFirst(2), radix: 16) }
        guard (1...2).contains(parts.count), let value = parts[0], let mask = parts.last ?? .max
        else {
            return nil
        }
        self.init(value: value, mask: parts.count == 1 ? .max : mask)
    }
}
