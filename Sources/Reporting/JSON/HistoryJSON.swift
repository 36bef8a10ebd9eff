import GenerationModel
import TableDiff

/// The shape of a history.
struct HistoryJSON: Encodable {
    let table: String
    let generations: [Entry]
    let generationsTotal: Int
    let restorations: [RestorationEntry]

    init(_ history: HistoryReport) {
        restorations = history.restorations.map(RestorationEntry.init)
        generationsTotal = history.total
        table = history.table
        generations = history.generations.map(Entry.init)
    }

    struct Entry: Encodable {
        let number: Int
        let time: String
        let user: String
        let origin: Manifest.Origin
        let restores: Int?
        let message: String?
        let policy: String?
        let accounts: [Manifest.Account]
        let changes: ChangeCounts?
        let digest: String
        let state: String
        let reason: String?
        let deadline: String?

        init(_ past: PastGeneration) {
            let manifest = past.manifest
            number = manifest.number
            time = Timestamp(seconds: manifest.time).iso
            user = manifest.user
            origin = manifest.origin
            restores = manifest.restores
            message = manifest.message
            policy = manifest.policy
            accounts = manifest.accounts
            changes = manifest.changes
            digest = manifest.digest
            let end: Int?
            (state, reason, end) = past.fate.words
            deadline = end.map { Timestamp(seconds: $0).iso }
        }
    }
}

extension HistoryJSON {
    /// The shape of a restoration.
    struct RestorationEntry: Encodable {
        let generation: Int
        let time: String
        let user: String
        let changes: ChangeCounts
        let foreign: Int

        init(_ restoration: Restoration) {
            foreign = restoration.foreign
            generation = restoration.generation
            time = Timestamp(seconds: restoration.time).iso
            user = restoration.user
            changes = restoration.changes
        }
    }
}

extension PastGeneration.Fate {
    /// The word for it, the reason if there is one, and when its trial ends or was over.
    fileprivate var words: (state: String, reason: String?, end: Int?) {
        switch self {
        case .current: ("current", nil, nil)
        case .onTrial(let deadline): ("trial", nil, deadline)
        case .replaced: ("replaced", nil, nil)
        case .never(.refused(let why)): ("refused", why, nil)
        case .never(.abandoned): ("abandoned", nil, nil)
        case .never(.reverted(let end)): ("reverted", nil, end)
        case .never(.cancelled): ("cancelled", nil, nil)
        }
    }
}

/// The shape of a comparison of two generations.
struct ComparisonJSON: Encodable {
    let table: String
    let from: Int
    let to: Int
    let difference: DifferenceJSON

    init(_ comparison: ComparisonReport) {
        table = comparison.table
        from = comparison.from
        to = comparison.to
        difference = DifferenceJSON(comparison.difference, table: comparison.table)
    }
}

/// The shape of one generation.
struct GenerationJSON: Encodable {
    struct Source: Encodable {
        let name: String
        let text: String
    }

    let table: String
    let number: Int
    let time: String
    let user: String
    let message: String?
    let policy: String?
    let sources: [Source]

    init(_ generation: GenerationReport) {
        let manifest = generation.manifest
        table = generation.table
        number = manifest.number
        time = Timestamp(seconds: manifest.time).iso
        user = manifest.user
        message = manifest.message
        policy = manifest.policy
        sources = generation.sources.map { Source(name: $0.name, text: $0.text) }
    }
}
