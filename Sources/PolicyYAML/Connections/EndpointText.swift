import Addressing
import LocatedYAML

/// The text form of an address with a port: `192.0.2.10:80`, `[2001:db8::10]:80`.
enum EndpointText {
    /// The two parts as texts.
    struct Parts {
        let address: Node.Scalar
        let port: Node.Scalar?
        let hasBrackets: Bool
    }

    /// Why a text does not have these parts.
    enum Problem: Error {
        /// The brackets are not a pair around the address.
        case brackets
        /// There is no address before the colon.
        case noAddress
        /// There is no port after the colon.
        case noPort
    }

    /// Divides a text; an address with several colons and no brackets has no port.
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

    /// The part of a word after a colon.
    private static func port(
        _ word: Node.Scalar,
        _ colon: Substring
    ) throws(Problem) -> Node.Scalar {
        guard colon.count > 1 else { throw .noPort }
        return word.part(colon.dropFirst())
    }

    /// Whether an IPv6 address without brackets is one, too, without what follows its last colon,
    /// and that is a port: `2001:db8::1:80`.
    static func canEndInPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), IPAddress(text)?.family == .ipv6 else {
            return false
        }
        return IPAddress(text[..<colon]) != nil
            && PortText.port(text[text.index(after: colon)...]) != nil
    }

    /// The endpoint that a text without a port probably means.
    ///
    /// An IPv6 address without brackets can end in the port.
    static func endpoint(meantBy text: String, _ address: IPAddress) -> String {
        if let colon = text.lastIndex(of: ":"), !text.hasPrefix("["),
            let shorter = IPAddress(text[..<colon]),
            let port = PortText.port(text[text.index(after: colon)...])
        {
            return shorter.text(withPort: port)
        }
        return address.family == .ipv6 ? "[\(address)]:80" : "\(address):80"
    }
}
