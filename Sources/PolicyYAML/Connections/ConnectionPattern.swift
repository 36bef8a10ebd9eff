import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The connections of a redirect in one text, decoded to what `direction` and `match` would say.
struct ConnectionPattern {
    let directions: Decoded<[Direction]>
    let match: MatchParts
}

/// Decodes the connections of a redirect that are written in one text:
/// `inbound tcp,udp lan -> local:80,443 interface=eth0`.
///
/// It is the text of one connection (``ConnectionDecoder``), in which each part can have several
/// values. The values are read by the keys of ``MatchKey``, so that both forms mean the same.
struct ConnectionPatternDecoder {
    let context: DecodingContext

    /// The connections, or `nil` if the text has errors in its form.
    func pattern(_ scalar: Node.Scalar) -> ConnectionPattern? {
        guard scalar.text.utf8.count <= ConnectionText.longestPattern else {
            context.bag.error(
                .invalidConnection,
                "the connection is \(scalar.text.utf8.count) bytes long",
                at: scalar.span,
                "at most \(ConnectionText.longestPattern) are possible",
                help: "give long lists a name under `addresses` or `ports`"
            )
            return nil
        }
        guard !isPartOfRow(scalar) else { return nil }
        let text = ConnectionText(scalar)
        let decoder = ConnectionDecoder(context: context)
        let isWhole = decoder.isComplete(
            text,
            in: scalar,
            "expected a direction, a protocol and a destination, such as `*:80` for any address"
        )
        guard isWhole, let direction = text.direction, let transport = text.transport,
            let destination = text.destination,
            let directions = values(of: direction), let transports = values(of: transport)
        else { return nil }
        if let port = text.portApart {
            decoder.reportPortApart(port, from: destination)
            return nil
        }
        let match = MatchParts()
        match.span = scalar.span
        match.isText = true
        let decodedDirections = RedirectKey.value(.direction, directions, of: direction, context)
            .several(WordText.direction)
        decode(.protocol, transports, of: transport, into: match)
        var isComplete = read(destination, as: .destination, into: match)
        if let source = text.source {
            isComplete = read(source, as: .source, into: match) && isComplete
        }
        var spans: [MatchKey: SourceSpan] = text.source.map { [.source: $0.span] } ?? [:]
        var cgroups: [Node.Scalar] = []
        for word in text.options {
            guard let (key, value) = option(word, &spans) else {
                isComplete = false
                continue
            }
            switch key {
            case .source: isComplete = read(value, as: .source, into: match) && isComplete
            // A comma is a character of a path like any other.
            case .cgroup: cgroups.append(value)
            case .family, .protocol, .destination, .interface, .user, .group, .mark, .dscp:
                guard let values = values(of: value) else {
                    isComplete = false
                    continue
                }
                decode(key, values, of: value, into: match)
            }
        }
        if let first = cgroups.first { decode(.cgroup, cgroups, of: first, into: match) }
        guard isComplete else { return nil }
        return ConnectionPattern(directions: decodedDirections, match: match)
    }

    /// Decodes the values of a key.
    private func decode(
        _ key: MatchKey,
        _ values: [Node.Scalar],
        of text: Node.Scalar,
        into match: MatchParts
    ) {
        var match = match
        key.row.decode(&match, MatchKey.value(key, values, of: text, context))
    }

    /// The values in a text, which have commas between them; reports a missing one.
    private func values(of word: Node.Scalar) -> [Node.Scalar]? {
        do throws(EndpointPattern.Problem) {
            return try word.values(in: word.text[...])
        } catch {
            report(error, in: word, "a value")
            return nil
        }
    }

    // MARK: - Ends

    /// Reads one end; returns whether its text has the right form.
    private func read(_ word: Node.Scalar, as end: EndpointParts.End, into match: MatchParts)
        -> Bool
    {
        let title = "the \(end.rawValue)"
        let isPortAlone = word.text.hasPrefix(":") && !word.text.hasPrefix("::")
        if end == .destination, isPortAlone || PortText.port(word.text[...]) != nil {
            let ports = word.text.drop { $0 == ":" }
            context.bag.error(
                .invalidConnection,
                "\(title) \(word.text.quoted) has no address",
                at: word.span,
                "expected an address before the port",
                help: "write `*:\(ports)` for any address, `local:\(ports)` for this machine"
            )
            return false
        }
        if end == .destination, word.text.contains(ConnectionText.arrow) {
            ConnectionDecoder(context: context).reportArrowInside(word)
            return false
        }
        let pattern: EndpointPattern
        do throws(EndpointPattern.Problem) {
            pattern = try EndpointPattern(word)
        } catch {
            report(error, in: word, title)
            return false
        }
        func value(_ key: EndpointKey, _ values: [Node.Scalar]) -> EndpointDecoder {
            EndpointDecoder(EndpointKey.value(key, values, of: word, context))
        }
        var parts = EndpointParts(end: end)
        if !pattern.addresses.isEmpty {
            parts.addresses = value(.address, pattern.addresses).addresses(of: end)
        }
        if !pattern.ports.isEmpty { parts.ports = value(.port, pattern.ports).ports(of: end) }
        switch end {
        case .source: match.source = parts
        case .destination: match.destination = parts
        }
        return true
    }

