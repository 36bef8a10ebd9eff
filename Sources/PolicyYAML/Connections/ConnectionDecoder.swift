import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// A connection with the span of its destination, which its outcome can contradict.
struct ConnectionParts {
    let connection: Connection
    let destination: SourceSpan
}

/// Decodes connections: `DIRECTION PROTOCOL [SOURCE ->] ADDRESS:PORT [KEY=VALUE …]`.
struct ConnectionDecoder {
    let context: DecodingContext

    /// The connection, or `nil` if its text has errors.
    func connection(_ scalar: Node.Scalar) -> ConnectionParts? {
        guard scalar.text.utf8.count <= ConnectionText.longest else {
            context.bag.error(
                .invalidConnection,
                "the connection is \(scalar.text.utf8.count) bytes long",
                at: scalar.span,
                "at most \(ConnectionText.longest) are possible"
            )
            return nil
        }
        let text = ConnectionText(scalar)
        let isComplete = isComplete(
            text,
            in: scalar,
            "expected a direction, a protocol, an address and its port"
        )
        guard text.brokenArrow == nil else { return nil }
        let direction: Direction? = text.direction.flatMap { word($0, "a direction") }
        let transport: TransportProtocol? = text.transport.flatMap { word($0, "a protocol") }
        let destination = destination(text)
        let options = options(text)
        guard isComplete, let word = text.destination, let destination,
            let port = destination.port,
            let options, let direction, let transport,
            agree(direction, at: text.direction?.span, options),
            agree(destination.host, at: word.span, options)
        else { return nil }
        var connection = Connection(
            direction: direction,
            transport: transport,
            destination: destination.host,
            destinationPort: port
        )
        for key in ConnectionKey.allCases {
            switch key {
            case .source:
                connection.sourceAddress = options.source?.address
                connection.sourcePort = options.source?.port
            case .interface: connection.interface = options.interface
            case .user: connection.user = options.user
            case .group: connection.group = options.group
            case .cgroup: connection.cgroup = options.cgroup
            case .mark: connection.mark = options.mark
            case .dscp: connection.dscp = options.dscp
            }
        }
        return ConnectionParts(connection: connection, destination: word.span)
    }

    /// Whether a text has all parts; reports what is missing.
    func isComplete(
        _ text: ConnectionText,
        in scalar: Node.Scalar,
        _ expectation: String
    ) -> Bool {
        if let arrow = text.brokenArrow {
            let isAlone = text.destination?.span == arrow.span
            reportBrokenArrow(arrow, source: isAlone ? nil : text.destination)
            return false
        }
        if !text.missing.isEmpty {
            let missing = text.missing.map { "no \($0)" }
            context.bag.error(
                .invalidConnection,
                "the connection has \(missing.joined(by: "and"))",
                at: scalar.span,
                expectation,
                help: "for example `\(text.completed.escaped)`"
            )
        }
        if let arrow = text.strayArrow { reportNoSource(arrow) }
        return text.missing.isEmpty && text.strayArrow == nil
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ scalar: Node.Scalar,
        _ noun: String
    ) -> Word? {
        context.read(scalar) { text throws(ValueProblem) in try WordText.word(text, noun) }
    }

    private func destination(
        _ text: ConnectionText
    ) -> (host: Connection.Destination, port: Port?)? {
        guard let word = text.destination else { return nil }
        if word.text.hasPrefix("local:"), word.text != "local:" {
            let port = port(word.part(word.text.dropFirst("local:".count)), of: .destination)
            return port.map { (.local, $0) }
        }
        if let port = PortText.port(word.text[...]) {
            context.bag.error(
                .invalidConnection,
                "the destination \(word.text.quoted) has no address",
                at: word.span,
                "expected an address before the port",
                help: "write `local:\(port)` for this machine, `192.0.2.10:\(port)` for another"
            )
            return nil
        }
        if word.text.contains(ConnectionText.arrow) {
            reportArrowInside(word)
            return nil
        }
        if let port = text.portApart {
            reportPortApart(port, from: word)
            return nil
        }
        return endpoint(word, .destination).map { (.address($0.address), $0.port) }
    }

    /// Reports a source and a destination without spaces around the arrow between them.
    func reportArrowInside(_ word: Node.Scalar) {
        let ends = word.text.split(separator: ConnectionText.arrow, maxSplits: 1)
        context.bag.error(
            .invalidConnection,
            "the destination \(word.text.quoted) is none",
            at: word.span,
            "an arrow is a word of its own",
            help: "write `\(ends.joined(separator: " \(ConnectionText.arrow) ").escaped)`"
        )
    }

    /// Reports a port that a space separates from its address.
    func reportPortApart(_ port: Node.Scalar, from word: Node.Scalar) {
        let isIPv6 = IPAddress(word.text)?.family == .ipv6
        let address = isIPv6 ? "[\(word.text)]" : word.text
        context.bag.error(
            .invalidConnection,
            "the destination \(word.text.quoted) has no port",
            at: port.span,
            "the port belongs after a colon",
            help: "write `\(address.escaped):\(port.text)`"
        )
    }

    // MARK: - Options

    /// The source before the arrow, and the keys and values, or `nil` if one of them has errors.
    private func options(_ text: ConnectionText) -> ConnectionOptions? {
        var options = ConnectionOptions()
        var isComplete = true
        if let source = text.source {
            options.spans[.source] = source.span
            isComplete = ConnectionKey.source.decode(source, into: &options, self)
        }
        for word in text.options where !read(word, into: &options) { isComplete = false }
        return isComplete ? options : nil
    }

