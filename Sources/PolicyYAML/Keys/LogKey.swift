import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of `log`.
enum LogKey: String, MappingKey {
    case prefix
    case level
    case group
    case rate

    static let owner = "`log`"

    static let rows = allCases.map(\.row)

    var row: KeyRow<LogParts> {
        switch self {
        case .prefix:
            KeyRow(
                .one(.logPrefix),
                example: "prefix: \"web: \"",
                summary: "What the line begins with."
            ) { $0.prefix = $1.one(LogText.prefix) }
        case .level:
            KeyRow(
                .one(.logLevel),
                example: "level: info",
                summary: "The severity in the kernel's log.",
                default: LogLevel.warn.rawValue
            ) { $0.level = $1.one(WordText.logLevel) }
        case .group:
            KeyRow(
                .one(.logGroup),
                example: "group: 1",
                summary: "The nflog group that gets the line instead of the kernel's log."
            ) { $0.group = $1.one(LogText.group) }
        case .rate:
            KeyRow(
                .one(.logRate),
                example: "rate: 10/minute",
                summary: "How many lines there are at most."
            ) { $0.rate = $1.one(LogText.rate) }
        }
    }

    static let rules = """
        - if: {required: [group]}
          then: {properties: {level: false}}
        """
}

/// A log as it is written.
struct LogParts {
    var prefix: Decoded<String> = .absent
    var level: Decoded<LogLevel> = .absent
    var group: Decoded<UInt16> = .absent
    var rate: Decoded<LogRate> = .absent
}

/// Decodes `log` and its keys.
struct LogDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The log of a redirect; its lines begin with the name of the redirect unless it has a prefix.
    func log(named redirect: String?) -> Decoded<PacketLog> {
        guard case .given(let log, let span) = value.mapping(LogKey.self, into: LogParts()) else {
            return .rejected
        }
        if log.isEmpty {
            context.bag.error(
                .emptyMapping,
                "`log` is empty",
                at: span,
                "expected \(LogKey.names.alternatives)",
                help: "for example `\(RedirectKey.log.example)`; without `log` nothing is logged"
            )
        }
        if let level = log.span(of: .level), let group = log.span(of: .group) {
            context.bag.contradiction(
                .ambiguousLog,
                "a line goes to the kernel's log or to a group, not to both",
                level,
                group,
                help: "keep `level` for the kernel's log, or `group` for a program that listens to "
                    + "it"
            )
            return .rejected
        }
        let parts = log.parts
        return .given(
            PacketLog(
                prefix: parts.prefix.value ?? redirect.map { "\($0): " } ?? "",
                destination: parts.group.value.map { .group($0) }
                    ?? .kernel(parts.level.value ?? .warn),
                rate: parts.rate.value
            ),
            span
        )
    }
}
