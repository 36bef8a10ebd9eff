/// Rows of cells in columns, in lines that fit the terminal.
///
/// If the columns do not fit beside each other, the last ones go to lines below, in all rows. A cell
/// that is much longer than the others of its column does not widen it: what follows it in its row
/// moves to the right, or to a line below.
struct ColumnLayout {
    /// A cell of a row.
    struct Cell: Sendable, Hashable {
        var text: String

        /// Whether it is at the right end of its column, as numbers are.
        var isNumber = false

        /// Whether it has the colour of the row.
        var isColored = false

        /// A cell that says what changes, in the colour of the row.
        static func change(_ text: String) -> Cell { Cell(text: text, isColored: true) }
    }

    private struct Column {
        /// Where it begins; `nil` if its cells are on the lines below.
        let start: Int?
        let width: Int
    }

    /// Where the further lines of a row begin.
    private static let hanging = 6

    /// The spaces between columns.
    private static let gap = 2

    /// A terminal can say that it has very few columns; less than this is no use.
    private static let narrowest = 40

    private let width: Int
    private let indent: Int
    private let columns: [Column]

    /// Lays out columns for some rows.
    ///
    /// - Parameters:
    ///   - rows: The cells of each row.
    ///   - indent: Where the rows begin.
    ///   - width: The columns of the terminal; `nil` for lines of any length.
    init(_ rows: [[Cell]], indent: Int, width: Int?) {
        self.indent = indent
        self.width = width.map { max($0, Self.narrowest) } ?? .max
        var columns: [Column] = []
        var start: Int? = indent
        for index in 0..<(rows.map(\.count).max() ?? 0) {
            let widths = rows.compactMap { $0.count > index ? $0[index].text.count : nil }
            let usual = Self.usualWidth(of: widths)
            if let end = start, end > indent, usual > self.width - end { start = nil }
            columns.append(Column(start: start, width: usual))
            if usual > 0 { start = start.map { $0 + usual + Self.gap } }
        }
        self.columns = columns
    }

    /// The width of the widest cell that is not much longer than the others.
    private static func usualWidth(of widths: [Int]) -> Int {
        let filled = widths.filter { $0 > 0 }.sorted()
        guard !filled.isEmpty else { return 0 }
        let most = max(24, 2 * filled[(filled.count - 1) / 2])
        return filled.last { $0 <= most } ?? 0
    }

    /// The lines of one row of a report, with the sign of its role in the space before it.
    func lines(of row: [Cell], as role: ReportLine.Role) -> [ReportLine] {
        lines(of: row).enumerated().map { index, parts in
            guard index == 0, role.glyph != " " else { return ReportLine(role, parts) }
            let space = String(repeating: " ", count: indent - 2)
            return ReportLine(
                role,
                [.init(text: space), .init(text: role.glyph, isColored: true), .init(text: " ")]
                    + parts.dropFirst()
            )
        }
    }

    /// The lines of one row; the first part of the first one is the space before it.
    func lines(of row: [Cell]) -> [[ReportLine.Part]] {
        var lines = Lines()
        for (cell, column) in zip(row, columns) where !cell.text.isEmpty {
            let length = cell.text.count
            var start = lines.isEmpty ? indent : lines.length + Self.gap
            if lines.isFirst, let place = column.start {
                start = max(start, place + (cell.isNumber ? max(column.width - length, 0) : 0))
            } else if lines.isFirst {
                lines.begin()
                start = Self.hanging
            }
            if length > width - start, !lines.isEmpty {
                lines.begin()
                start = Self.hanging
            }
            let texts =
                length > width - start ? cell.text.wrapped(to: width - Self.hanging) : [cell.text]
            for (index, text) in texts.enumerated() {
                if index > 0 { lines.begin() }
                lines.append(
                    text,
                    at: index > 0 ? Self.hanging : start,
                    isColored: cell.isColored
                )
            }
        }
        return lines.parts
    }
}

/// The lines of a row while they are written.
private struct Lines {
    private(set) var parts: [[ReportLine.Part]] = [[]]
    private(set) var length = 0

    var isFirst: Bool { parts.count == 1 }
    var isEmpty: Bool { parts[parts.count - 1].isEmpty }

    mutating func begin() {
        parts.append([])
        length = 0
    }

    mutating func append(_ text: String, at start: Int, isColored: Bool) {
        let last = parts.count - 1
        parts[last].append(.init(text: String(repeating: " ", count: start - length)))
        parts[last].append(.init(text: text, isColored: isColored))
        length = start + text.count
    }
}

extension String {
    /// The text in lines of at most `width` characters, broken after spaces and commas; what does
    /// not fit a line alone stays whole.
    fileprivate func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var rest = self[...]
        while !rest.isEmpty {
            let end = rest.firstIndex { $0 == " " || $0 == "," }.map { rest.index(after: $0) }
            let word = rest[..<(end ?? rest.endIndex)]
            rest = rest[word.endIndex...]
            let visible = word.last == " " ? word.count - 1 : word.count
            if !line.isEmpty, line.count + visible > width {
                lines.append(line)
                line = ""
            }
            line += word
        }
        return (lines + [line]).map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
