/// A differentiated services code point (RFC 2474): the six bits by which networks tell classes of
/// traffic.
public struct CodePoint: Hashable, Sendable {
    /// The number, from 0 to 63.
    public let number: UInt8

    /// Creates a code point, or returns `nil` for a number above 63.
    public init?(_ number: UInt8) {
        guard number < 64 else { return nil }
        self.number = number
    }

    /// All code points, ascending.
    public static let all = (UInt8.min...63).compactMap { CodePoint($0) }

    /// The names of RFC 2474, 2597, 3246, 5865 and 8622.
    public static let names: [String: CodePoint] = {
        var numbers: [String: UInt8] = ["ef": 46, "va": 44, "le": 1]
        for selector in UInt8(0)...7 { numbers["cs\(selector)"] = 8 * selector }
        for group in UInt8(1)...4 {
            for drop in UInt8(1)...3 { numbers["af\(group)\(drop)"] = 8 * group + 2 * drop }
        }
        return numbers.compactMapValues { CodePoint($0) }
    }()
}

extension CodePoint: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(number) }
}

extension CodePoint: Comparable {
    /// Orders by number.
    public static func < (left: CodePoint, right: CodePoint) -> Bool { left.number < right.number }
}

extension CodePoint: TextCoded {
    /// Reads what ``description`` writes.
    public init?(stored text: String) {
        guard let number = UInt8(text), "\(number)" == text else { return nil }
        self.init(number)
    }
}
