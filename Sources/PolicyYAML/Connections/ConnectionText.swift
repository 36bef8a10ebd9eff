import Addressing
import LocatedYAML
import PolicyModel

/// The parts of the text of a connection:
/// `DIRECTION PROTOCOL [SOURCE ->] ADDRESS:PORT [KEY=VALUE …]`.
struct ConnectionText {
    /// The longest text, in bytes; the longest values together are far shorter.
    static let longest = 2048

    /// The longest text of several connections, in bytes.
    static let longestPattern = 8192

    /// The words of its parts; `nil` for a missing part.
    private(set) var direction: Node.Scalar?
    private(set) var transport: Node.Scalar?
    private(set) var destination: Node.Scalar?

    /// The client's address, and perhaps its port, before an arrow.
    private(set) var source: Node.Scalar?

    /// An arrow without a source before it.
    private(set) var strayArrow: Node.Scalar?

    /// What a shell leaves of an arrow that is not in quotes: `->` becomes `-` and a redirection.
    private(set) var brokenArrow: Node.Scalar?

    /// The number after a destination that has no port of its own.
    private(set) var portApart: Node.Scalar?

    /// The words that follow.
    private(set) var options: [Node.Scalar] = []

    /// What stands between the client's address and the destination.
    static let arrow = "->"

    /// Finds the parts of a text.
    init(_ scalar: Node.Scalar) {
        var words = scalar.words[...]
        brokenArrow = words.first { $0.text == "-" }
        if words.first?.canBeDirection == true { direction = words.popFirst() }
        let isSource = words.dropFirst().first?.isArrow == true && words.first?.isProtocols == false
        if words.first?.canBeProtocol == true, !isSource { transport = words.popFirst() }
        if words.first?.isArrow == true {
            strayArrow = words.popFirst()
        } else if words.dropFirst().first?.isArrow == true, words.first?.isOption == false {
            source = words.popFirst()
            words.removeFirst()
        }
        if words.first?.isOption == false { destination = words.popFirst() }
        if destination?.isAddress == true, words.first?.isNumber == true {
            portApart = words.popFirst()
        }
        options = Array(words)
    }

    /// The names of the missing parts.
    var missing: [String] {
        [("direction", direction), ("protocol", transport), ("destination", destination)]
            .filter { $0.1 == nil }.map(\.0)
    }

    /// The text with examples for its missing parts.
    var completed: String {
        // A port alone is no destination.
        let port = destination.flatMap { PortText.port($0.text[...]) }
        let written = destination.flatMap { LooseEndpoint($0) == nil ? nil : $0.text }
        let address = port.map { "192.0.2.10:\($0)" } ?? written
        let parts = [
            direction?.text ?? "outbound", transport?.text ?? "tcp",
            source.map { "\($0.text) \(Self.arrow)" }, address ?? "192.0.2.10:80",
        ]
        return (parts.compactMap(\.self) + options.map(\.text)).joined(separator: " ")
    }
}

extension Node.Scalar {
    /// Whether the first word of a connection is its direction, right or wrong.
    fileprivate var canBeDirection: Bool {
        canBeProtocol && !isProtocols
    }

    /// Whether it is a protocol, or several.
    fileprivate var isProtocols: Bool {
        text.split(separator: ",").allSatisfy {
            Grammar.transport.words.contains(String($0))
        }
    }

    /// Whether a word before the destination is the protocol, right or wrong.
    fileprivate var canBeProtocol: Bool {
        !isOption && !isArrow && !text.contains { $0 == ":" || $0 == "." || $0 == "[" } && !isNumber
    }

    /// Whether it is an address, right or wrong, without a port.
    fileprivate var isAddress: Bool {
        !text.contains(":") || IPAddress(text)?.family == .ipv6
    }

    fileprivate var isArrow: Bool { text == ConnectionText.arrow }

    fileprivate var isOption: Bool { text.contains("=") }

    fileprivate var isNumber: Bool { text.utf8.allSatisfy { Alphabet.digits.contains($0) } }
}
