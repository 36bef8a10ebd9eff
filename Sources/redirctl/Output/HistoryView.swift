import Generations
import Planning

/// A generation as the history tells it.
struct HistoryEntry: Encodable {
    let number: Int
    let time: String
    let user: String
    let origin: Manifest.Origin
    let restores: Int?
    let policy: String?
    let accounts: [Manifest.Account]
    let digest: String
    let state: String
    let reason: String?
    private let moment: Moment

    enum CodingKeys: String, CodingKey {
        case number, time, user, origin, restores, policy, accounts, digest, state, reason
    }

    init(_ past: PastGeneration) {
        let manifest = past.manifest
        number = manifest.number
        moment = Moment(seconds: manifest.time)
        time = moment.iso
        user = manifest.user
        origin = manifest.origin
        restores = manifest.restores
        policy = manifest.policy
        accounts = manifest.accounts
        digest = manifest.digest
        switch past.fate {
        case .current: (state, reason) = ("current", nil)
        case .replaced: (state, reason) = ("replaced", nil)
        case .never(.refused(let why)): (state, reason) = ("refused", why)
        case .never(.abandoned): (state, reason) = ("abandoned", nil)
        }
    }

    /// The entries one a line, in columns.
    static func lines(of entries: [HistoryEntry]) -> [ReportLine] {
        let width = entries.map { "\($0.number)".count }.max() ?? 0
        let userWidth = entries.map(\.user.count).max() ?? 0
        return entries.map { entry in
            let number = "\(entry.number)"
            let padding = String(repeating: " ", count: width - number.count)
            let user = entry.user + String(repeating: " ", count: userWidth - entry.user.count)
            let mark = entry.state == "current" ? "*" : " "
            return ReportLine(
                entry.state == "current" ? .heading : .plain,
                "\(mark) \(padding)\(number)  \(entry.moment.local)  \(user)  \(entry.deed)"
            )
        }
    }

    private var deed: String {
        let what =
            switch origin {
            case .apply: "apply \(policy ?? "")"
            case .rollback: "rollback to \(restores ?? 0)"
            case .drain: "remove --drain"
            case .remove: "remove"
            }
        return switch state {
        case "refused": "\(what) — refused by the kernel"
        case "abandoned": "\(what) — never live: the run ended before"
        default: what
        }
    }
}

/// The JSON shape of a history.
struct HistoryReport: Encodable {
    let table: String
    let generations: [HistoryEntry]
}
