/// One bit of the label of a tracked connection, which the kernel keeps until the connection ends
/// (nft(8), "ct label").
///
/// A rule can set a bit and never clear it.
public struct ConnectionLabel: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The bit's number.
    public let bit: UInt8

    /// The numbers of all bits (XT_CONNLABEL_MAXBIT in the kernel's xt_connlabel.h).
    public static let bits: ClosedRange<UInt8> = 0...127

    /// Creates a label; `nil` if there is no such bit.
    public init?(bit: UInt8) {
        guard Self.bits.contains(bit) else { return nil }
        self.bit = bit
    }

    private init(unchecked bit: UInt8) {
        self.bit = bit
    }

    /// The highest eight bits, which are the least likely to be used by other programs.
    public static let highestEight = Self(unchecked: 120)...Self(unchecked: 127)

    /// The bit's number in decimal digits.
    public var description: String { "\(bit)" }

    /// Orders by the bit's number.
    public static func < (left: Self, right: Self) -> Bool { left.bit < right.bit }
}

extension ConnectionLabel: Codable {
    /// Decodes the bit's number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let label = Self(bit: try container.decode(UInt8.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a label has the bits 0 to 127"
            )
        }
        self = label
    }

    /// Encodes the bit's number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bit)
    }
}
