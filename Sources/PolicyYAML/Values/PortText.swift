import Addressing
import Diagnostics

/// The text form of ports and ranges of ports.
enum PortText {
    /// Reads one port.
    static func port(_ text: String, for use: SingleUse) throws(ValueProblem) -> Port {
        switch number(text[...]) {
        case .port(let port): return port
        case .problem(let problem):
            guard let ends = ends(of: text), number(ends.first).port != nil,
                number(ends.last).port != nil
            else { throw problem }
            throw ValueProblem(
                .invalidPort,
                "the port of \(use.title) is one number here, not a range",
                "expected one port",
                help: use.isOfConnection
                    ? "write one of them, such as `\(ends.first)`"
                    : "in a balance ports do not shift; leave `port` out to keep each as it is"
            )
        }
    }

    /// Reads one port, or a range `A-B`.
    static func range(_ text: String) throws(ValueProblem) -> ClosedRange<Port> {
        guard let ends = ends(of: text) else {
            switch number(text[...]) {
            case .port(let port): return port...port
            case .problem(let problem): throw problem
            }
        }
        switch (number(ends.first), number(ends.last)) {
        case (.port(let first), .port(let last)) where first <= last:
            return first...last
        case (.port(let first), .port(let last)):
            throw ValueProblem(
                .rangeUpsideDown,
                "the port range \(text.quoted) ends before it begins",
                "no port lies in this range",
                help: "write `\(last)-\(first)`"
            )
        case (.problem(let problem), _), (_, .problem(let problem)):
            throw problem
        }
    }

    /// The port in a text, or `nil` if it is none.
    static func port(_ text: Substring) -> Port? { number(text).port }

    /// The problem of the name of a service, or `nil` if the text is not one that people write often.
    static func serviceProblem(_ text: String) -> ValueProblem? {
        services[text] == nil ? nil : notANumber(text[...])
    }

    /// What a text is.
    private enum Number {
        case port(Port)
        case problem(ValueProblem)

        var port: Port? { if case .port(let port) = self { port } else { nil } }
    }

    /// Reads a decimal number from 1 to 65535.
    private static func number(_ text: Substring) -> Number {
        guard !text.isEmpty, text.utf8.allSatisfy({ Alphabet.digits.contains($0) }) else {
            return .problem(notANumber(text))
        }
        guard let number = UInt16(text), let port = Port(number) else {
            return .problem(
                ValueProblem(
                    .portOutOfRange,
                    "the port \(text.quoted) does not exist",
                    "ports are the numbers from 1 to 65535",
                    help: text.allSatisfy { $0 == "0" }
                        ? "no connection has port 0; if any port will do, leave it out" : nil
                )
            )
        }
        guard text.utf8.first == UInt8(ascii: "0") else { return .port(port) }
        return .problem(
            ValueProblem(
                .invalidPort,
                "the port \(text.quoted) begins with a zero",
                "some programs would read it as octal",
                help: "write `\(port)`"
            )
        )
    }

    private static func notANumber(_ text: Substring) -> ValueProblem {
        ValueProblem(
            .invalidPort,
            "\(text.quoted) is not a port",
            "a port is a decimal number from 1 to 65535",
            help: advice(on: text)
        )
    }

    /// The two parts of a text with a dash in it.
    private static func ends(of text: String) -> (first: Substring, last: Substring)? {
        guard let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")), dash > text.startIndex else {
            return nil
        }
        return (text[..<dash], text[text.index(after: dash)...])
    }

    private static func advice(on text: Substring) -> String? {
        let trimmed = text.filter { $0 != " " && $0 != "_" && $0 != "+" }
        if trimmed != text, let port = port(trimmed[...]) {
            return "write `\(port)`, and a range as `8000-8010`, without spaces or signs"
        }
        if text.hasPrefix("0x"), let number = UInt16(text.dropFirst(2), radix: 16), number > 0 {
            return "write `\(number)`"
        }
        for separator in [",", " "] where text.contains(separator) {
            return "write several ports as a list: `[80, 443]`"
        }
        if text.contains(":") || text.contains("..") {
            return "write a range with a dash: `8000-8010`"
        }
        if let port = services[text.lowercased()] {
            return "names of services are not looked up; write `\(port)`"
        }
        return text.contains { $0.isLetter }
            ? "names of services are not looked up; write the number" : nil
    }

    /// The services that people write most often.
    private static let services = [
        "ssh": 22, "smtp": 25, "domain": 53, "dns": 53, "http": 80, "www": 80, "pop3": 110,
        "ntp": 123, "imap": 143, "https": 443, "submission": 587, "imaps": 993, "mysql": 3306,
        "postgresql": 5432, "redis": 6379, "http-alt": 8080,
    ]
}
