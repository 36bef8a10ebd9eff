import Doctor

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

    init(_ report: DoctorReport) {
        policy = report.policy
        generation = report.generation
        redirects = report.diagnosis.examined
        findings = report.diagnosis.findings.findings.prefix(report.limit).map { Finding($0) }
        total = report.diagnosis.findings.count
        notExamined = report.diagnosis.notExamined
    }
}
