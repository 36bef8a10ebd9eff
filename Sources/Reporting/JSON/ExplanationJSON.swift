import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import RulesetModel

/// The shape of an explanation.
struct ExplanationJSON: Encodable {
    struct Place: Encodable {
        let name: String
        let file: String
        let line: Int32
        let column: Int32
    }

    struct Outcome: Encodable {
        let redirect: Place?
        let action: String
        let condition: Condition?
        let targets: [Target]
        let balance: String?
        let source: [String]?
        let witness: String?
        let witnessIsLocal: Bool?
    }

    struct Target: Encodable {
        let place: String
        let weight: UInt32
    }

    struct Condition: Encodable {
        let otherwise: Bool
        let kernelOnly: Bool
        let `if`: [Clause]
        let unless: [[Clause]]
        let unlessTotal: Int
    }

    struct Clause: Encodable {
        let key: String
        let values: [String]
        let total: Int
    }

    struct Candidate: Encodable {
        let redirect: Place
        let reasons: [Reason]
    }

    struct Reason: Encodable {
        var kind: String
        var wants: Clause?
        var found: String?
        var entry: Int?
        var clauses: [Clause]?
        var redirects: [String]?
    }

    struct Undecided: Encodable {
        let redirect: Place
        let exceptions: Int?
        let keys: [String]
    }

    struct Note: Encodable {
        let kind: String
        let redirect: String?
        let text: String
    }

    let policy: String?
    let connection: String
    let complete: Bool
    let undecided: Undecided?
    let dependsOn: [String]
    let outcomes: [Outcome]
    let outcomesTotal: Int
    let candidates: [Candidate]
    let candidatesTotal: Int
    let notes: [Note]
    let live: LiveExplanationJSON?

    init(_ report: ExplanationReport) {
        let explanation = report.explanation
        func place(_ redirect: Redirect) -> Place {
            Place(
                name: redirect.name,
                file: report.sources[redirect.span.source].name,
                line: redirect.span.start.line,
                column: redirect.span.start.column
            )
        }
        policy = report.policy
        connection = "\(explanation.connection)"
        complete = explanation.isComplete
        undecided = explanation.undecided.map {
            Undecided(
                redirect: place($0.redirect),
                exceptions: $0.exceptionCount,
                keys: $0.openKeys.map(\.path)
            )
        }
        dependsOn = explanation.openKeys.map(\.path)
        outcomes = explanation.cases.map { found in
            Outcome(found, redirect: found.redirect.map(place))
        }
        outcomesTotal = explanation.caseCount
        candidates = explanation.candidates.map { candidate in
            Candidate(
                redirect: place(candidate.redirect),
                reasons: candidate.obstacles.map(Reason.init)
            )
        }
        candidatesTotal = explanation.candidateCount
        notes = explanation.notes.map { Note($0, of: explanation.connection) }
        live = report.live.map(LiveExplanationJSON.init)
    }
}

extension ExplanationJSON.Outcome {
    fileprivate init(_ found: Explanation.Case, redirect: ExplanationJSON.Place?) {
        self.redirect = redirect
        action = redirect == nil ? "none" : found.isUnchanged ? "bypass" : "redirect"
        condition = found.condition.isEmpty ? nil : .init(found.condition)
        targets = found.places.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }
            .map { .init(place: "\($0.key)", weight: $0.value) }
        balance =
            if found.places.count > 1, case .balance(let balance)? = found.redirect?.decision {
                balance.method.rawValue
            } else {
                nil
            }
        source = found.newSource.map { $0.addresses.values.sorted().map(\.description) }
        witness = found.witness.map { "\($0)" }
        witnessIsLocal = found.isWitnessOnThisMachine ? true : nil
    }
}

extension ExplanationJSON.Condition {
    fileprivate init(_ condition: Explanation.Condition) {
        otherwise = condition.isOtherwise
        kernelOnly = condition.isOfKernel
        `if` = condition.clauses.map(ExplanationJSON.Clause.init)
        unless = condition.exceptions.map { $0.map(ExplanationJSON.Clause.init) }
        unlessTotal = condition.exceptionCount
    }
}

extension ExplanationJSON.Clause {
    fileprivate init(_ clause: Explanation.Clause) {
        self.init(key: clause.key.path, values: clause.values, total: clause.count)
    }
}

extension ExplanationJSON.Reason {
    fileprivate init(_ obstacle: Explanation.Obstacle) {
        switch obstacle {
        case .disabled: self.init(kind: "disabled")
        case .direction(let directions):
            let values = directions.map(\.rawValue)
            self.init(
                kind: "direction",
                wants: .init(key: "direction", values: values, total: values.count)
            )
        case .key(let clause, let found):
            self.init(kind: "key", wants: .init(clause), found: found)
        case .target(let family): self.init(kind: "target", found: family.title)
        case .exception(let number, let clauses):
            self.init(kind: "exception", entry: number, clauses: clauses.map { .init($0) })
        case .exceptions: self.init(kind: "exceptions")
        case .combination: self.init(kind: "combination")
        case .decidedBefore(let names): self.init(kind: "decided-before", redirects: names)
        }
    }
}

extension ExplanationJSON.Note {
    fileprivate init(_ note: Explanation.Note, of connection: Connection) {
        text = note.words(of: connection)
        switch note {
        case .decidedOnce(let redirect, _): (kind, self.redirect) = ("decided-once", redirect)
        case .ownConnections(let redirect): (kind, self.redirect) = ("own-connections", redirect)
        case .localAddress(let redirect, _): (kind, self.redirect) = ("local-address", redirect)
        case .mayBeLocal: (kind, redirect) = ("may-be-local", nil)
        }
    }
}

/// The shape of what the kernel has of an explained connection.
struct LiveExplanationJSON: Encodable {
    struct Redirect: Encodable {
        let redirect: String
        let state: LiveExplanation.LiveRedirect.State
        let rules: [String]
        let rulesTotal: Int
        let connections: UInt64?
    }

    struct Flow: Encodable {
        let client: String
        let destination: String
        let target: String
        let source: String
        let closed: Bool
        let asExplained: Bool
    }

    let table: String
    let generation: Int?
    let onTrial: Bool
    let problem: String?
    let redirects: [Redirect]
    let flows: [Flow]?
    let flowsTotal: Int?
    let flowsError: String?
    let obstacles: [DoctorJSON.Finding]?
    let otherTables: DoctorJSON.Tables?

    init(_ live: LiveExplanation) {
        table = live.table
        generation = live.generation
        onTrial = live.isOnTrial
        problem = live.problem
        obstacles = live.tables == nil ? nil : live.obstacles.map { DoctorJSON.Finding($0) }
        otherTables = live.tables.map { DoctorJSON.Tables($0, unexamined: 0) }
        redirects = live.redirects.map {
            Redirect(
                redirect: $0.redirect,
                state: $0.state,
                rules: $0.rules,
                rulesTotal: $0.ruleCount,
                connections: $0.connections
            )
        }
        switch live.flows {
        case .tracked(let first, let count):
            flows = first.map {
                Flow(
                    client: $0.flow.client.text,
                    destination: $0.flow.destination.text,
                    target: $0.flow.target.text,
                    source: $0.flow.answerDestination.text,
                    closed: $0.flow.isClosed,
                    asExplained: $0.isAsExplained
                )
            }
            flowsTotal = count
            flowsError = nil
        case .unknown(let reason): (flows, flowsTotal, flowsError) = (nil, nil, reason)
        }
    }
}
