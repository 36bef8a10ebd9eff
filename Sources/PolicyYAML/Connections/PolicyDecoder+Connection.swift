import Addressing
import Diagnostics
import PolicyModel

/// Connections: `DIRECTION PROTOCOL ADDRESS:PORT [KEY=VALUE …]`.
extension PolicyDecoder {
    /// A connection, or nothing where its text has errors.
    mutating func connection(_ scalar: Node.Scalar) -> ConnectionParts? {
        guard scalar.text.utf8.count <= ConnectionText.longest else {
            bag.report(.longConnection(scalar))
            return nil
        }
        let text = ConnectionText(scalar)
        if !text.missing.isEmpty { bag.report(.incompleteConnection(scalar, text)) }
        let direction: Direction? = text.direction.flatMap { part($0, "a direction") }
        let transport: TransportProtocol? = text.transport.flatMap { part($0, "a protocol") }
        let destination = destination(text)
        let options = options(text.options)
        guard let word = text.destination, let destination, let port = destination.port,
            let options, let direction, let transport,
            agree(direction, at: text.direction?.span, options),
            agree(destination.host, at: word.span, options)
        else { return nil }
        let connection = Connection(
            direction: direction,
            transport: transport,
            sourceAddress: options.source.value?.address,
            sourcePort: options.source.value?.port,
            destination: destination.host,
            destinationPort: port,
            interface: options.interface,
            user: options.user,
            group: options.group,
            cgroup: options.cgroup,
            mark: options.mark
        )
        return ConnectionParts(connection: connection, destination: word.span)
    }

    private mutating func part<Word: RawRepresentable<String> & CaseIterable>(
        _ scalar: Node.Scalar,
        _ noun: String
    ) -> Word? {
        if let word = Word(rawValue: scalar.text) { return word }
        bag.report(.unknownWord(scalar, noun, among: Word.allCases.map(\.rawValue)))
        return nil
    }

    private mutating func destination(
        _ text: ConnectionText
    ) -> (host: Connection.Destination, port: Port?)? {
        guard let word = text.destination else { return nil }
        if word.text.hasPrefix("local:"), word.text != "local:" {
            return port(word.part(word.text.dropFirst("local:".count)), for: .connection)
                .map { (.local, $0) }
        }
        if let port = text.portApart {
            bag.report(.portApart(word, port))
            return nil
        }
        return endpoint(word, .destination).map { (.address($0.address), $0.port) }
    }

    /// Whether the direction has all keys; reports those that it does not have.
    private mutating func agree(
        _ direction: Direction,
        at span: SourceSpan?,
        _ options: ConnectionOptions
    ) -> Bool {
        guard direction == .inbound, let span else { return true }
        let keys = ConnectionKey.allCases.filter(\.isOfProcess)
        for key in keys {
            guard let written = options.places[key] else { continue }
            bag.report(.processOfInbound(key, at: written, direction: span))
        }
        return keys.allSatisfy { options.places[$0] == nil }
    }

    /// Whether the source has the family of the destination; reports one that has not.
    private mutating func agree(
        _ destination: Connection.Destination,
        at span: SourceSpan,
        _ options: ConnectionOptions
    ) -> Bool {
        guard case .given(let source, let written) = options.source,
            case .address(let destination) = destination,
            source.address.family != destination.family
        else { return true }
        bag.report(
            .otherFamily(
                "the source",
                source.address,
                at: written,
                "the destination",
                destination,
                span,
                help: "a connection has one family at both ends"
            )
        )
        return false
    }
}

extension Diagnostic {
    fileprivate static func longConnection(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidConnection,
            "the connection is \(scalar.text.utf8.count) bytes long",
            at: Label(scalar.span, "at most \(ConnectionText.longest) are possible")
        )
    }

    fileprivate static func incompleteConnection(
        _ scalar: Node.Scalar,
        _ text: ConnectionText
    ) -> Diagnostic {
        let missing = text.missing.map { "no \($0)" }
        let list = [missing.dropLast().joined(separator: ", "), missing.last ?? ""]
        return Diagnostic(
            .invalidConnection,
            "the connection has \(list.filter { !$0.isEmpty }.joined(separator: " and "))",
            at: Label(scalar.span, "expected a direction, a protocol, an address and its port"),
            help: "for example `\(text.completed.escaped)`"
        )
    }

    fileprivate static func portApart(_ word: Node.Scalar, _ port: Node.Scalar) -> Diagnostic {
        let isIPv6 = IPAddress(word.text)?.family == .ipv6
        let address = isIPv6 ? "[\(word.text)]" : word.text
        return Diagnostic(
            .invalidConnection,
            "the destination \(word.text.quoted) has no port",
            at: Label(port.span, "the port stands behind a colon"),
            help: "write `\(address.escaped):\(port.text)`"
        )
    }

    fileprivate static func processOfInbound(
        _ key: ConnectionKey,
        at span: SourceSpan,
        direction: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .userOnInbound,
            "a connection from outside has no `\(key.rawValue)`",
            at: Label(span, "only outbound connections belong to a process here"),
            related: [Label(direction, "this is an inbound connection")],
            help: "leave `\(key.rawValue)` out, or write `outbound`"
        )
    }

    static func otherFamily(
        _ title: String,
        _ address: IPAddress,
        at span: SourceSpan,
        _ otherTitle: String,
        _ other: IPAddress,
        _ otherSpan: SourceSpan,
        help: String
    ) -> Diagnostic {
        Diagnostic(
            .familyConflict,
            "\(title) is \(address.family.title) and \(otherTitle) is \(other.family.title)",
            at: Label(span, "this is \(address.family.title)"),
            related: [Label(otherSpan, "this is \(other.family.title)")],
            help: help
        )
    }
}
