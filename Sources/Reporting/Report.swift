import Diagnostics
public import RulesetModel

/// The result of a command, as a value.
///
/// Each format prints every case: a new case does not compile until all formats can print it.
public indirect enum Report {
    /// What an apply or a rollback would change.
    case plan(PlanReport)
    /// A plan that was saved in a file.
    case savedPlan(SavedPlanReport)
    /// What a command has changed.
    case change(ChangeReport)
    /// A table that redirects nothing more and waits for its connections to end.
    case draining(DrainingReport)
    /// How a table differs from what it should contain.
    case drift(DriftReport)
    /// What happened to a table while it was watched.
    case watch(WatchReport)
    /// The live redirects with their counters.
    case status(StatusReport)
    /// Every table that has records.
    case tables(TablesReport)
    /// What became of every table that was to be restored.
    case restoration(RestorationReport)
    /// The recorded generations.
    case history(HistoryReport)
    /// How two generations differ.
    case comparison(ComparisonReport)
    /// How two policies differ.
    case policyDifference(PolicyDifferenceReport)
    /// The policy that a generation was made from.
    case generation(GenerationReport)
    /// The nftables script of a policy.
    case script(Ruleset)
    /// How redirects are laid out over maps and rules.
    case layout(LayoutReport)
    /// Whether policies are valid.
    case validation([ValidationReport])
    /// What a policy does with a connection, and why.
    case explanation(ExplanationReport)
    /// What of a host keeps redirects from working.
    case doctor(DoctorReport)
    /// The way of one connection through a host.
    case walk(WalkReport)
    /// The tests of policies with their results.
    case tests(TestReport)
    /// An example policy that `init` wrote or prints.
    case example(ExampleReport)
    /// The examples that `init` offers.
    case exampleList(ExampleListReport)
    /// A table that lasts as long as the program.
    case temporaryTable(TemporaryTableReport)
    /// Why a command failed.
    case failure(FailureReport)

    /// What was changed, for an error that the result can't be printed; `nil` if nothing was.
    public var effect: String? {
        switch self {
        case .change(let change): change.headline
        case .draining(let draining): draining.headline
        case .example(let example): example.headline
        case .restoration(let restoration): restoration.effect
        case .drift(let drift): drift.healing?.effect
        case .watch(let watch): watch.healing?.effect
        case .tables(let tables): tables.effect
        case .plan, .savedPlan, .status, .history, .comparison, .policyDifference,
            .generation,
            .script, .layout, .validation, .explanation, .doctor, .walk, .tests, .exampleList,
            .temporaryTable,
            .failure:
            nil
        }
    }
}

/// What a format has to know beside the report.
public struct ReportContext: Sendable {
    /// The command's name.
    public let command: String

    /// Where the command works, for the commands that a text recommends.
    public let place: CommandHint

    /// When the report is printed.
    public let now: Timestamp

    /// The columns of the terminal that the report goes to; `nil` for lines of any length.
    public let width: Int?

    /// Creates a context.
    public init(command: String, place: CommandHint, now: Timestamp, width: Int? = nil) {
        self.command = command
        self.place = place
        self.now = now
        self.width = width
    }
}

/// A way to print reports.
public protocol ReportFormat {
    /// The whole output for a report.
    func text(of report: Report, in context: ReportContext) throws -> String
}

/// The formats by the names that `--format` takes.
public enum OutputFormat: String, Sendable, CaseIterable {
    /// Lines for people.
    case text
    /// JSON for programs.
    case json

    /// Whether a program reads the result, so that it gets everything, also the failures.
    public var isForPrograms: Bool {
        switch self {
        case .text: false
        case .json: true
        }
    }

    /// The format, with or without the colours of a terminal.
    public func format(isColored: Bool) -> any ReportFormat {
        switch self {
        case .text: TextFormat(isColored: isColored)
        case .json: JSONFormat()
        }
    }

    /// How many entries of each list of a drift are printed unless all are asked for.
    ///
    /// Others can put any number of objects into the table, and a report must not grow with it.
    public var listLimit: Int {
        switch self {
        case .text: 20
        case .json: 1000
        }
    }
}

/// The options that lead a command of this program to the place of another run.
public struct CommandHint: Sendable, Hashable {
    /// The options that name the network namespace and the state directory.
    private let location: [String]

    /// The options that name the table.
    private let table: [String]

    /// Whether the network namespace was given by its name.
    public let isNamed: Bool

    /// The policy as a command line names it.
    public var policy = "POLICY"

    /// Creates a hint; without arguments, for a command that needs no options.
    ///
    /// - Parameters:
    ///   - location: The options that name the network namespace and the state directory.
    ///   - table: The options that name the table.
    ///   - isNamed: Whether the network namespace was given by its name.
    public init(location: [String] = [], table: [String] = [], isNamed: Bool = false) {
        self.location = location
        self.table = table
        self.isNamed = isNamed
    }

    /// The options; empty if the defaults lead there.
    public var words: [String] { table + location }

    /// The command that takes over an existing table.
    public var adoptLine: String { policyLine("apply --adopt \(policy)") }

    /// A command line of this program for the same place, in backquotes.
    public func line(_ command: String) -> String { Self.line(command, words) }

    /// The same for a command that reads a policy, which names its table itself.
    public func policyLine(_ command: String) -> String { Self.line(command, location) }

    private static func line(_ command: String, _ options: [String]) -> String {
        "`redirctl \(command)\(options.map { " " + $0.quotedForShell }.joined())`"
    }
}
