import Addressing

/// The text form of ports, and what somebody means who writes them in another way.
enum PortText {
    /// Why a text is no port.
    enum Problem: Error {
        /// A number that no port has.
        case outOfRange
        /// The port, without the zeros in front of it.
        case leadingZeros(Port)
        /// Not a decimal number; what to do instead.
        case notANumber(String?)
    }

    /// Reads a decimal number from 1 to 65535.
    static func port(_ text: Substring) -> Result<Port, Problem> {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return .failure(.notANumber(advice(on: text)))
        }
        guard let number = UInt16(text), let port = Port(number) else {
            return .failure(.outOfRange)
        }
        return text.utf8.first == 0x30 ? .failure(.leadingZeros(port)) : .success(port)
    }

    /// The two parts of a text with a dash in it.
    static func ends(of text: String) -> (first: Substring, last: Substring)? {
        guard let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")), dash > text.startIndex else {
            return nil
        }
        return (text[..<dash], text[text.index(after: dash)...])
    }

    /// Whether both parts are ports.
    static func isRange(_ ends: (first: Substring, last: Substring)) -> Bool {
        guard case .success = port(ends.first), case .success = port(ends.last) else {
            return false
        }
        return true
    }

    /// Whether a text is the name of a service that people write most.
    static func isService(_ text: String) -> Bool { services[text] != nil }

    private static func advice(on text: Substring) -> String? {
        let trimmed = text.filter { $0 != " " && $0 != "_" && $0 != "+" }
        if trimmed != text, case .success(let port) = port(trimmed[...]) {
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

    /// The services that people write most.
    private static let services = [
        "ssh": 22, "smtp": 25, "domain": 53, "dns": 53, "http": 80, "www": 80, "pop3": 110,
        "ntp": 123, "imap": 143, "https": 443, "submission": 587, "imaps": 993, "mysql": 3306,
        "postgresql": 5432, "redis": 6379, "http-alt": 8080,
    ]
}
