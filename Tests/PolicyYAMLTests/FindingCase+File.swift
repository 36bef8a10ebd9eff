import Diagnostics
import TrustedFiles

@testable import LocatedYAML
@testable import PolicyYAML

extension FindingCase {
    /// Findings about the run and about files as such.
    static let fileCases: [DiagnosticCode: FindingCase] = [
        .tooManyFindings: FindingCase(
            """
            version: 2
            tables: []
            settings: {counters: yes}
            redirects: []

            """,
            limits: Limits(findings: 2)
        ),
        .fileTooLarge: FindingCase(
            """
            version: 1
            redirects: []

            """,
            limits: Limits(values: 6)
        ),
        .invalidEncoding: FindingCase(
            shown: "version: 1\nredirects: []  # f\\xFCr alle\n",
            bytes: Array("version: 1\nredirects: []  # f".utf8) + [0xFC] + Array("r alle\n".utf8)
        ),
        .invalidCharacter: FindingCase(
            shown: "version: 1\nsettings: {table: web\\u{202E}}\nredirects: []  # \\u{1B}[2J\n",
            bytes: Array(
                "version: 1\nsettings: {table: web\u{202E}}\nredirects: []  # \u{1B}[2J\n".utf8
            )
        ),
        .unsafePermissions: FindingCase(shown: "(a file of mode 0664)\n") { source in
            let danger = FileDanger(.file, .mode, path: "/srv/web.yaml", owner: 0, mode: 0o664)
            return .unsafePermissions(
                danger,
                .error,
                at: .init(.beginning(of: source)),
                related: []
            )
        },
        .emptyDocument: FindingCase("# Nothing yet.\n"),
    ]
}
