import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel
import TrustedFiles

/// What the decoders of one policy share.
///
/// Whatever is wrong goes into the bag, and decoding goes on with the next value: a mistake in one
/// redirect never hides one in another.
final class DecodingContext {
    /// The findings.
    var bag: DiagnosticBag

    /// The files of the policy.
    var files: SourceFiles

    /// The lists that have names.
    var definitions = Definitions()

    /// The users and groups that were looked up.
    let accounts: AccountNames

    /// The control groups that were looked up.
    let cgroups: CgroupDirectory

    /// Whether a part of the policy could not be read: then a name that is not found may be defined
    /// there, and is not reported.
    var isIncomplete = false

    /// How many more unknown names of lists get a suggestion.
    var suggestionsLeft = 100

    /// The number of values of lists that were used beside other values.
    var expandedValues = 0

    /// The lists in files, by path and by file; `nil` for one that has been reported.
    var addressFiles = AddressFiles()

    /// The span of the first redirect of each name.
    var redirectNames: [String: SourceSpan] = [:]

    /// Whether a redirect has a name that could not be read: then an unknown one may be meant for it.
    var isNameRejected = false

    /// Names of redirects for suggestions, made when all are known.
    lazy var redirectNamesToSuggest = Array(redirectNames.keys.sorted().prefix(1000))

    /// The sources that connections get, and the labels that there are for them.
    var chosenSources = ChosenSources()

    /// The protocols and directions of redirects.
    var protocolSets = SetPool<TransportProtocol>()
    var directionSets = SetPool<Direction>()

    init(_ files: SourceFiles, _ bag: DiagnosticBag, _ accounts: AccountNames, cgroupRoot: String) {
        self.files = files
        self.bag = bag
        self.accounts = accounts
        cgroups = CgroupDirectory(cgroupRoot)
    }

    /// The value in a text, or `nil` if the text has a problem, which is reported.
    func read<Value>(
        _ scalar: Node.Scalar,
        in place: @autoclosure () -> ValuePlace = ValuePlace(),
        _ read: (String) throws(ValueProblem) -> Value
    ) -> Value? {
        do throws(ValueProblem) {
            return try read(scalar.text)
        } catch {
            report(
                error,
                in: scalar,
                advice: place().help(insteadOf: scalar.text) { (try? read($0)) != nil }
            )
            return nil
        }
    }

    /// Reports the problem of a text; `advice` is better than its own help if there is any.
    @inline(never)
    func report(
        _ problem: ValueProblem,
        in scalar: Node.Scalar,
        advice: @autoclosure () -> String? = nil
    ) {
        let span = problem.part.map { scalar.part($0).span } ?? scalar.span
        bag.error(
            problem.code,
            problem.message(),
            at: span,
            problem.label(),
            help: advice() ?? problem.help()
        )
    }

    /// Reports a value of the wrong kind; `what` is how messages call it.
    func reportKind(
        of node: Node,
        _ what: @autoclosure () -> String,
        mustBe kind: @autoclosure () -> String,
        _ expectation: @autoclosure () -> String,
        help: @autoclosure () -> String?
    ) {
        if case .unusable = node { return }
        bag.error(
            .wrongKind,
            node.isNull
                ? "\(what()) has no value" : "\(what()) must be \(kind()), not \(node.kind)",
            at: node.head,
            expectation(),
            help: help()
        )
    }

    /// Reports that a mapping does not have a key.
    func reportMissing(
        _ key: some MappingKey,
        of what: @autoclosure () -> String,
        at span: SourceSpan
    ) {
        bag.error(
            .missingKey,
            "\(what()) has no `\(key.rawValue)`",
            at: span,
            "`\(key.rawValue)` must be among these keys",
            help: "add `\(key.example)`"
        )
    }
}

/// The reason why a text is not a value of its kind.
///
/// Its texts are only made if it is reported: a file can have millions of wrong values.
struct ValueProblem: Error {
    let code: DiagnosticCode
    let message: @Sendable () -> String
    let label: @Sendable () -> String
    let help: @Sendable () -> String?

    /// The part of the text that is wrong, or `nil` for all of it.
    let part: Substring?

    @inline(never)
    init(
        _ code: DiagnosticCode,
        _ message: @escaping @autoclosure @Sendable () -> String,
        _ label: @escaping @autoclosure @Sendable () -> String,
        help: @escaping @autoclosure @Sendable () -> String? = nil,
        part: Substring? = nil
    ) {
        self.code = code
        self.message = message
        self.label = label
        self.help = help
        self.part = part
    }
}

/// Sets of a few values, each made once: all redirects of a large policy have the same.
struct SetPool<Value: Hashable> {
    private var known: [[Value]: Set<Value>] = [:]
    private var last: (values: [Value], set: Set<Value>) = ([], [])

    /// The set of some values; mostly these are those of the redirect before.
    mutating func set(of values: [Value]) -> Set<Value> {
        if values == last.values { return last.set }
        let set = known[values] ?? Set(values)
        known[values] = set
        last = (values, set)
        return set
    }
}

extension Node {
    /// The kind of node in messages.
    fileprivate var kind: String {
        switch self {
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping, .unusable: "a mapping"
        }
    }
}
