/// How parts of a rendered finding stand out on a terminal that shows colours.
enum TextStyle: String {
    case error = "1;31"
    case warning = "1;33"
    case emphasis = "1"
    case gutter = "1;34"

    /// Paints a text, where colours are wanted.
    func paint(_ text: String, if color: Bool) -> String {
        color && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension Diagnostic.Severity {
    var style: TextStyle {
        switch self {
        case .error: .error
        case .warning: .warning
        }
    }
}
