/// The text form of an address with a port: `192.0.2.10:80`, `[2001:db8::10]:80`.
enum EndpointText {
    /// The two parts, neither of which has been read.
    struct Parts {
        let address: Node.Scalar
        let port: Node.Scalar?
        let hasBrackets: Bool
    }

    /// Why a text does not have these parts.
    enum Problem: Error {
        /// Brackets that are no pair, or stand around something else.
        case brackets
        /// Nothing stands before the port.
        case noAddress
        /// Nothing stands behind the colon.
        case noPort
    }

    /// Takes a text apart; an address with several colons and no brackets has no port.
    static func parts(of word: Node.Scalar) throws(Problem) -> Parts {
        let text = word.text
        if text.hasPrefix("[") { return try bracketed(word) }
        guard !text.contains(where: { $0 == "[" || $0 == "]" }) else { throw .brackets }
        guard text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") else {
            return Parts(address: word, port: nil, hasBrackets: false)
        }
        guard colon > text.startIndex else { throw .noAddress }
        return Parts(
            address: word.part(text[..<colon]),
            port: try port(word, text[colon...]),
            hasBrackets: false
        )
    }

    private static func bracketed(_ word: Node.Scalar) throws(Problem) -> Parts {
        let text = word.text
        guard let end = text.firstIndex(of: "]") else { throw .brackets }
        let (inner, rest) = (text[..<end].dropFirst(), text[end...].dropFirst())
        guard !inner.isEmpty else { throw .noAddress }
        guard rest.isEmpty || rest.hasPrefix(":"), !inner.contains("["), !rest.contains("]") else {
            throw .brackets
        }
        return Parts(
            address: word.part(inner),
            port: rest.isEmpty ? nil : try port(word, rest),
            hasBrackets: true
        )
    }

    /// The part of a word behind a colon.
    private static func port(
        _ word: Node.Scalar,
        _ colon: Substring
    ) throws(Problem) -> Node.Scalar {
        guard colon.count > 1 else { throw .noPort }
        return word.part(colon.dropFirst())
    }
}
