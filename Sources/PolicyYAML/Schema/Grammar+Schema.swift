import Addressing
import PolicyModel

/// Schemas of single values.
///
/// An editor has read the value by YAML's types already: `80` is a number to it, `"80"` is a text,
/// and both are a port. Where a number without quotes would be an ordinary text of the language, it
/// is allowed; `true` in the place of a name is not, so that no editor proposes it.
extension Grammar {
    /// The schema of such a value.
    var schema: SchemaValue {
        switch self {
        case .version: number(1...1)
        case .boolean: text("(true|false)", orType: "boolean")
        case .onlyTrue: ["enum": [true, "true"], "errorMessage": message]
        case .tableName: text("[a-z][a-z0-9_-]{0,30}")
        case .priority: number(.init(Settings.validPriorities), or: "(0|-?[1-9][0-9]*)")
        case .labels: number(0...127, or: SchemaPattern.labels)
        case .elements: number(Settings.validMaxElements)
        case .name: freeText("[a-z0-9][a-z0-9._-]{0,62}").with(["minimum": 0])
        case .line: freeText(SchemaPattern.line, longest: 256)
        case .direction, .family, .transport, .balance, .logLevel: enumeration(of: words)
        case .addressRange: text(SchemaPattern.addressRange)
        case .matchedAddress:
            text("(\(SchemaPattern.addressRange)|local|\(SchemaPattern.listName))")
        case .address: text("(\(SchemaPattern.address)|\(SchemaPattern.listName))")
        case .portRange: port(SchemaPattern.portRange)
        case .matchedPort, .targetPort:
            port("(\(SchemaPattern.portRange)|\(SchemaPattern.listName))")
        case .port: port("(\(SchemaPattern.port)|\(SchemaPattern.listName))")
        case .localPort: localPort(SchemaPattern.port)
        case .targetLocal: localPort(SchemaPattern.portRange)
        case .weight: number(.init(Balance.Share.validWeights))
        case .interface: freeText(SchemaPattern.interface)
        case .user, .group: number(0...Int(IDText.nobody - 1), or: SchemaPattern.account)
        case .cgroup: freeText(SchemaPattern.cgroup, longest: CgroupPath.longest)
        case .mark: number(0...Int(UInt32.max), or: SchemaPattern.mark)
        case .path: freeText(SchemaPattern.path)
        case .include: freeText(SchemaPattern.include)
        case .logPrefix: freeText(SchemaPattern.logPrefix, longest: PacketLog.longestPrefix)
        case .logGroup: number(0...Int(UInt16.max))
        case .logRate: text(SchemaPattern.logRate)
        case .connection: text(SchemaPattern.connection)
        case .outcome: text(SchemaPattern.outcome)
        }
    }

    /// The schema of a list of such values.
    var listSchema: SchemaValue {
        let items =
            loneWords.isEmpty
            ? reference : enumeration(of: words.filter { !loneWords.contains($0) })
        return ["type": "array", "items": items, "minItems": 1]
    }

    /// The schema that stands for the one of such a value.
    var reference: SchemaValue { ["$ref": "#/$defs/\(rawValue)"] }

    // MARK: - Parts

    /// What an editor says of another value; no keyword of JSON Schema, but known to those that
    /// would otherwise show the pattern.
    private var message: SchemaValue { "expected \(expectation)" }

    private func enumeration(of words: [String]) -> SchemaValue {
        ["enum": .words(words), "errorMessage": "expected \(words.alternatives)"]
    }

    private func text(_ pattern: String, orType type: String? = nil) -> SchemaValue {
        [
            "type": type.map { [.text($0), "string"] } ?? "string",
            "pattern": "^\(pattern)$",
            "errorMessage": message,
        ]
    }

    private func freeText(_ pattern: String, longest: Int? = nil) -> SchemaValue {
        text(pattern, orType: "number").with(longest.map { ["maxLength": .integer($0)] } ?? [:])
    }

    private func number(
        _ range: ClosedRange<Int>,
        or pattern: String = SchemaPattern.number
    ) -> SchemaValue {
        text(pattern, orType: "integer").with([
            "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ])
    }

    private func port(_ pattern: String) -> SchemaValue {
        number(1...Int(UInt16.max), or: pattern)
    }

    private func localPort(_ pattern: String) -> SchemaValue {
        ["anyOf": [["const": true], port("(true|\(pattern)|\(SchemaPattern.listName))")]]
    }
}

extension ClosedRange<Int> {
    fileprivate init(_ range: ClosedRange<some BinaryInteger>) {
        self = Int(range.lowerBound)...Int(range.upperBound)
    }
}
