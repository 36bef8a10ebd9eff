import Doctor
import OtherTables

/// The shape of what was found about a host.
struct DoctorJSON: Encodable {
    struct Finding: Encodable {
        let code: String
        let certain: Bool
        let sentence: String
        let redirects: [String]
        let redirectsTotal: Int
        let remedy: Remedy?

        init(_ finding: HostFinding) {
            code = finding.code.rawValue
            certain = finding.certainty == .certain
            sentence = finding.sentence
            redirects = Array(finding.redirects.prefix(DoctorReport.mostRedirects))
            redirectsTotal = finding.redirects.count
            remedy = finding.remedy.map { Remedy($0) }
        }
    }

    struct Remedy: Encodable {
        let command: String?
        let permanent: String?
        let advice: String?

        init(_ remedy: HostFinding.Remedy) {
            command = remedy.command
            permanent = remedy.permanent
            advice = remedy.advice
        }
    }

    let policy: String?
    let generation: Int?
    let redirects: Int
    let findings: [Finding]
    let total: Int
    let notExamined: [String]
    let otherTables: Tables?

    struct Tables: Encodable {
        struct Unread: Encodable {
            let table: String
            let reason: String
        }

        let read: [String]
        let unread: [Unread]
        let problem: String?
        let unexaminedRedirects: Int

        init(_ tables: ExaminedTables, unexamined: Int) {
            unexaminedRedirects = unexamined
            switch tables {
            case .none(let reason): (read, unread, problem) = ([], [], reason)
            case .read(let names, let others):
                read = names.map(\.text)
                unread = others.map { Unread(table: $0.table.text, reason: $0.reason) }
                problem = nil
            }
        }
    }

    init(_ report: DoctorReport) {
        policy = report.policy
        generation = report.generation
        redirects = report.diagnosis.examined
        findings = report.diagnosis.findings.findings.prefix(report.limit).map { Finding($0) }
        total = report.diagnosis.findings.count
        notExamined = report.diagnosis.notExamined
        otherTables = report.tables.map {
            Tables($0, unexamined: report.diagnosis.unexaminedRedirects)
        }
    }
}
