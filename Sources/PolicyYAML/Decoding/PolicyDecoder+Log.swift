import Addressing
import Diagnostics
import PolicyModel

/// `log`: the line in a log that each redirected connection gives.
extension PolicyDecoder {
    /// The log of a redirect; its lines begin with the redirect's name, if nothing else is said.
    mutating func log(_ redirect: Fields<RedirectKey>, named name: String?) -> Field<PacketLog> {
        let fields: Fields<LogKey>
        let span: SourceSpan
        switch mapping(redirect, .log, as: LogKey.self) {
        case .absent: return .absent
        case .rejected: return .rejected
        case .given(let mapping, let written): (fields, span) = (mapping, written)
        }
        if fields.mapping.entries.isEmpty { bag.report(.emptyLog(at: span)) }
        let prefix = one(fields, .prefix) { $0.logPrefix($1) }
        let level = one(fields, .level) { decoder, scalar in
            decoder.word(scalar, .logLevel) as LogLevel?
        }
        let group = one(fields, .group) { $0.logGroup($1) }
        let rate = one(fields, .rate) { $0.logRate($1) }
        if let level = fields.span(of: .level), let group = fields.span(of: .group) {
            bag.report(.ambiguousLog(level, group))
            return .rejected
        }
        let destination: PacketLog.Destination =
            group.value.map { .group($0) } ?? .kernel(level.value ?? .warn)
        return .given(
            PacketLog(
                prefix: prefix.value ?? name.map { "\($0): " } ?? "",
                destination: destination,
                rate: rate.value
            ),
            span
        )
    }

    private mutating func logPrefix(_ scalar: Node.Scalar) -> String? {
        let text = scalar.text
        guard !text.isEmpty, text.utf8.count <= PacketLog.longestPrefix else {
            bag.report(.logPrefixLength(scalar))
            return nil
        }
        if let index = text.utf8.firstIndex(where: { !PacketLog.allowsInPrefix($0) }) {
            bag.report(.logPrefixCharacter(scalar.part(text[index...].character)))
            return nil
        }
        return text
    }

    private mutating func logGroup(_ scalar: Node.Scalar) -> UInt16? {
        let group = DecimalText.number(scalar.text).flatMap { UInt16(exactly: $0) }
        if group == nil { bag.report(.invalidLogGroup(scalar)) }
        return group
    }

    private mutating func logRate(_ scalar: Node.Scalar) -> LogRate? {
        let rate = LogRateText.rate(scalar.text)
        if rate == nil { bag.report(.invalidLogRate(scalar)) }
        return rate
    }
}

extension Substring {
    /// The first character.
    fileprivate var character: Substring { Substring(unicodeScalars.prefix(1)) }
}

extension Diagnostic {
    fileprivate static func emptyLog(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyMapping,
            "`log` says nothing",
            at: Label(span, "expected \(LogKey.names.alternatives)"),
            help: "for example `\(RedirectKey.log.example)`; without `log` nothing is logged"
        )
    }

    fileprivate static func ambiguousLog(_ level: SourceSpan, _ group: SourceSpan) -> Diagnostic {
        let (first, last) = level.start < group.start ? (level, group) : (group, level)
        return Diagnostic(
            .ambiguousLog,
            "a line goes to the kernel's log or to a group, not to both",
            at: Label(last, "this contradicts it"),
            related: [Label(first, "this says one thing")],
            help: "keep `level` for the kernel's log, or `group` for a program that listens to it"
        )
    }

    fileprivate static func logPrefixLength(_ scalar: Node.Scalar) -> Diagnostic {
        let count = scalar.text.utf8.count
        return Diagnostic(
            .invalidLogPrefix,
            count == 0 ? "the prefix is empty" : "the prefix is \(count) bytes long",
            at: Label(scalar.span, "expected 1 to \(PacketLog.longestPrefix) bytes"),
            help: count == 0
                ? "leave `prefix` out; the lines then begin with the name of the redirect" : nil
        )
    }

    fileprivate static func logPrefixCharacter(_ character: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidLogPrefix,
            "a prefix cannot hold \(character.text.quoted)",
            at: Label(
                character.span,
                character.text == "$" ? "nft would put a value here" : "nft has no way to say this"
            ),
            help: "use ASCII letters, digits, spaces and signs other than `\"`, `\\` and `$`"
        )
    }

    fileprivate static func invalidLogGroup(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidLogGroup,
            "\(scalar.text.quoted) is not a log group",
            at: Label(scalar.span, "expected \(Grammar.logGroup.expectation)"),
            help: "the number is the one that the listening program is told, such as `group: 1`"
        )
    }

    fileprivate static func invalidLogRate(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidLogRate,
            "\(scalar.text.quoted) is not a rate",
            at: Label(scalar.span, "expected \(Grammar.logRate.expectation)"),
            help: LogRateText.advice(on: scalar.text)
        )
    }
}
