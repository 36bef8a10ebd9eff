/// One finding about a policy, tied to the text that caused it.
public struct Diagnostic: Sendable, Hashable {
    /// How much a finding matters.
    public enum Severity: String, Sendable, Hashable {
        /// The policy is refused.
        case error
        /// The policy is accepted; the operator should look.
        case warning
    }

    /// A place in the text, with an explanation.
    public struct Label: Sendable, Hashable {
        /// The span.
        public let span: SourceSpan

        /// The text after the carets; may be empty.
        public let text: String

        /// Creates a label.
        public init(_ span: SourceSpan, _ text: String = "") {
            self.span = span
            self.text = text
        }
    }

    /// The kind of finding; the name by which users look it up.
    public let code: DiagnosticCode

    /// Whether the policy is refused.
    public let severity: Severity

    /// What is wrong: lower case, no full stop, understandable alone.
    public let message: String

    /// The cause: the shortest span that shows it.
    public let primary: Label

    /// Other places that belong to it, such as an earlier declaration.
    public let related: [Label]

    /// What to write instead.
    public let help: String?

    /// A connection that shows it, as a policy writes one.
    public let witness: String?

    /// The same finding as an error.
    public var asError: Diagnostic {
        Diagnostic(code, message, at: primary, related: related, help: help, witness: witness)
    }

    /// Creates a finding; an error unless a severity is given.
    public init(
        _ code: DiagnosticCode,
        severity: Severity = .error,
        _ message: String,
        at primary: Label,
        related: [Label] = [],
        help: String? = nil,
        witness: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.primary = primary
        self.related = related
        self.help = help
        self.witness = witness
    }
}
