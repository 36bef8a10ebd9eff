import Diagnostics

/// Where a ``PlainReader`` has come to in its text.
struct PlainScanner {
    typealias NotPlain = PlainReader.NotPlain

    /// A single value, or a key.
    struct Piece {
        /// Where its text lies among the bytes.
        let text: Range<Int>
        let start: SourcePosition
        let end: SourcePosition
        let isPlain: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var line = 1

    /// Where the line begins; or where it would begin if every character of it were one byte.
    private var lineStart = 0

    /// The column, from 0, of what comes first in the current line; -1 at the end of the text.
    private(set) var indentation = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    // MARK: - What follows

    /// The next byte; 0, which no text holds, at the end.
    var next: UInt8 { byte(at: offset) }

    /// Whether there is nothing more, and the last line was complete.
    var isAtEnd: Bool { indentation < 0 }

    /// Whether the dash of a list's item follows.
    var isAtDash: Bool { next == Self.dash && isGap(at: offset + 1) }

    /// Whether a key follows.
    var isAtKey: Bool { endOfKey != nil }

    /// Whether there is nothing more in the line, besides a comment.
    var isAtLastOfLine: Bool {
        var index = offset
        while byte(at: index) == Self.space { index += 1 }
        return switch byte(at: index) {
        case 0, Self.lineFeed: true
        case Self.comment: index > offset
        default: false
        }
    }

    /// The column, from 0.
    var column: Int { offset - lineStart }

    var position: SourcePosition { SourcePosition(line: line, column: column + 1) }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private func isGap(at index: Int) -> Bool {
        switch byte(at: index) {
        case Self.space, Self.lineFeed, 0: true
        default: false
        }
    }

    // MARK: - Going on

    mutating func skip(_ count: Int) { offset += count }

    /// Goes over a byte that must follow.
    mutating func skip(_ byte: UInt8) throws(NotPlain) {
        guard next == byte else { throw NotPlain() }
        offset += 1
    }

    /// Goes over one space, and all that follow it.
    mutating func skipSpace() throws(NotPlain) {
        try skip(Self.space)
        while next == Self.space { offset += 1 }
    }

    /// Goes to the next line that holds a value; in this one only a comment may be left.
    mutating func skipToNextLine() throws(NotPlain) {
        var isAtStart = offset == 0
        while true {
            let first = offset
            while next == Self.space { offset += 1 }
            switch next {
            case 0:
                indentation = -1
                return
            case Self.lineFeed:
                skipLineFeed()
                isAtStart = true
            case Self.comment where isAtStart || offset > first:
                try skipComment()
            default:
                guard isAtStart else { throw NotPlain() }
                indentation = column
                return
            }
        }
    }

    /// Goes to the next value or bracket, over ends of lines as well.
    mutating func skipInBrackets() throws(NotPlain) {
        while true {
            let first = offset
            while next == Self.space { offset += 1 }
            switch next {
            case Self.lineFeed: skipLineFeed()
            case Self.comment where offset > first: try skipComment()
            default:
                // At the beginning of a line, some things have a meaning of their own.
                guard column > 0 else { throw NotPlain() }
                return
            }
        }
    }

    /// Goes over a comma to what follows; says whether there is one.
    mutating func skipComma() throws(NotPlain) -> Bool {
        try skipInBrackets()
        guard next == UInt8(ascii: ",") else { return false }
        offset += 1
        try skipInBrackets()
        return true
    }

    private mutating func skipLineFeed() {
        offset += 1
        line += 1
        lineStart = offset
    }

    private mutating func skipComment() throws(NotPlain) {
        while next != Self.lineFeed, next != 0 {
            guard next != Self.carriageReturn else { throw NotPlain() }
            offset += 1
        }
    }

    // MARK: - Pieces

    /// A key; goes over its colon.
    mutating func key() throws(NotPlain) -> Piece {
        guard let end = endOfKey else { throw NotPlain() }
        let (first, start) = (offset, position)
        offset = end
        defer { offset += 1 }
        return Piece(text: first..<end, start: start, end: position, isPlain: true)
    }

    /// Where the key that follows ends; libyaml takes none of more than 1024 characters.
    private var endOfKey: Int? {
        var index = offset
        while Self.isInKey(byte(at: index)) { index += 1 }
        guard index > offset, index - offset < 256, next != Self.dash,
            byte(at: index) == Self.colon, isGap(at: index + 1)
        else { return nil }
        return index
    }

    /// A value between quotes, without escapes.
    mutating func quotedText() throws(NotPlain) -> Piece {
        let (first, start, quote) = (offset + 1, position, next)
        offset += 1
        while next != quote {
            guard next >= Self.space, quote == UInt8(ascii: "'") || next != UInt8(ascii: "\\")
            else {
                throw NotPlain()
            }
            skipCharacter()
        }
        let text = first..<offset
        offset += 1
        // Two are an escape.
        guard next != quote else { throw NotPlain() }
        return Piece(text: text, start: start, end: position, isPlain: false)
    }

    /// A value without quotes.
    mutating func text(inBrackets: Bool) throws(NotPlain) -> Piece {
        let (first, start) = (offset, position)
        guard Self.canBegin(next) || (next == Self.dash && Self.isInText(byte(at: offset + 1)))
        else { throw NotPlain() }
        var (last, end) = (offset, start)
        while true {
            switch next {
            case Self.space:
                offset += 1
            case let byte where Self.isInText(byte) || (!inBrackets && Self.isInBrackets(byte)),
                let byte where byte == Self.colon && offset == last && isColonOfText:
                skipCharacter()
                (last, end) = (offset, position)
            default:
                guard isEndOfText(inBrackets, isBehindSpace: offset > last) else {
                    throw NotPlain()
                }
                offset = last
                return Piece(text: first..<last, start: start, end: end, isPlain: true)
            }
        }
    }

    /// Whether a value without quotes is at its end.
    private func isEndOfText(_ inBrackets: Bool, isBehindSpace: Bool) -> Bool {
        switch next {
        case 0, Self.lineFeed: true
        case Self.comment: isBehindSpace
        default: inBrackets && Self.isInBrackets(next)
        }
    }

    /// Whether the colon that follows cannot be that of a key.
    private var isColonOfText: Bool {
        let next = byte(at: offset + 1)
        return next == Self.colon || Self.isInText(next)
    }

    private mutating func skipCharacter() {
        // All bytes of a character but one.
        if next & 0xC0 == 0x80 { lineStart += 1 }
        offset += 1
    }

    // MARK: - Characters

    private static let space = UInt8(ascii: " ")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let comment = UInt8(ascii: "#")
    private static let colon = UInt8(ascii: ":")
    private static let dash = UInt8(ascii: "-")

    private static func isInKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), dash:
            true
        default: false
        }
    }

    /// Whether a value without quotes may begin with a byte.
    private static func canBegin(_ byte: UInt8) -> Bool {
        switch byte {
        case dash: false
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "~"), 0x80...0xFF: true
        default: isInKey(byte)
        }
    }

    /// Whether a byte of a value without quotes never has a meaning of its own.
    private static func isInText(_ byte: UInt8) -> Bool {
        byte > space && byte != colon && byte != comment && byte != UInt8(ascii: "?")
            && !isInBrackets(byte)
    }

    /// Whether a byte has a meaning of its own inside of brackets.
    private static func isInBrackets(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            true
        default: false
        }
    }
}
