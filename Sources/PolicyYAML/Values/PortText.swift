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
        case (.port(let first), _) where ends.last.isEmpty:
            throw ValueProblem(
                .invalidPort,
                "the port range \(text.quoted) has no end",
                "expected a port after the dash",
                help: "write `\(first)-65535` for all ports from \(first) on"
            )
        case _ where range(meantBy: text[...]) != nil:
            throw notANumber(text[...])
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

    /// The port of a service that people name often.
    static func service(_ text: String) -> Int? { services[text.lowercased()] }

    /// The problem of the name of a service, or `nil` if the text is not one that people write often.
    static func serviceProblem(_ text: String) -> ValueProblem? {
        service(text).map { port in
            ValueProblem(
                .invalidPort,
                "\(text.quoted) is not a port",
                "a port is a decimal number from 1 to 65535",
                help: "names of services are not looked up; write `\(port)`, or define "
                    + "\(text.quoted) under `ports`"
            )
        }
    }

    /// The range that a text in another form stands for: `80:90`, `80..90`, `80 - 90`, `8_080`.
    static func range(meantBy text: Substring) -> ClosedRange<Port>? {
        let others = " _+-:.".utf8
        guard text.utf8.count <= 32,
            text.utf8.allSatisfy({ Alphabet.digits.contains($0) || others.contains($0) })
        else { return nil }
        // Two numbers with a space between them are two ports.
        let sign = ["..", ":", "-"].first { text.contains($0) }
        let ends = sign.map { text.split(separator: $0, omittingEmptySubsequences: false) }
        let plain = (ends ?? [text]).map { end in
            end.split(separator: " ").joined(separator: " ").filter { $0 != "_" && $0 != "+" }
        }
        let meant = plain.joined(separator: "-")
        return plain.count <= 2 && meant != text ? try? range(meant) : nil
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
        let bare = text.hasPrefix(":") ? text.dropFirst() : text
        if bare != text, let port = port(bare) { return "write `\(port)`" }
        if let range = range(meantBy: bare) { return "write `\(PortSet.text(of: range))`" }
        if let bound = bound(text) { return "write `\(bound)`" }
        if text.hasPrefix("0x"), let number = UInt16(text.dropFirst(2), radix: 16), number > 0 {
            return "write `\(number)`"
        }
        let parts = text.split(separator: "/", maxSplits: 1)
        if parts.count == 2, let transport = TransportProtocol(rawValue: String(parts[1])),
            let port = port(parts[0])
        {
            return "write `\(port)` here, and `protocol: \(transport)` in `match`"
        }
        if let colon = text.lastIndex(of: ":"), let address = IPAddress(text[..<colon]),
            let port = port(text[colon...].dropFirst())
        {
            return "write `address: \(address), port: \(port)`"
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
        if ["*", "all"].contains(text) { return "for any port leave `port` out" }
        return text.contains { $0.isLetter }
            ? "names of services are not looked up; write the number" : nil
    }

    /// The range that a comparison stands for: `>1024`, `<=1023`.
    private static func bound(_ text: Substring) -> String? {
        guard let sign = ["<=", ">=", "<", ">"].first(where: { text.hasPrefix($0) }),
            let number = UInt16(text.dropFirst(sign.count).drop { $0 == " " }),
            (2...65534).contains(number)
        else { return nil }
        return switch sign {
        case "<=": "1-\(number)"
        case "<": "1-\(number - 1)"
        case ">": "\(number + 1)-65535"
        default: "\(number)-65535"
        }
    }

    /// The services that people write most often.
    private static let services = [
        "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "dns": 53, "tftp": 69,
        "http": 80, "www": 80, "kerberos": 88, "pop3": 110, "ntp": 123, "imap": 143, "snmp": 161,
        "ldap": 389, "https": 443, "smtps": 465, "syslog": 514, "submission": 587, "ldaps": 636,
        "dot": 853, "imaps": 993, "pop3s": 995, "openvpn": 1194, "mqtt": 1883, "nfs": 2049,
        "mysql": 3306, "mariadb": 3306, "rdp": 3389, "sip": 5060, "postgresql": 5432,
        "postgres": 5432, "amqp": 5672, "vnc": 5900, "redis": 6379, "http-alt": 8080,
        "elasticsearch": 9200, "memcached": 11211, "mongodb": 27017, "wireguard": 51820,
    ]
}
