import Diagnostics
public import GenerationModel
import TableDiff

/// A line for the system's log: fields as `name=value`, which programs can read (logfmt).
///
/// Values can be anybody's text. They are quoted where they have to be, and shortened, and have no
/// characters that could begin another line or another field.
public struct LogLine: Sendable, Hashable {
    /// How much a line matters.
    public enum Severity: Int, Sendable {
        /// Something was not as it should be.
        case warning = 4
        /// Something was changed.
        case notice = 5
    }

    /// How much it matters.
    public let severity: Severity

    /// The fields.
    public let text: String

    /// Creates a line; fields without a value are left out.
    private init(
        _ severity: Severity,
        _ origin: Origin,
        generation: Int?,
        outcome: String,
        _ others: KeyValuePairs<String, String?> = [:]
    ) {
        self.severity = severity
        let fields: KeyValuePairs<String, String?> = [
            "generation": generation.map(String.init), "table": origin.table,
            "netns": origin.netns, "user": origin.user, "command": origin.command,
            "outcome": outcome,
        ]
        text = (Array(fields) + Array(others))
            .compactMap { name, value in value.map { "\(name)=\($0.logValue)" } }
            .joined(separator: " ")
    }
}

extension LogLine {
    /// Who did something to which table.
    public struct Origin: Sendable {
        let table: String
        let netns: String
        var user: String
        let command: String

        /// Creates an origin; `netns` is the network namespace's name among the records.
        public init(table: String, netns: String, user: String, command: String) {
            (self.table, self.netns, self.user, self.command) = (table, netns, user, command)
        }
    }

    /// The line of a change; `nil` if nothing was changed.
    ///
    /// `manifest` is that of the change's generation, if it can be read.
    public init?(_ change: Change, by origin: Origin, manifest: Manifest?) {
        var (counts, until): (ChangeCounts?, Int?)
        let outcome: String
        var isNew = true
        switch change {
        case .nothing, .nothingToRemove: return nil
        case .restored(_, let difference):
            (outcome, counts, isNew) = ("restored", difference.counts, false)
        case .applied(_, _, let difference): (outcome, counts) = ("applied", difference.counts)
        case .removed: (outcome, counts) = ("removed", manifest?.changes)
        case .onTrial(let pending, _, let difference):
            (outcome, counts, until) = ("trial", difference.counts, pending.deadline)
        case .confirmed(_, _, let difference): (outcome, counts) = ("confirmed", difference.counts)
        case .cancelled: outcome = "cancelled"
        case .extended(_, let deadline): (outcome, until) = ("extended", deadline)
        }
        self.init(
            .notice,
            origin,
            generation: change.generation,
            outcome: outcome,
            [
                "added": counts.map { "\($0.added)" }, "changed": counts.map { "\($0.changed)" },
                "removed": counts.map { "\($0.removed)" },
                "until": until.map { Timestamp(seconds: $0).iso }, "policy": manifest?.policy,
                "message": isNew ? manifest?.message : nil,
            ]
        )
    }

    /// The line of a trial that ended without a command; `nil` if it had never begun.
    public init?(endOf trial: Trial, _ outcome: Head.Outcome, in origin: Origin) {
        let word: String
        switch outcome {
        case .reverted: word = "reverted"
        case .cancelled: word = "cancelled"
        case .abandoned, .refused: return nil
        }
        var origin = origin
        origin.user = trial.user
        self.init(.notice, origin, generation: trial.generation, outcome: word)
    }

    /// The line of a drift; `nil` if there is none.
    public init?(_ check: TableCheck, by origin: Origin, at now: Timestamp) {
        guard check.isDrifted else { return nil }
        var difference: Difference?
        if case .differs(let found)? = check.drift { difference = found }
        self.init(
            .warning,
            origin,
            generation: check.generation?.number,
            outcome: "drift",
            [
                "redirects": difference.map { "\($0.redirects.count { $0.kind != .layout })" },
                "foreign": difference.map { "\($0.foreign.count)" },
                "state": check.stateLine(at: now).text,
            ]
        )
    }

    /// The line of a change that was not made, or not completely.
    public init(
        failure: String,
        of generation: Int,
        by origin: Origin,
        reason: String
    ) {
        let fields: KeyValuePairs<String, String?> = ["reason": reason]
        self.init(.warning, origin, generation: generation, outcome: failure, fields)
    }
}

extension String {
    private static let longestLogValue = 300

    /// The text as the value of a field.
    fileprivate var logValue: String {
        let isPlain =
            !isEmpty && utf8.count <= Self.longestLogValue
            && unicodeScalars.allSatisfy { scalar in
                scalar.isPrintable && scalar.isASCII && !" \"=\\".unicodeScalars.contains(scalar)
            }
        guard !isPlain else { return self }
        let beginning = String(
            String.UnicodeScalarView(unicodeScalars.prefix(Self.longestLogValue))
        )
        let isWhole = beginning.utf8.count == utf8.count
        let quoted = beginning.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").escaped
        return "\"\(quoted)\(isWhole ? "" : "…")\""
    }
}
