/// The column of line numbers to the left of a snippet.
struct Gutter {
    private let width: Int
    private let color: Bool

    /// Creates a gutter wide enough for the highest line number.
    init(highest: Int32, color: Bool) {
        width = String(highest).count
        self.color = color
    }

    /// The beginning of the line that names a place.
    func arrow(_ arrow: String) -> String {
        padding(width + 1) + TextStyle.gutter.paint(arrow, if: color) + " "
    }

    /// The gutter of a line that shows no source.
    var blank: String { padding(width + 2) + TextStyle.gutter.paint("|", if: color) }

    /// The gutter of a source line.
    func line(_ number: Int32) -> String {
        let text = String(number)
        return padding(1 + width - text.count)
            + TextStyle.gutter.paint("\(text) |", if: color)
    }

    /// A line of advice below the snippet; further lines of it are indented alike.
    func note(_ kind: String, _ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(\.escaped)
        return padding(width + 2) + TextStyle.gutter.paint("=", if: color) + " "
            + TextStyle.emphasis.paint(kind, if: color) + ": "
            + lines.joined(separator: "\n" + padding(width + 6 + kind.count)) + "\n"
    }

    private func padding(_ count: Int) -> String { String(repeating: " ", count: count) }
}
