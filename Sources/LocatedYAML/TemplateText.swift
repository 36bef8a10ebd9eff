/// Variables and templates of other programs, which YAML takes for plain text or not at all.
public enum TemplateText {
    /// What to do about them.
    public static let help =
        "nothing is replaced in a policy: expand variables and templates before redirctl reads it; "
        + "lists can have names, under `addresses` and `ports`"

    /// Whether a value has a variable: `$PORT`, `${PORT}`, `{{ port }}`, `<%= port %>`.
    public static func isTemplate(_ text: some StringProtocol) -> Bool {
        text.hasPrefix("$") || marks.contains { text.contains($0) }
    }

    /// Whether a line has a variable in braces.
    static func isMarked(_ line: some StringProtocol) -> Bool {
        marks.contains { line.contains($0) }
    }

    private static let marks = ["${", "{{", "{%", "<%"]
}
