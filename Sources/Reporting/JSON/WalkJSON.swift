import Doctor
import OtherTables
import PolicyAnalysis
import PolicyModel

/// The shape of the way of one connection.
struct WalkJSON: Encodable {
    struct Way: Encodable {
        struct Step: Encodable {
            let part: String
            let findings: [DoctorJSON.Finding]
            let notExamined: String?
        }

        let redirect: String
        let target: String
        let steps: [Step]
        let obstacle: DoctorJSON.Finding?

        init(_ walk: ConnectionWalk) {
            redirect = walk.redirect
            target = "\(walk.place)"
            steps = walk.steps.map {
                Step(
                    part: $0.part.rawValue,
                    findings: $0.findings.map { DoctorJSON.Finding($0) },
                    notExamined: $0.notExamined
                )
            }
            obstacle = walk.firstObstacle.map { DoctorJSON.Finding($0) }
        }
    }

    let policy: String?
    let connection: String
    let complete: Bool
    let findings: [DoctorJSON.Finding]
    let ways: [Way]
    let otherTables: DoctorJSON.Tables

    init(_ report: WalkReport) {
        policy = report.policy
        connection = "\(report.explanation.connection)"
        complete = report.explanation.isComplete
        findings = report.findings.map { DoctorJSON.Finding($0) }
        ways = report.walks.map { Way($0) }
        otherTables = DoctorJSON.Tables(report.tables, unexamined: 0)
    }
}
