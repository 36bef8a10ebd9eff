import Diagnostics

/// The check that a file is UTF-8 text without control characters, before anything interprets it.
struct TextScan {
    /// Whether the file passed the check.
    private(set) var isClean = true

    private let source: SourceID
    private var line = 1
    private var column = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>, source: SourceID, bag: inout DiagnosticBag) {
        self.source = source
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            isClean = false
            bag.error(
                .invalidEncoding,
                "the file is UTF-16, not UTF-8",
                at: span(1),
                help: "save it as UTF-8, or convert it: `iconv -f utf-16 -t utf-8`"
            )
            return
        }
        scan(bytes, bag: &bag)
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, bag: inout DiagnosticBag) {
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case 0x20...0x7E, 0x09:
                if byte == UInt8(ascii: "%"), column == 1 {
                    checkDirective(bytes[offset...], bag: &bag)
                }
                let end = Self.endOfASCII(from: offset, in: bytes)
                column += end - offset
                offset = end
            case 0x0A, 0x0D:
                let isPair = byte == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x0A
                offset += isPair ? 2 : 1
                line += 1
                column = 1
            default:
                guard let (scalar, length) = Self.scalar(at: offset, in: bytes) else {
                    isClean = false
                    reportEncoding(byte, bag: &bag)
                    return
                }
                if !scalar.isPrintable {
                    isClean = false
                    reportCharacter(scalar, bag: &bag)
                }
                column += 1
                offset += length
            }
        }
    }

    /// Refuses `%TAG` before libyaml reads it: libyaml's time grows with the square of their number.
    private mutating func checkDirective(
        _ rest: Slice<UnsafeBufferPointer<UInt8>>,
        bag: inout DiagnosticBag
    ) {
        guard rest.starts(with: "%TAG".utf8) else { return }
        isClean = false
        bag.error(
            .yamlTag,
            "tags are not supported",
            at: span(4),
            "this declares one",
            help: "remove the line"
        )
    }

    private func reportEncoding(_ byte: UInt8, bag: inout DiagnosticBag) {
        let hex = String(byte, radix: 16, uppercase: true)
        bag.error(
            .invalidEncoding,
            "the file is not UTF-8 text",
            at: span(1),
            "the byte 0x\(hex) belongs to no UTF-8 character here",
            help: "save it as UTF-8, or convert it: `iconv -f latin1 -t utf-8`"
        )
    }

    private func reportCharacter(_ scalar: Unicode.Scalar, bag: inout DiagnosticBag) {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        let name = scalar.properties.name ?? scalar.properties.nameAlias ?? "a control character"
        bag.error(
            .invalidCharacter,
            "the character \(code) is not allowed",
            at: span(1),
            "this is \(name)",
            help: "delete it; it is invisible, and can make a text look different from what it is"
        )
    }

    private func span(_ length: Int) -> SourceSpan {
        SourceSpan(
            source: source,
            start: SourcePosition(line: line, column: column),
            end: SourcePosition(line: line, column: column + length)
        )
    }

    /// Where a run of ordinary characters of ASCII ends; nearly every file is a few long ones.
    private static func endOfASCII(
        from offset: Int,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var end = offset + 1
        while end < bytes.count {
            switch bytes[end] {
            case 0x20...0x7E, 0x09: end += 1
            default: return end
            }
        }
        return end
    }

    private static func scalar(
        at offset: Int,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> (Unicode.Scalar, length: Int)? {
        var decoder = UTF8()
        var rest = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return nil }
        return (scalar, UTF8.width(scalar))
    }
}
