import ArgumentParser
import GenerationModel

/// How many redirects a change may remove without a question.
struct RemovalOptions: ParsableArguments {
    @Flag(help: "Do not ask before a change that removes many redirects.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "Ask before a change that removes more redirects than this. (default: 25%, and more than 10)",
            valueName: "number|percent"
        ),
        completion: .nothing,
        transform: RemovalLimit.parse
    )
    var maxRemovals: RemovalLimit?

    func validate() throws {
        guard !yes || maxRemovals == nil else {
            throw ValidationError("`--yes` and `--max-removals` can't be combined.")
        }
    }

    var limit: RemovalLimit { yes ? .unlimited : maxRemovals ?? .usual }
}

/// What a change may remove.
enum RemovalLimit: Hashable, Sendable {
    /// Ten redirects or a quarter of them, whichever is more.
    case usual
    /// So many redirects.
    case redirects(Int)
    /// So many of a hundred redirects.
    case percent(Int)
    /// Any number of redirects.
    case unlimited

    private static let usualPercentage = 25
    private static let usualCount = 10

    /// Whether a change stays within it.
    func allows(_ removal: Removal) -> Bool {
        switch self {
        case .usual:
            removal.removed.count <= Self.usualCount
                || removal.removed.count * 100 <= removal.total * Self.usualPercentage
        case .redirects(let most): removal.removed.count <= most
        case .percent(let most): removal.removed.count * 100 <= removal.total * most
        case .unlimited: true
        }
    }

    /// Reads the limit that an option gives: `20` or `50%`.
    static func parse(_ text: String) throws -> RemovalLimit {
        let isPercentage = text.hasSuffix("%")
        let digits = isPercentage ? text.dropLast() : text[...]
        guard (1...9).contains(digits.utf8.count),
            digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let number = Int(digits), !isPercentage || number <= 100
        else {
            throw ValidationError("it takes a number of redirects, or a percentage: `20`, `50%`.")
        }
        return isPercentage ? .percent(number) : .redirects(number)
    }
}
