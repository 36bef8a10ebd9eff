import Diagnostics

/// Values of which there are only so many.
extension PolicyDecoder {
    /// `true` or `false`.
    ///
    /// `help` is for a word that means neither.
    mutating func boolean(_ scalar: Node.Scalar, otherwise help: String? = nil) -> Bool? {
        switch scalar.text {
        case "true": return true
        case "false": return false
        default:
            bag.report(.invalidBoolean(scalar, help))
            return nil
        }
    }

    /// A word that is one of the values of a type.
    mutating func word<Word: RawRepresentable<String>>(
        _ scalar: Node.Scalar,
        _ grammar: Grammar
    ) -> Word? {
        if let word = Word(rawValue: scalar.text) { return word }
        bag.report(.unknownWord(scalar, grammar))
        return nil
    }
}

extension Diagnostic {
    fileprivate static func invalidBoolean(_ scalar: Node.Scalar, _ help: String?) -> Diagnostic {
        let meant: Bool? =
            switch scalar.text.lowercased() {
            case "yes", "y", "on", "true", "1", "enabled", "t": true
            case "no", "n", "off", "false", "0", "disabled", "f": false
            default: nil
            }
        return Diagnostic(
            .invalidBoolean,
            "\(scalar.text.quoted) is neither `true` nor `false`",
            at: Label(scalar.span, "expected `true` or `false`"),
            help: meant.map { "write `\($0)`" } ?? help
        )
    }

    static func unknownWord(_ scalar: Node.Scalar, _ grammar: Grammar) -> Diagnostic {
        unknownWord(
            scalar,
            grammar.noun,
            among: grammar.words,
            remark: grammar.remark(on: scalar.text)
        )
    }

    /// The finding for a word that is none of those expected; the remark is for one that is not
    /// near to any.
    static func unknownWord(
        _ scalar: Node.Scalar,
        _ noun: String,
        among words: [String],
        remark: String? = nil
    ) -> Diagnostic {
        let meant =
            synonyms[scalar.text.lowercased()].flatMap { words.contains($0) ? $0 : nil }
            ?? Suggestion.nearest(to: scalar.text, among: words)
        return Diagnostic(
            .unknownWord,
            "\(scalar.text.quoted) is not \(noun)",
            at: Label(scalar.span, "expected \(words.alternatives)"),
            help: meant.map { "did you mean `\($0)`?" } ?? remark
        )
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

extension Grammar {
    fileprivate var noun: String {
        switch self {
        case .direction: "a direction"
        case .family: "an address family"
        case .balance: "a way to balance"
        case .logLevel: "a level"
        default: "a protocol"
        }
    }

    fileprivate func remark(on text: String) -> String? {
        switch (self, text.lowercased()) {
        case (.direction, "both"), (.direction, "any"):
            "for both directions write `[inbound, outbound]`"
        case (.family, "any"), (.family, "both"), (.family, "all"):
            "for both families leave `family` out"
        case (.transport, _):
            "`any` stands for every protocol, also those without ports"
        default: nil
        }
    }
}
