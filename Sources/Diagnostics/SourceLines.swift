/// The lines of one text, found once.
///
/// A line ends where libyaml ends it: at a line feed, a carriage return, or both.
public struct SourceLines {
    private let text: String
    private let starts: [Int]

    /// Where the last search ended; findings come in order, and a line can be megabytes long.
    private var last: (line: Int, column: Int, index: String.Index)?

    /// Finds the lines of a text.
    public init(_ text: String) {
        self.text = text
        var starts = [0]
        var previous: UInt8 = 0
        for (offset, byte) in text.utf8.enumerated() {
            switch (previous, byte) {
            case (0x0D, 0x0A): starts[starts.count - 1] = offset + 1
            case (_, 0x0A), (_, 0x0D): starts.append(offset + 1)
            default: break
            }
            previous = byte
        }
        self.starts = starts
    }

    /// The text of a line, counted from 1, without its end, or `nil` if there is no such line.
    public func line(_ number: Int) -> Substring.UnicodeScalarView? {
        guard !text.isEmpty, (1...starts.count).contains(number) else { return nil }
        let first = index(at: starts[number - 1])
        let next = number < starts.count ? index(at: starts[number]) : text.endIndex
        var line = text[first..<next].unicodeScalars
        while let scalar = line.last, scalar == "\n" || scalar == "\r" { line.removeLast() }
        return line
    }

    /// The place of a column, counted from 1, in a line; the line's end where it is shorter.
    public mutating func index(line number: Int, column: Int) -> String.Index? {
        guard let line = line(number) else { return nil }
        var (from, start) = (1, line.startIndex)
        if let last, last.line == number, last.column <= column {
            (from, start) = (last.column, last.index)
        }
        let found = line.index(start, offsetBy: column - from, limitedBy: line.endIndex)
        if let found { last = (number, column, found) }
        return found ?? line.endIndex
    }

    /// The position itself, or the end of the text for one after it.
    public func nearest(to position: SourcePosition) -> SourcePosition {
        guard position.line > starts.count, let last = line(starts.count) else { return position }
        return SourcePosition(line: starts.count, column: last.count + 1)
    }

    private func index(at offset: Int) -> String.Index {
        text.utf8.index(text.utf8.startIndex, offsetBy: offset)
    }
}
