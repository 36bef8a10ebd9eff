import GenerationModel
import Generations
import Planning

/// A generation as the history tells it.
struct HistoryEntry: Encodable {
    let number: Int
    let time: String
    let user: String
    let origin: Manifest.Origin
    let restores: Int?
    let message: String?
    let policy: String?
    let accounts: [Manifest.Account]
    let digest: String
    let state: String
    let reason: String?
    let deadline: String?
    private let end: Timestamp?
    private let moment: Timestamp

    enum CodingKeys: String, CodingKey {
        case number, time, user, origin, restores, message, policy, accounts, digest, state, reason
        case deadline
    }

    init(_ past: PastGeneration) {
        let manifest = past.manifest
        number = manifest.number
        moment = Timestamp(seconds: manifest.time)
        time = moment.iso
        user = manifest.user
        origin = manifest.origin
        restores = manifest.restores
        message = manifest.message
        policy = manifest.policy
        accounts = manifest.accounts
        digest = manifest.digest
        (state, reason) = past.fate.words
        end =
            switch past.fate {
            case .onTrial(let deadline): Timestamp(seconds: deadline)
            case .never(.reverted(let at)): Timestamp(seconds: at)
            case .current, .replaced, .never: nil
            }
        deadline = end?.iso
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
                "\(mark) \(padding)\(number)  \(entry.moment.local)  \(user)  \(entry.deed)\(entry.words)"
            )
        }
    }

    private var words: String { message.map { "  “\($0)”" } ?? "" }

    private var deed: String {
        let what =
            switch origin {
            case .apply: "apply \(policy ?? "")"
            case .rollback: "rollback to \(restores ?? 0)"
            case .drain: "drain"
            case .remove: "remove"
            }
        return switch state {
        case "refused": "\(what) — never live: the kernel did not take it"
        case "abandoned": "\(what) — never live: the run ended before"
        case "trial": "\(what) — on trial until \(end?.local ?? "")"
        case "reverted": "\(what) — on trial only, not confirmed by \(end?.local ?? "")"
        case "cancelled": "\(what) — on trial only, cancelled"
        default: what
        }
    }
}

extension PastGeneration.Fate {
    /// The word for it, and the reason where there is one.
    fileprivate var words: (state: String, reason: String?) {
        switch self {
        case .current: ("current", nil)
        case .onTrial: ("trial", nil)
        case .replaced: ("replaced", nil)
        case .never(.refused(let why)): ("refused", why)
        case .never(.abandoned): ("abandoned", nil)
        case .never(.reverted): ("reverted", nil)
        case .never(.cancelled): ("cancelled", nil)
        }
    }
}

/// The JSON shape of a history.
struct HistoryReport: Encodable {
    let table: String
    let generations: [HistoryEntry]
}
