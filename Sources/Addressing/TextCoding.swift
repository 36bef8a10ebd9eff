/// A value that is encoded as its description.
///
/// Stored generations contain addresses and ports in the usual notation, so that people can read
/// them.
public protocol TextCoded: Codable, CustomStringConvertible {
    /// Reads what ``description`` writes; `nil` if the text is anything else.
    init?(stored text: String)
}

extension TextCoded {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(stored: text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "not a \(Self.self): \(text)"
                )
            )
        }
        self = value
    }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension IPAddress: TextCoded {
    /// Reads the canonical text form.
    public init?(stored text: String) { self.init(text) }
}

extension Port: TextCoded {
    /// Reads a decimal number.
    public init?(stored text: String) {
        guard text.utf8.first != UInt8(ascii: "+"), let number = UInt16(text) else { return nil }
        self.init(number)
    }
}

extension PortSet: TextCoded {
    /// Reads ranges separated by commas.
    public init?(stored text: String) {
        var ranges: [ClosedRange<Port>] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Port(stored: String($0)) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1],
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.init(ranges)
    }
}

extension AddressRange: TextCoded {
    /// Reads an address, a prefix or a range.
    public init?(stored text: String) {
        guard let range = try? AddressRange(parsing: text) else { return nil }
        self = range
    }
}

extension AddressSet: TextCoded {
    /// The ranges, separated by commas.
    public var description: String { ranges.map(\.description).joined(separator: ",") }

    /// Reads ranges separated by commas.
    public init?(stored text: String) {
        var ranges: [AddressRange] = []
        for part in text.split(separator: ",") {
            guard let range = try? AddressRange(parsing: part) else { return nil }
            ranges.append(range)
        }
        self.init(ranges)
    }
}

extension IntervalSet: TextCoded, Codable {
    /// Reads intervals separated by commas.
    public init?(stored text: String) {
        var intervals: [ClosedRange<Number>] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").map { Number($0, radix: 10) }
            guard (1...2).contains(ends.count), let first = ends[0],
                let last = ends[ends.count - 1], first <= last
            else { return nil }
            intervals.append(first...last)
        }
        self.init(intervals)
    }
}

extension CgroupPath: TextCoded {
    /// Reads a path.
    public init?(stored text: String) { self.init(text) }
}
