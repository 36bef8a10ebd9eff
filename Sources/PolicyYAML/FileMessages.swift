import Diagnostics

/// Findings about a file as a whole; they are placed at its beginning.
extension Diagnostic {
    static func unsafePermissions(_ danger: FilePermissions.Danger, in source: SourceID)
        -> Diagnostic
    {
        Diagnostic(
            .unsafePermissions,
            danger.message,
            at: Label(.beginning(of: source)),
            help: "\(danger.remedy)\n"
                + "or accept the risk with `--allow-unsafe-permissions`"
        )
    }

    static func fileTooLarge(_ limit: Int, in source: SourceID) -> Diagnostic {
        Diagnostic(
            .fileTooLarge,
            "the file is larger than \(limit >> 20) MiB",
            at: Label(.beginning(of: source))
        )
    }

    static func emptyDocument(in source: SourceID) -> Diagnostic {
        Diagnostic(
            .emptyDocument,
            "the file holds no policy",
            at: Label(.beginning(of: source)),
            help: "a policy without redirects is `{version: 1, redirects: []}`"
        )
    }
}

extension SourceSpan {
    fileprivate static func beginning(of source: SourceID) -> SourceSpan {
        SourceSpan(at: SourcePosition(line: 1, column: 1), in: source)
    }
}
