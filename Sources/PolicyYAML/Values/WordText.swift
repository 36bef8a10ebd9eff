import Diagnostics

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

    /// Reads a word that is one of the values of a type; `noun` is what such a word is, and `remark`
    /// the help for a word that is not similar to any.
    static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        _ noun: String,
        remark: String? = nil
    ) throws(ValueProblem) -> Word {
        if let word = Word(rawValue: text) { return word }
        throw unknown(text, noun, among: Word.allCases.map(\.rawValue), remark: remark)
    }

    /// The problem of a word that is none of those expected.
    static func unknown(
        _ text: String,
        _ noun: String,
        among words: [String],
        remark: String? = nil
    ) -> ValueProblem {
        ValueProblem(
            .unknownWord,
            "\(text.quoted) is not \(noun)",
            "expected \(words.alternatives)",
            help: word(meantBy: text, among: words).map { "did you mean `\($0)`?" } ?? remark
        )
    }

    private static func word(meantBy text: String, among words: [String]) -> String? {
        synonyms[text.lowercased()].flatMap { words.contains($0) ? $0 : nil }
            ?? Suggestion.nearest(to: text, among: words)
    }

    /// What other tools call the same things.
    private static let synonyms = [
        "in": "inbound", "input": "inbound", "ingress": "inbound", "incoming": "inbound",
        "prerouting": "inbound", "out": "outbound", "output": "outbound", "egress": "outbound",
        "outgoing": "outbound", "4": "ipv4", "v4": "ipv4", "ip": "ipv4", "inet": "ipv4",
        "ip4": "ipv4", "6": "ipv6", "v6": "ipv6", "ip6": "ipv6", "inet6": "ipv6", "all": "any",
        "rr": "round-robin", "hash": "source-hash", "ip-hash": "source-hash",
        "sticky": "source-hash", "jhash": "source-hash", "error": "err", "warning": "warn",
        "emergency": "emerg", "panic": "emerg", "critical": "crit",
    ]
}
