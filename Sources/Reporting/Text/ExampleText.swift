import Diagnostics

extension ExampleReport {
    /// The policy itself; `nil` if it was written into a file.
    var policy: String? {
        guard case .text(let policy) = target else { return nil }
        return policy
    }

    /// Which file was written; `nil` if none was.
    var headline: String? {
        guard case .file(let path) = target else { return nil }
        return "Wrote the example \(example) to \(path)."
    }

    /// Which file was written, and the commands that come next.
    var lines: [ReportLine] {
        guard let headline, case .file(let path) = target else { return [] }
        let file = path.pathForShell
        let rows = [
            ["redirctl validate \(file)", "check it"],
            ["sudo redirctl plan \(file)", "show what an apply would change"],
            ["sudo redirctl apply \(file)", "make it live"],
        ].map { $0.map { ColumnLayout.Cell(text: $0) } }
        let layout = ColumnLayout(rows, indent: 2, width: nil)
        return [
            ReportLine(.heading, headline), ReportLine(.plain, "Change it as you need it, then:"),
        ] + rows.flatMap { layout.lines(of: $0, as: .plain) }
    }
}

extension ExampleListReport {
    /// The examples one a line, and how one is written.
    func lines(in context: ReportContext) -> [ReportLine] {
        let rows = examples.map { [ColumnLayout.Cell(text: $0.name), .init(text: $0.summary)] }
        let layout = ColumnLayout(rows, indent: 2, width: context.width)
        return rows.flatMap { layout.lines(of: $0, as: .plain) } + [
            ReportLine(.plain),
            ReportLine(.plain, "`redirctl init --example NAME` writes one to policy.yaml."),
        ]
    }
}