    private func read(_ word: Node.Scalar, into options: inout ConnectionOptions) -> Bool {
        guard let (name, value) = nameAndValue(word, among: ConnectionKey.names) else {
            return false
        }
        guard let key = ConnectionKey(rawValue: name.text) else {
            reportUnknown(name, among: ConnectionKey.names)
            return false
        }
        if let first = options.spans.updateValue(word.span, forKey: key) {
            options.spans[key] = first
            context.bag.repetition(
                .duplicateKey,
                "the key `\(key.rawValue)` is there twice",
                at: word.span,
                first: first,
                help: "keep one of them; a connection has one `\(key.rawValue)`"
            )
            return false
        }
        // In the path of a control group, a comma is a character like any other.
        guard !value.text.isEmpty, key == .cgroup || !value.text.contains(",") else {
            context.bag.error(
                .invalidConnection,
                value.text.isEmpty
                    ? "`\(key.rawValue)` has no value" : "a connection has one `\(key.rawValue)`",
                at: word.span,
                "expected one value after `=`",
                help: "for example `\(key.example)`"
            )
            return false
        }
        return key.decode(value, into: &options, self)
    }

    /// The name before `=` and the text after it; reports a word without `=`.
    func nameAndValue(
        _ word: Node.Scalar,
        among names: [String]
    ) -> (name: Node.Scalar, value: Node.Scalar)? {
        if let equals = word.text.firstIndex(of: "=") {
            let value = word.text[equals...].dropFirst()
            return (word.part(word.text[..<equals]), word.part(value))
        }
        let key = ConnectionKey(rawValue: word.text) ?? ConnectionKey.meant(by: word.text)
        context.bag.error(
            .invalidConnection,
            "\(word.text.quoted) is not a key with a value",
            at: word.span,
            "expected `KEY=VALUE` after the destination",
            help: key.map { "for example `\($0.example)`" }
                ?? "the keys are \(names.alternatives)"
        )
        return nil
    }

    /// Reports a name that is none of the keys.
    func reportUnknown(_ name: Node.Scalar, among names: [String]) {
        context.bag.error(
            .unknownKey,
            "\(name.text.quoted) is not a key of a connection",
            at: name.span,
            "expected \(names.alternatives)",
            help: ConnectionKey.meant(by: name.text).map {
                "did you mean `\($0.rawValue)`? for example `\($0.example)`"
            }
        )
    }

    private func reportNoSource(_ arrow: Node.Scalar) {
        context.bag.error(
            .invalidConnection,
            "the connection has no source before `\(ConnectionText.arrow)`",
            at: arrow.span,
            "expected the client's address before it",
            help: "for example `192.0.2.20 \(ConnectionText.arrow) 192.0.2.10:80`, or leave it out"
        )
    }

    private func reportBrokenArrow(_ arrow: Node.Scalar, source: Node.Scalar?) {
        let client = source.map(\.text.escaped) ?? "ADDRESS"
        context.bag.error(
            .invalidConnection,
            "the connection has `-` where `\(ConnectionText.arrow)` belongs",
            at: arrow.span,
            "an arrow is `\(ConnectionText.arrow)`",
            help:
                "a shell takes an arrow outside quotes as `-` and `>`, and writes to a file that is "
                + "named like the destination; put the connection in quotes, or write "
                + "`source=\(client)` after the destination"
        )
    }

    /// The source of a connection: an address, and a port if one is named.
    func source(_ value: Node.Scalar) -> (address: IPAddress, port: Port?, span: SourceSpan)? {
        endpoint(value, .source).map { ($0.address, $0.port, value.span) }
    }

    /// One user or group.
    func account(_ kind: AccountKind, _ value: Node.Scalar) -> UInt32? {
        context.read(value) { text throws(ValueProblem) in
            guard IDText.ends(of: text) == nil, IDText.canBeName(text) else {
                throw ConnectionKey.notOne(
                    text,
                    .invalidID,
                    "one \(kind.rawValue)",
                    "`1000` or `root`"
                )
            }
            return try context.accounts.ids(of: kind, text).lowerBound
        }
    }

    // MARK: - Agreement

    /// Whether a connection of this direction can have all keys; reports those that it cannot have.
    private func agree(
        _ direction: Direction,
        at span: SourceSpan?,
        _ options: ConnectionOptions
    ) -> Bool {
        guard direction == .inbound, let span else { return true }
        let keys = ConnectionKey.allCases.filter { $0.isOfProcess && options.spans[$0] != nil }
        for key in keys {
            guard let written = options.spans[key] else { continue }
            context.bag.error(
                .userOnInbound,
                "a connection from outside has no `\(key.rawValue)`",
                at: written,
                "only outbound connections belong to a process here",
                related: [.init(span, "this is an inbound connection")],
                help: "leave `\(key.rawValue)` out, or write `outbound`"
            )
        }
        return keys.isEmpty
    }

    /// Whether the source has the family of the destination; reports one that has not.
    private func agree(
        _ destination: Connection.Destination,
        at span: SourceSpan,
        _ options: ConnectionOptions
    ) -> Bool {
        guard let source = options.source, case .address(let address) = destination,
            source.address.family != address.family
        else { return true }
        reportOtherFamily(
            ("the source", source.address, source.span),
            ("the destination", address, span),
            help: "a connection has one family at both ends"
        )
        return false
    }

    /// Reports an address that has not the family of another.
    func reportOtherFamily(
        _ one: (title: String, address: IPAddress, span: SourceSpan),
        _ other: (title: String, address: IPAddress, span: SourceSpan),
        help: String
    ) {
        let (family, otherFamily) = (one.address.family.title, other.address.family.title)
        context.bag.error(
            .familyConflict,
            "\(one.title) is \(family) and \(other.title) is \(otherFamily)",
            at: one.span,
            "this is \(family)",
            related: [.init(other.span, "this is \(otherFamily)")],
            help: help
        )
    }
}
