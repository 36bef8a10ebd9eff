import Addressing
import Diagnostics
import LocatedYAML

/// The keys that can follow the destination in the text of a connection: `user=1000`.
enum ConnectionKey: String, CaseIterable {
    case source
    case interface
    case user
    case group
    case cgroup
    case mark
    case dscp

    /// What is known of one key.
    private struct Row {
        /// The key with a value.
        let example: String

        /// What other programs call the same.
        let synonyms: [String]

        /// Whether only connections that this machine opens have it.
        var isOfProcess = false

        /// Decodes the value; returns whether that was possible, and reports it otherwise.
        let decode: (inout ConnectionOptions, Node.Scalar, ConnectionDecoder) -> Bool
    }

    private var row: Row {
        switch self {
        case .source:
            Row(
                example: "source=192.0.2.20:40000",
                synonyms: ["src", "from", "saddr", "ip", "sport"]
            ) { $0.set(\.source, to: $2.source($1)) }
        case .interface:
            Row(example: "interface=eth0", synonyms: ["iif", "oif", "dev"]) {
                $0.set(\.interface, to: $2.interface($1))
            }
        case .user:
            Row(example: "user=1000", synonyms: ["uid"], isOfProcess: true) {
                $0.set(\.user, to: $2.account(.user, $1))
            }
        case .group:
            Row(example: "group=1000", synonyms: ["gid"], isOfProcess: true) {
                $0.set(\.group, to: $2.account(.group, $1))
            }
        case .cgroup:
            Row(
                example: "cgroup=system.slice/nginx.service",
                synonyms: [],
                isOfProcess: true
            ) { $0.set(\.cgroup, to: $2.context.read($1, CgroupText.path)) }
        case .mark:
            Row(example: "mark=0x10", synonyms: ["fwmark"]) {
                $0.set(\.mark, to: $2.context.read($1, Self.mark))
            }
        case .dscp:
            Row(example: "dscp=46", synonyms: ["tos", "tclass"]) {
                $0.set(\.dscp, to: $2.context.read($1, CodePointText.codePoint))
            }
        }
    }

    var example: String { row.example }
    var isOfProcess: Bool { row.isOfProcess }

    /// The keys in the order of the table.
    static let names = allCases.map(\.rawValue)

    /// The key that somebody probably means.
    static func meant(by text: String) -> ConnectionKey? {
        let text = text.lowercased()
        return allCases.first { $0.row.synonyms.contains(text) }
            ?? Suggestion.nearest(to: text, among: names).flatMap { ConnectionKey(rawValue: $0) }
    }

    /// Decodes the value of the key; returns whether that was possible.
    func decode(
        _ value: Node.Scalar,
        into options: inout ConnectionOptions,
        _ decoder: ConnectionDecoder
    ) -> Bool { row.decode(&options, value, decoder) }

    // MARK: - Values

    /// Reads the name of one interface.
    static func interface(_ text: String) throws(ValueProblem) -> String {
        let pattern = try InterfaceText.pattern(text)
        guard !pattern.isPrefix else {
            throw notOne(text, .invalidInterface, "one interface", "`wg0`")
        }
        return pattern.name
    }

    private static func mark(_ text: String) throws(ValueProblem) -> UInt32 {
        guard !text.contains("/") else {
            throw notOne(text, .invalidMark, "one mark, without a mask", "`0x10`")
        }
        return try NumberText.mark(text).value
    }

    /// The problem of a value that stands for several, while a connection has one.
    static func notOne(
        _ text: String,
        _ code: DiagnosticCode,
        _ what: String,
        _ example: String
    ) -> ValueProblem {
        ValueProblem(
            code,
            "a connection has \(what), not \(text.quoted)",
            "expected \(what)",
            help: "for example \(example)"
        )
    }
}

/// The keys that follow the destination of a connection, as far as they could be decoded.
struct ConnectionOptions {
    /// An address, a port if one is named, and the span of both.
    var source: (address: IPAddress, port: Port?, span: SourceSpan)?
    var interface: String?
    var user: UInt32?
    var group: UInt32?
    var cgroup: CgroupPath?
    var mark: UInt32?
    var dscp: CodePoint?

    /// The span of each key with its value.
    var spans: [ConnectionKey: SourceSpan] = [:]

    /// Sets a property; returns whether there is a value.
    fileprivate mutating func set<Value>(
        _ property: WritableKeyPath<ConnectionOptions, Value?>,
        to value: Value?
    ) -> Bool {
        self[keyPath: property] = value
        return value != nil
    }
}
