import Addressing
import Diagnostics
import PolicyModel

/// What holds for a policy as a whole.
extension PolicyDecoder {
    /// The settings; what is left out or cannot be read is as in an empty `settings:`.
    mutating func settings(_ policy: Fields<PolicyKey>) -> Settings {
        var settings = Settings()
        let fields = mapping(policy, .settings, as: SettingsKey.self)
        guard let fields = fields.value else { return settings }
        if let table = one(fields, .table, { $0.tableName($1) }).value { settings.table = table }
        if let priority = one(fields, .priority, { $0.priority($1) }).value {
            settings.priority = priority
        }
        if let counters = one(fields, .counters, { $0.boolean($1) }).value {
            settings.counters = counters
        }
        if let labels = one(fields, .labels, { $0.labels($1) }).value { settings.labels = labels }
        settings.maxElements = one(fields, .maxElements) { $0.maxElements($1) }.value
        settings.protected = protected(fields)
        return settings
    }

    private mutating func protected(_ fields: Fields<SettingsKey>) -> [ProtectedConnection] {
        var places: [SourceSpan] = []
        let connections = several(fields, .protect) { decoder, scalar -> Connection? in
            places.append(scalar.span)
            return decoder.connection(scalar)?.connection
        }
        return zip(connections.value ?? [], places).map(ProtectedConnection.init)
    }

    private mutating func tableName(_ scalar: Node.Scalar) -> String? {
        let text = scalar.text
        guard let first = text.utf8.first, Alphabet.lowercase.contains(first),
            text.utf8.count <= 31,
            text.utf8.allSatisfy({ Alphabet.isInTableName($0) })
        else {
            bag.report(.invalidTableName(scalar))
            return nil
        }
        guard !NftKeywords.all.contains(text) else {
            bag.report(.reservedTableName(scalar))
            return nil
        }
        return text
    }

    private mutating func labels(_ scalar: Node.Scalar) -> ClosedRange<ConnectionLabel>? {
        let ends = scalar.text.split(separator: "-", omittingEmptySubsequences: false)
            .map {
                DecimalText.number($0).flatMap { UInt8(exactly: $0) }.flatMap(ConnectionLabel.init)
            }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first <= last
        else {
            bag.report(.invalidLabels(scalar))
            return nil
        }
        return first...last
    }

    private mutating func maxElements(_ scalar: Node.Scalar) -> Int? {
        let number = DecimalText.number(scalar.text).flatMap { Int(exactly: $0) }
        guard let number, Settings.validMaxElements.contains(number) else {
            bag.report(.invalidMaxElements(scalar))
            return nil
        }
        return number
    }

    private mutating func priority(_ scalar: Node.Scalar) -> Int32? {
        let digits = scalar.text.hasPrefix("-") ? scalar.text.dropFirst() : scalar.text[...]
        let isDecimal =
            !digits.isEmpty && digits.utf8.allSatisfy { Alphabet.digits.contains($0) }
            && (digits.utf8.first != UInt8(ascii: "0") || scalar.text == "0")
        guard isDecimal else {
            bag.report(.invalidPriority(scalar))
            return nil
        }
        guard let number = Int32(scalar.text), Settings.validPriorities.contains(number) else {
            bag.report(.priorityOutOfRange(scalar))
            return nil
        }
        return number
    }
}

extension Diagnostic {
    fileprivate static func invalidTableName(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidTableName,
            "\(scalar.text.quoted) cannot be the name of the table",
            at: Label(scalar.span, "expected a name such as `redirctl`"),
            help: "begin with a small letter, then at most 30 small letters, digits, `_` and `-`"
        )
    }

    fileprivate static func reservedTableName(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidTableName,
            "\(scalar.text.quoted) is a word of nftables' own language",
            at: Label(scalar.span, "nft could not read a table of this name"),
            help: "choose another name, for example `redirctl-\(scalar.text)`"
        )
    }

    fileprivate static func invalidPriority(_ scalar: Node.Scalar) -> Diagnostic {
        let names = ["raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50]
        return Diagnostic(
            .invalidPriority,
            "\(scalar.text.quoted) is not a priority",
            at: Label(scalar.span, "expected a whole number such as `-105`"),
            help: names[scalar.text].map { "the number of `\(scalar.text)` is `\($0)`" }
                ?? "write a decimal number without leading zeros; lower runs first"
        )
    }

    fileprivate static func invalidLabels(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidLabels,
            "\(scalar.text.quoted) is no bit of a connection's label, and no range of them",
            at: Label(scalar.span, "expected a bit or a range of bits from 0 to 127"),
            help:
                "for example `\(SettingsKey.labels.example)`: decimal numbers, the lower one first, "
                + "without spaces"
        )
    }

    fileprivate static func invalidMaxElements(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidMaxElements,
            "\(scalar.text.quoted) cannot be the most elements of a policy",
            at: Label(scalar.span, "expected \(Grammar.elements.expectation)"),
            help: "write a decimal number without signs and separators, for example "
                + "`\(SettingsKey.maxElements.example)`"
        )
    }

    fileprivate static func priorityOutOfRange(_ scalar: Node.Scalar) -> Diagnostic {
        let valid = Settings.validPriorities
        return Diagnostic(
            .invalidPriority,
            "the kernel takes no NAT chain of priority \(scalar.text.quoted)",
            at: Label(
                scalar.span,
                "expected a number from \(valid.lowerBound) to \(valid.upperBound)"
            ),
            help: "NAT needs connection tracking, which runs at -200; "
                + "the default of -105 decides before the chains of most others"
        )
    }
}
