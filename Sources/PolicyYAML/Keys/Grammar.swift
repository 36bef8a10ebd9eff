import Addressing
import Diagnostics
import PolicyModel

/// The kinds of single value that the language has.
///
/// Values are read from their text; the types that YAML gives them play no part.
enum Grammar: String, Sendable, CaseIterable {
    case version
    case boolean
    case onlyTrue
    case tableName
    case priority
    case labels
    case elements
    case name
    case line
    case direction
    case family
    case transport
    case addressRange
    case matchedAddress
    case address
    case targetAddress
    case portRange
    case matchedPort
    case port
    case targetPort
    case localPort
    case targetLocal
    case balance
    case weight
    case interface
    case matchedInterface
    case user
    case group
    case cgroup
    case mark
    case codePoint
    case path
    case include
    case logPrefix
    case logLevel
    case logGroup
    case logRate
    case finding
    case connection
    case connections
    case target
    case outcome
    case testedSource
    case decider

    /// What is known of the kind.
    private var row: GrammarRow {
        switch self {
        case .version: .init("`1`", .number(1...1, or: "1"))
        case .boolean: .init("`true` or `false`", .boolean)
        case .onlyTrue: .init("`true`", .onlyTrue)
        case .tableName: .init("a name such as `redirctl`", .text("[a-z][a-z0-9_-]{0,30}"))
        case .priority:
            .init(
                "a number such as `-105`",
                .number(.init(Settings.validPriorities), or: "(0|-?[1-9][0-9]*)")
            )
        case .labels:
            .init(
                "a bit or a range of bits from 0 to 127, such as `120-127`",
                .number(0...127, or: SchemaPattern.labels)
            )
        case .elements:
            .init(
                "a number from \(Settings.validMaxElements.lowerBound) "
                    + "to \(Settings.validMaxElements.upperBound)",
                .number(Settings.validMaxElements)
            )
        case .name: .init("a name such as `web-8080`", .name("[a-z0-9][a-z0-9._-]{0,62}"))
        case .line: .init("one line of text", .freeText(SchemaPattern.line, longest: 256))
        case .direction: .words(Direction.allCases.map(\.rawValue))
        case .family: .words(IPFamily.allCases.map(\.rawValue))
        case .transport: .words(TransportProtocol.allCases.map(\.rawValue) + loneWords)
        case .balance: .words(Balance.Method.allCases.map(\.rawValue))
        case .logLevel: .words(LogLevel.allCases.map(\.rawValue))
        case .finding: .words(DiagnosticCode.ofAnalysis.map(\.rawValue))
        case .addressRange:
            .init("an address, a prefix or a range of addresses", .text(SchemaPattern.addressRange))
        case .matchedAddress:
            .init(
                "an address, a prefix, a range, or a name from `addresses`",
                .text("(\(SchemaPattern.addressRange)|local|\(SchemaPattern.listName))")
            )
        case .address:
            .init(
                "one address such as `192.0.2.10`",
                .text("(\(SchemaPattern.address)|\(SchemaPattern.listName))")
            )
        case .targetAddress:
            .init(
                "one address such as `192.0.2.10`, or a prefix",
                .text(
                    "(\(SchemaPattern.address)|\(SchemaPattern.prefix)|\(SchemaPattern.listName))"
                )
            )
        case .portRange: .init("a port or a range of ports", .port(SchemaPattern.portRange))
        case .matchedPort:
            .init("a port, a range, or a name from `ports`", .portOrList(SchemaPattern.portRange))
        case .port: .init("one port from 1 to 65535", .portOrList(SchemaPattern.port))
        case .targetPort:
            .init("a port or a range of ports", .portOrList(SchemaPattern.portRange))
        case .localPort:
            .init(
                "a port of this machine, or `true` to keep the port",
                .localPort(SchemaPattern.port)
            )
        case .targetLocal:
            .init(
                "a port or a range of this machine, or `true` to keep the port",
                .localPort(SchemaPattern.portRange)
            )
        case .weight:
            .init("a weight from 1 to 65535", .number(.init(Balance.Share.validWeights)))
        case .interface:
            .init(
                "the name of an interface, or its beginning and `*`",
                .freeText(SchemaPattern.interface)
            )
        case .matchedInterface:
            .init(
                "an interface, the beginning of its name and `*`, or a name from `interfaces`",
                .freeText("(\(SchemaPattern.interface)|\(SchemaPattern.listName))")
            )
        case .user: .init("the name of a user, an id or a range of ids", .account)
        case .group: .init("the name of a group, an id or a range of ids", .account)
        case .cgroup:
            .init(
                "the path of a control group such as `system.slice/nginx.service`",
                .freeText(SchemaPattern.cgroup, longest: CgroupPath.longest)
            )
        case .mark:
            .init(
                "a number such as `0x10`, or a number and a mask: `0x10/0xff`",
                .number(0...Int(UInt32.max), or: SchemaPattern.mark)
            )
        case .codePoint:
            .init(
                "a number from 0 to 63, or a name such as `ef`",
                .number(0...63, or: SchemaPattern.codePoint)
            )
        case .path: .init("the path of a file", .freeText(SchemaPattern.path))
        case .include:
            .init(
                "the path of a file, or a pattern such as `conf.d/*.yaml`",
                .freeText(SchemaPattern.include)
            )
        case .logPrefix:
            .init(
                "a text such as `web: `",
                .freeText(SchemaPattern.logPrefix, longest: PacketLog.longestPrefix)
            )
        case .logGroup: .init("a number from 0 to 65535", .number(0...Int(UInt16.max)))
        case .logRate:
            .init(
                "a number of lines in a time, such as `10/minute`",
                .text(SchemaPattern.logRate)
            )
        case .connection:
            .init(
                "a connection such as `outbound tcp 192.0.2.10:80`",
                .text(SchemaPattern.connection)
            )
        case .connections:
            .init(
                "connections such as `inbound tcp local:80,443`",
                .text(SchemaPattern.connections)
            )
        case .target:
            .init(
                "a target such as `192.0.2.10:8080`, `:8080` or `local:8080`",
                .text(SchemaPattern.target)
            )
        case .outcome:
            .init(
                "`unchanged`, or a place such as `192.0.2.10:80`, `local:80` or `:80`",
                .text(SchemaPattern.outcome)
            )
        case .testedSource:
            .init(
                "`true`, `false`, or one address such as `192.0.2.1`",
                .booleanOr(SchemaPattern.address)
            )
        case .decider:
            .init("the name of a redirect, or `none`", .name("[a-z0-9][a-z0-9._-]{0,62}"))
        }
    }

    /// What such a value is, as labels say it.
    var expectation: String { row.expectation }

    /// The words, if the kind has only some.
    var words: [String] { row.words }

    /// How an editor recognises such a value.
    var form: SchemaForm { row.form() }

    /// The words that stand alone, and never in a list.
    var loneWords: [String] { self == .transport ? ["any"] : [] }
}

/// One kind of single value.
private struct GrammarRow {
    let expectation: String
    let form: () -> SchemaForm
    var words: [String] = []

    init(_ expectation: String, _ form: @escaping @autoclosure () -> SchemaForm) {
        self.expectation = expectation
        self.form = form
    }

    static func words(_ words: [String]) -> GrammarRow {
        var row = GrammarRow(words.alternatives, .words(words))
        row.words = words
        return row
    }
}

extension ClosedRange<Int> {
    fileprivate init(_ range: ClosedRange<some BinaryInteger>) {
        self = Int(range.lowerBound)...Int(range.upperBound)
    }
}
