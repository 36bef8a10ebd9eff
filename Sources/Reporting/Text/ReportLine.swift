/// One line of a report for people; its role decides the colour.
public struct ReportLine: Sendable, Hashable {
    /// What a line is about.
    public enum Role: Sendable, Hashable {
        /// A headline or a summary.
        case heading
        /// Something that is added, or would be.
        case addition
        /// Something that changes.
        case change
        /// Something that is removed, or is missing.
        case removal
        /// Something that is not from redirctl, or that is wrong.
        case foreign
        /// An explanation.
        case plain
    }

    /// A part of a line.
    struct Part: Sendable, Hashable {
        var text: String

        /// Whether it has the colour of the line's role.
        var isColored = false
    }

    /// What the line is about.
    public let role: Role

    /// The parts, without a line break.
    let parts: [Part]

    /// The text, without a line break.
    public var text: String { parts.map(\.text).joined() }

    /// Creates a line; if the role's sign is before the text, only the sign is coloured.
    public init(_ role: Role, _ text: String = "") {
        let indent = text.prefix { $0 == " " }
        let rest = text.dropFirst(indent.count)
        if role.glyph != " ", rest.hasPrefix(role.glyph + " ") {
            self.init(
                role,
                [
                    Part(text: String(indent)), Part(text: role.glyph, isColored: true),
                    Part(text: String(rest.dropFirst())),
                ]
            )
        } else {
            self.init(role, [Part(text: text, isColored: true)])
        }
    }

    /// Reads a line of which only the text was kept: its sign tells the role.
    init(signed text: String) {
        let rest = text.drop { $0 == " " }
        let roles: [Role] = [.addition, .change, .removal, .foreign]
        self.init(roles.first { rest.hasPrefix($0.glyph + " ") } ?? .plain, text)
    }

    /// Creates a line of parts.
    init(_ role: Role, _ parts: [Part]) {
        self.role = role
        self.parts = parts
    }
}

extension ReportLine {
    /// What follows the number of entries that are not listed, in a command with `--all`.
    static let hint = "; `--all` shows them"

    /// A line that says how many more entries there are; no line if there are none.
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
    /// The sign before the line, as in `terraform plan` and `git diff`.
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
