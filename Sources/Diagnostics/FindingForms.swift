/// The forms that findings have; a message is only made if the finding is kept.
extension DiagnosticBag {
    /// Adds an error, with a label after the carets, other places, and what to write instead.
    @inline(never)
    public mutating func error(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        at span: SourceSpan,
        _ label: @autoclosure () -> String = "",
        related: @autoclosure () -> [Diagnostic.Label] = [],
        help: @autoclosure () -> String? = nil
    ) {
        report(
            Diagnostic(code, message(), at: .init(span, label()), related: related(), help: help())
        )
    }

    /// Adds a warning, with a label after the carets, other places, and what to write instead.
    @inline(never)
    public mutating func warning(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        at span: SourceSpan,
        _ label: @autoclosure () -> String = "",
        related: @autoclosure () -> [Diagnostic.Label] = [],
        help: @autoclosure () -> String? = nil
    ) {
        report(
            Diagnostic(
                code,
                severity: .warning,
                message(),
                at: .init(span, label()),
                related: related(),
                help: help()
            )
        )
    }

    /// Adds the finding for something that is there twice.
    @inline(never)
    public mutating func repetition(
        _ code: DiagnosticCode,
        severity: Diagnostic.Severity = .error,
        _ message: @autoclosure () -> String,
        at span: SourceSpan,
        first: SourceSpan,
        help: @autoclosure () -> String
    ) {
        report(
            Diagnostic(
                code,
                severity: severity,
                message(),
                at: .init(span, "here again"),
                related: first == span ? [] : [.init(first, "first here")],
                help: help()
            )
        )
    }

    /// Adds the error for two parts that exclude each other, at the later one.
    @inline(never)
    public mutating func contradiction(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        _ one: SourceSpan,
        _ other: SourceSpan,
        help: @autoclosure () -> String
    ) {
        let (first, last) = one.start < other.start ? (one, other) : (other, one)
        error(
            code,
            message(),
            at: last,
            "this contradicts it",
            related: [.init(first, "this says one thing")],
            help: help()
        )
    }
}
