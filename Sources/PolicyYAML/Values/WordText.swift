import Addressing
import Diagnostics
import PolicyModel

/// The text form of values of which there are only some.
enum WordText {
    /// Reads `true` or `false`.
    static func boolean(_ text: String) throws(ValueProblem) -> Bool {
        try boolean(text, otherwise: nil)
    }

    /// Reads `true` or `false`; `help` is for a word that means neither.
    static func boolean(
        _ text: String,
        otherwise help: @escaping @autoclosure @Sendable () -> String?
    ) throws(ValueProblem) -> Bool {
        switch text {
        case "true": return true
        case "false": return false
        default:
            throw ValueProblem(
                .invalidBoolean,
                "\(text.quoted) is neither `true` nor `false`",
                "expected `true` or `false`",
                help: boolean(meantBy: text).map { "write `\($0)`" } ?? help()
            )
        }
    }

    private static func boolean(meantBy text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "y", "on", "true", "1", "enabled", "t": true
        case "no", "n", "off", "false", "0", "disabled", "f": false
        default: nil
        }
    }

    /// Reads a direction.
    static func direction(_ text: String) throws(ValueProblem) -> Direction {
        try word(
            text,
            "a direction",
            remark: ["any", "both"].contains(text.lowercased())
                ? "for both directions write `[inbound, outbound]`" : nil
        )
    }

    /// Reads an address family.
    static func family(_ text: String) throws(ValueProblem) -> IPFamily {
        try word(
            text,
            "an address family",
            remark: ["any", "both", "all"].contains(text.lowercased())
                ? "for both families leave `family` out" : nil
        )
    }

    /// Reads a protocol of a list, which cannot be `any`.
    static func transport(_ text: String) throws(ValueProblem) -> TransportProtocol {
        if let word = TransportProtocol(rawValue: text) { return word }
        guard text != "any" else {
            throw ValueProblem(
                .unknownWord,
                "`any` is not one protocol among others",
                "expected `tcp`, `udp` or `sctp`",
                help: "write `protocol: any`, not in a list, or name the protocols"
            )
        }
        throw unknown(
            text,
            "a protocol",
            among: Grammar.transport.words,
            remark: otherProtocols[text.lowercased()].map { "write `\($0)`" }
                ?? "`any` stands for every protocol, also those without ports"
        )
    }

    private static let otherProtocols = [
        "both": "[tcp, udp]", "6": "tcp", "17": "udp", "132": "sctp",
    ]

    /// Reads the method of a balance.
    static func balanceMethod(_ text: String) throws(ValueProblem) -> Balance.Method {
        try word(text, "a way to balance")
    }

    /// Reads the kind of a finding that a redirect can accept.
    static func finding(_ text: String) throws(ValueProblem) -> DiagnosticCode {
        if let code = DiagnosticCode.ofAnalysis.first(where: { $0.rawValue == text }) {
            return code
        }
        throw unknown(
            text,
            "a finding that can be allowed",
            among: Grammar.finding.words,
            remark: DiagnosticCode(rawValue: text) == nil
                ? nil : "only what the analysis says about a redirect can be allowed"
        )
    }

    /// Reads the level of a log.
    static func logLevel(_ text: String) throws(ValueProblem) -> LogLevel {
        try word(text, "a level")
    }

    /// Reads a word that is one of the values of a type.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - noun: What such a word is.
    ///   - remark: The help for a word that is not similar to any.
    /// - Returns: The value.
    /// - Throws: The problem of a word that is none of those expected.
    static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        _ noun: String,
        remark: @escaping @autoclosure @Sendable () -> String? = nil
    ) throws(ValueProblem) -> Word {
        if let word = Word(rawValue: text) { return word }
        throw unknown(text, noun, among: Word.allCases.map(\.rawValue), remark: remark())
    }

    /// The problem of a word that is none of those expected.
    private static func unknown(
        _ text: String,
        _ noun: String,
        among words: [String],
        remark: @escaping @autoclosure @Sendable () -> String? = nil
    ) -> ValueProblem {
        ValueProblem(
            .unknownWord,
            "\(text.quoted) is not \(noun)",
            "expected \(words.alternatives)",
            help: word(meantBy: text, among: words).map { "did you mean `\($0)`?" } ?? remark()
        )
    }

    private static func word(meantBy text: String, among words: [String]) -> String? {
        synonyms[text.lowercased()].flatMap { words.contains($0) ? $0 : nil }
            ?? Suggestion.nearest(to: text, among: words)
    }

    /// What other tools call the same things.
    private static let synonyms = [
        "in": "inbound", "input": "inbound", "ingress": "inbound", "incoming": "inbound",
        "prerouting": "inbound", "forward": "inbound", "forwarded": "inbound", "out": "outbound",
        "output": "outbound", "egress": "outbound",
        "outgoing": "outbound", "4": "ipv4", "v4": "ipv4", "ip": "ipv4", "inet": "ipv4",
        "ip4": "ipv4", "6": "ipv6", "v6": "ipv6", "ip6": "ipv6", "inet6": "ipv6", "all": "any",
        "rr": "round-robin", "hash": "source-hash", "ip-hash": "source-hash",
        "sticky": "source-hash", "jhash": "source-hash", "error": "err", "warning": "warn",
        "emergency": "emerg", "panic": "emerg", "critical": "crit",
    ]
}
