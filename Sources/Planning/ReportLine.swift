/// One line of a report for people, with what it is about; whoever prints it chooses the colour.
public struct ReportLine: Sendable, Hashable {
    /// What a line is about.
    public enum Role: Sendable, Hashable {
        /// A headline or a summary.
        case heading
        /// Something that comes.
        case addition
        /// Something that changes.
        case change
        /// Something that goes.
        case removal
        /// Something that is not ours.
        case foreign
        /// An explanation.
        case plain
    }

    /// What the line is about.
    public let role: Role

    /// The text, without a line break.
    public let text: String

    /// Creates a line.
    public init(_ role: Role, _ text: String = "") {
        self.role = role
        self.text = text
    }
}

extension ReportLine {
    /// How many more there are that have no lines: none where that is none.
    static func rest(
        _ count: Int,
        _ one: String,
        _ many: String,
        indent: Int = 2,
        hint: String = ""
    ) -> [ReportLine] {
        guard count > 0 else { return [] }
        let indent = String(repeating: " ", count: indent)
        return [
            ReportLine(.plain, "\(indent)… and \(count) more \(count == 1 ? one : many)\(hint)")
        ]
    }
}

extension ReportLine.Role {
    /// The sign in front of the line, as `terraform plan` and `git diff` have taught people.
    var glyph: String {
        switch self {
        case .addition: "+"
        case .change: "~"
        case .removal: "-"
        case .foreign: "!"
        case .heading, .plain: " "
        }
    }
}
