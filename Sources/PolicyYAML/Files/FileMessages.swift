import Diagnostics
import TrustedFiles

/// Findings about a file as a whole; they are placed at its beginning, and beside it stands where
/// the policy names it.
extension Diagnostic {
    static func unsafePermissions(
        _ danger: FileDanger,
        severity: Severity = .error,
        in source: SourceID,
        namedAt span: SourceSpan? = nil
    ) -> Diagnostic {
        unsafe(danger, severity, at: Label(.beginning(of: source)), related: named(at: span))
    }

    /// The same of a directory in which files are sought.
    static func unsafePermissions(
        _ danger: FileDanger,
        severity: Severity,
        namedAt span: SourceSpan
    ) -> Diagnostic {
        unsafe(danger, severity, at: Label(span, "named here"), related: [])
    }

    private static func unsafe(
        _ danger: FileDanger,
        _ severity: Severity,
        at label: Label,
        related: [Label]
    ) -> Diagnostic {
        Diagnostic(
            .unsafePermissions,
            severity: severity,
            danger.message,
            at: label,
            related: related,
            help: (severity == .warning ? "`apply` and `run` refuse it as root\n" : "")
                + (danger.kind == .directory
                    ? "move the policy to a directory that only root can change, such as /etc/redirctl"
                    : "run \(danger.command())")
                + "\nor accept the risk with `--allow-unsafe-permissions`"
        )
    }

    static func fileTooLarge(
        _ limit: Int,
        in source: SourceID,
        namedAt span: SourceSpan?
    ) -> Diagnostic {
        Diagnostic(
            .fileTooLarge,
            "the file is larger than \(limit >> 20) MiB",
            at: Label(.beginning(of: source)),
            related: named(at: span)
        )
    }

    static func unreadableFile(
        _ error: FileError,
        namedAt span: SourceSpan
    ) -> Diagnostic {
        let message: String
        let help: String
        switch error {
        case .cannotOpen(let path, let errno):
            message = "cannot open \(path.quoted): \(errorText(errno))"
            help = "a path is relative to the file that names it"
        case .cannotRead(let path, let errno), .cannotMake(let path, let errno):
            message = "cannot read \(path.quoted): \(errorText(errno))"
            help = "see whether the disk is in order"
        case .notARegularFile(let path):
            message = "\(path.quoted) is not a regular file"
            help = "directories, devices and pipes cannot be read"
        case .inProc(let path):
            message = "\(path.quoted) is a file or link of /proc"
            help = "there, any user can choose what a file holds: copy it to a directory of root's"
        }
        return Diagnostic(.unreadableFile, message, at: Label(span, "named here"), help: help)
    }

    private static func named(at span: SourceSpan?) -> [Label] {
        span.map { [Label($0, "named here")] } ?? []
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