    private func report(_ problem: EndpointPattern.Problem, in word: Node.Scalar, _ title: String) {
        let example = "for example `10.0.0.0/8,192.0.2.7:80,443` or `[2001:db8::/32]:80`"
        let (span, reason, label, help): (SourceSpan, String, String, String) =
            switch problem {
            case .brackets:
                (
                    word.span, "has brackets in the wrong places",
                    "they belong around one IPv6 address, prefix or range", example
                )
            case .noAddress:
                (word.span, "has no address", "expected an address before the port", example)
            case .noPort: (word.span, "has no port", "expected a port after the colon", example)
            case .emptyValue:
                (
                    word.span, "has a comma with nothing beside it",
                    "expected values with commas between them", "remove the comma"
                )
            case .anyInList:
                (
                    word.span, "is any address and others at once", "`*` stands alone",
                    "keep `*`, or keep the others"
                )
            case .portsInside(let host):
                (
                    host.span, "has ports in the middle", "this address has ports of its own",
                    "write all addresses, a colon, and the ports of all of them: "
                        + "`10.0.0.1,10.0.0.2:80,443`; for other ports write another redirect"
                )
            case .anyAddress(let host):
                (
                    host.span, "has \(host.text.quoted) for an address",
                    "`*` stands for any address here",
                    "write `*` for any address, or for a destination `local` for this machine"
                )
            case .anyPort:
                (
                    word.span, "has a word where ports belong", "ports are numbers or names",
                    "for any port leave the colon and what follows out"
                )
            case .perhapsPort(let host):
                (
                    host.span, "may end in a port or not",
                    "brackets say where the address ends",
                    Self.bracketed(host.text).map { "`\($0)`" }.joined(by: "or")
                )
            }
        context.bag.error(
            .invalidConnection,
            "\(title) \(word.text.quoted) \(reason)",
            at: span,
            label,
            help: help
        )
    }

    /// The readings of an address that can end in a port: with the port, and without.
    static func bracketed(_ text: String) -> [String] {
        guard let colon = text.lastIndex(of: ":") else { return [] }
        return ["[\(text[..<colon])]\(text[colon...])", "[\(text)]"]
    }

    /// Reports what a row of a plan has beside the connections; returns whether there is any.
    private func isPartOfRow(_ scalar: Node.Scalar) -> Bool {
        let marks: [(String, String)] = [
            ("→", "the target, after the arrow, belongs to `to`"),
            ("(", "what is in parentheses belongs to `except` and `masquerade`"),
            ("…", "a list that ends in `…` was cut; take it from the policy"),
        ]
        guard let (mark, help) = marks.first(where: { scalar.text.contains($0.0) }),
            let range = scalar.text.firstRange(of: mark)
        else { return false }
        context.bag.error(
            .invalidConnection,
            "\(mark.quoted) is no part of a connection",
            at: scalar.part(scalar.text[range]).span,
            "a row of a plan shows this beside the connections",
            help: help
        )
        return true
    }

    // MARK: - Options

    /// The key and the value of a word that follows the destination; reports one that has none.
    private func option(
        _ word: Node.Scalar,
        _ spans: inout [MatchKey: SourceSpan]
    ) -> (key: MatchKey, value: Node.Scalar)? {
        let decoder = ConnectionDecoder(context: context)
        guard let (name, value) = decoder.nameAndValue(word, among: MatchKey.optionNames) else {
            return nil
        }
        guard let key = MatchKey(rawValue: name.text), MatchKey.optionNames.contains(name.text)
        else {
            decoder.reportUnknown(name, among: MatchKey.optionNames)
            return nil
        }
        if let first = spans.updateValue(word.span, forKey: key), key != .cgroup {
            spans[key] = first
            context.bag.repetition(
                .duplicateKey,
                "the key `\(key.rawValue)` is there twice",
                at: word.span,
                first: first,
                help: "write all values after one `\(key.rawValue)=`, with commas between them"
            )
            return nil
        }
        guard !value.text.isEmpty else {
            context.bag.error(
                .invalidConnection,
                "`\(key.rawValue)` has no value",
                at: word.span,
                "expected values after `=`",
                help: "leave `\(key.rawValue)` out if it may be anything"
            )
            return nil
        }
        return (key, value)
    }
}

extension MatchKey {
    /// The keys that can follow the destination in the text of connections.
    static let optionNames: [String] = allCases.filter { $0 != .protocol && $0 != .destination }
        .map(\.rawValue)

    /// Those that connections from outside have, too.
    static let optionsOfAll: [String] = optionNames.filter { name in
        ConnectionKey(rawValue: name)?.isOfProcess != true
    }
}

extension MappingKey {
    /// The values of a key that are parts of a text.
    static func value(
        _ key: Self,
        _ parts: [Node.Scalar],
        of text: Node.Scalar,
        _ context: DecodingContext
    ) -> KeyValue {
        KeyValue(Self.self, key.position, parts, of: text, context)
    }

    /// The position of the key in the table.
    private var position: Int { Array(Self.allCases).firstIndex(of: self) ?? 0 }
}
