import Addressing
import Diagnostics
import LocatedYAML
import TrustedFiles

/// The lists of addresses in files of their own; `nil` for a file that has been reported.
///
/// Each file is read once, even if it is named in several ways.
struct AddressFiles {
    var byPath: [String: AddressSet?] = [:]
    var byIdentity: [FileIdentity: AddressSet?] = [:]
}

/// Decodes lists of addresses that are in files of their own.
struct AddressFileDecoder {
    let context: DecodingContext

    /// The addresses in the file that a file of the policy names.
    func addresses(inFile name: Node.Scalar, of policy: String) -> AddressSet? {
        let path = FilePath.resolve(name.text, besideFile: policy)
        if let known = context.addressFiles.byPath[path] { return known }
        let set = readAddresses(path, named: name)
        context.addressFiles.byPath[path] = .some(set)
        return set
    }

    private func readAddresses(_ path: String, named name: Node.Scalar) -> AddressSet? {
        guard let opened = context.files.open(path: path, namedAt: name.span, bag: &context.bag)
        else {
            return nil
        }
        if let identity = opened.identity, let known = context.addressFiles.byIdentity[identity] {
            return known
        }
        guard let file = context.files.add(opened, namedAt: name.span, bag: &context.bag) else {
            return nil
        }
        let set = addresses(in: file, named: name)
        if let identity = opened.identity { context.addressFiles.byIdentity[identity] = set }
        return set
    }

    private func addresses(in file: SourceFiles.Text, named name: Node.Scalar) -> AddressSet? {
        let found = file.bytes.withUnsafeBufferPointer { bytes -> [AddressRange]? in
            ranges(AddressLines(bytes, file.source))
        }
        guard var ranges = found else { return nil }
        if ranges.isEmpty {
            context.bag.error(
                .emptyList,
                "the file \(name.text.quoted) names no address",
                at: name.span,
                "an empty list matches nothing",
                help: "write at least one address, prefix or range into it, one a line"
            )
            return nil
        }
        // Sorting here is many times as fast as in the set's generic code, which then finds
        // everything in order.
        ranges.sort { ($0.family, $0.bits.lowerBound) < ($1.family, $1.bits.lowerBound) }
        return AddressSet(ranges)
    }

    private func ranges(_ lines: consuming AddressLines) -> [AddressRange]? {
        let limit = context.files.limits.values
        var ranges: [AddressRange] = []
        var isComplete = true
        while let line = lines.next() {
            if let range = range(in: line) { ranges.append(range) } else { isComplete = false }
            guard ranges.count <= limit else {
                context.bag.error(
                    .fileTooLarge,
                    "the file contains more than \(limit) addresses",
                    at: lines.lineStart,
                    "reading stops here"
                )
                return nil
            }
        }
        return isComplete ? ranges : nil
    }

    private func range(in line: AddressLines.Line) -> AddressRange? {
        switch line {
        case .range(let range):
            return range
        case .other(let scalar):
            return context.read(scalar, AddressText.range)
        case .surplus(let span):
            context.bag.error(
                .invalidAddress,
                "a line contains one address, prefix or range",
                at: span,
                "this is one too many",
                help: "write each on a line of its own, a range without spaces, "
                    + "and a `#` before a comment"
            )
        case .tooLong(let span):
            context.bag.error(
                .invalidAddress,
                "a line is too long to be an address, a prefix or a range",
                at: span,
                "it begins here",
                help: "write each on a line of its own"
            )
        }
        return nil
    }
}

/// The lines of a file of addresses: one address on each, and comments after `#`.
private struct AddressLines: ~Copyable {
    /// A value of a line.
    enum Line {
        /// An IPv4 address or prefix: large files have mostly these.
        case range(AddressRange)
        /// Any other text.
        case other(Node.Scalar)
        /// A second value on one line.
        case surplus(SourceSpan)
        /// A value longer than any address, with the span of its first character.
        case tooLong(SourceSpan)
    }

    /// More bytes than a range of the longest addresses has, also with a mistake in it.
    private static let longest = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private let source: SourceID
    private var offset = 0
    private var line = 1
    private var start = 0
    private var hasValue = false

    /// Creates the lines of a text, which they must not outlive.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ source: SourceID) {
        self.bytes = bytes
        self.source = source
    }

    /// The beginning of the current line.
    var lineStart: SourceSpan { SourceSpan(at: SourcePosition(line: line, column: 1), in: source) }

    /// The next value, or `nil` at the end.
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
                span: span(text, from: first)
            )
        )
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while offset < bytes.count, condition(bytes[offset]) { offset += 1 }
    }

    /// Skips the end of a line: a line feed, a carriage return, or both.
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

    /// The number of characters, as columns count them: bytes that do not continue a character.
    private static func scalars(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        bytes.count { $0 & 0xC0 != 0x80 }
    }
}
