import Addressing
import Diagnostics

/// The lines of a file of addresses: one a line, and comments behind `#`.
struct AddressLines: ~Copyable {
    /// What a line says.
    enum Line {
        /// An IPv4 address or prefix, the forms that large files consist of.
        case range(AddressRange)
        /// Anything else, with its place.
        case other(Node.Scalar)
        /// Something behind the first value.
        case surplus(SourceSpan)
        /// A value longer than any address, with the place of its beginning.
        case tooLong(SourceSpan)
    }

    /// More bytes than a range of the longest addresses has, with room for a mistake in it.
    private static let longest = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private let source: SourceID
    private var offset = 0
    private var line = 1
    private var start = 0
    private var hasValue = false

    /// Creates the lines of a text, which must outlive them.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ source: SourceID) {
        self.bytes = bytes
        self.source = source
    }

    /// The place of the current line.
    var lineStart: SourceSpan { SourceSpan(at: SourcePosition(line: line, column: 1), in: source) }

    /// The next value, or nothing at the end.
    mutating func next() -> Line? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x0A, 0x0D: endLine()
            case UInt8(ascii: " "), UInt8(ascii: "\t"): offset += 1
            case UInt8(ascii: "#"): skip { $0 != 0x0A && $0 != 0x0D }
            default: return value()
            }
        }
        return nil
    }

    private mutating func value() -> Line {
        let first = offset
        skip { byte in
            switch byte {
            case 0x0A, 0x0D, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "#"): false
            default: true
            }
        }
        let text = UnsafeBufferPointer(rebasing: bytes[first..<offset])
        if hasValue { return .surplus(span(text, from: first)) }
        hasValue = true
        guard text.count <= Self.longest else {
            return .tooLong(span(UnsafeBufferPointer(rebasing: text[..<1]), from: first))
        }
        if let range = IPv4Text.range(text) { return .range(range) }
        return .other(
            Node.Scalar(
                text: String(decoding: text, as: UTF8.self),
                span: span(text, from: first),
                isPlain: true
            )
        )
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while offset < bytes.count, condition(bytes[offset]) { offset += 1 }
    }

    /// Goes over the end of a line: a line feed, a carriage return, or both.
    private mutating func endLine() {
        let isReturn = bytes[offset] == 0x0D
        offset += 1
        if isReturn, offset < bytes.count, bytes[offset] == 0x0A { offset += 1 }
        line += 1
        start = offset
        hasValue = false
    }

    private func span(_ text: UnsafeBufferPointer<UInt8>, from first: Int) -> SourceSpan {
        let column = Self.scalars(in: bytes[start..<first]) + 1
        return SourceSpan(
            source: source,
            start: SourcePosition(line: line, column: column),
            end: SourcePosition(line: line, column: column + Self.scalars(in: text[...]))
        )
    }

    /// The number of characters, as columns count them: of each, one byte is no continuation.
    private static func scalars(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        bytes.count { $0 & 0xC0 != 0x80 }
    }
}
