import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The mapping that somebody means who writes a value of another kind: `to: 10.2.0.2:22`.
struct MeantMapping {
    /// A key, and its value as YAML on one line.
    typealias Entry = (key: String, value: String)

    /// The keys with their values; none if only the remark can help.
    var entries: [Entry] = []

    /// The same as one text, if it has such a form.
    var short: String?

    /// What else has to be said.
    var remark: String?

    /// The text or the mapping with its braces, or `nil` if it has no keys.
    var text: String? { short?.inYAML ?? (entries.isEmpty ? nil : "{\(entries.onOneLine)}") }

    /// The advice; `key` is the key of the mapping, or `nil` for an entry of a list.
    func help(for key: String?) -> String? {
        let advice = text.map { text in "write `\(key.map { "\($0): " } ?? "")\(text)`" }
        let parts = [advice, remark].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension [MeantMapping.Entry] {
    /// The keys with their values, without braces.
    var onOneLine: String { map { "\($0.key): \($0.value)" }.joined(separator: ", ") }
}

extension TargetKey {
    static func meant(by node: Node) -> MeantMapping? {
        switch node {
        case .scalar(let scalar):
            guard !wordsForNoTarget.contains(scalar.text) else {
                return MeantMapping(
                    remark: "to leave the connections alone write `bypass: true` instead of `to`"
                )
            }
            return target(meantBy: scalar, isText: true)
        case .list(let list) where list.items.count == 1:
            return meant(by: list.items[0])
        case .list(let list):
            return balance(list)
        case .mapping, .unusable:
            return nil
        }
    }

    /// What people write who want connections left alone.
    static let wordsForNoTarget = ["bypass", "none", "unchanged", "direct", "accept", "return"]

    /// The target that a text stands for.
    fileprivate static func target(
        meantBy scalar: Node.Scalar,
        isText: Bool = false
    ) -> MeantMapping? {
        guard let endpoint = LooseEndpoint(scalar) else { return nil }
        var meant = target(meantBy: endpoint, isText)
        if isText, meant?.entries.isEmpty == false { meant?.short = endpoint.target }
        return meant
    }

    private static func target(meantBy endpoint: LooseEndpoint, _ isText: Bool) -> MeantMapping? {
        let local = (key: "local", value: endpoint.ports ?? "true")
        switch endpoint.host {
        case .none:
            guard let ports = endpoint.ports else { return nil }
            return MeantMapping(
                entries: [("port", ports)],
                remark: "the address stays as it is, and "
                    + "`\(isText ? "local:\(ports)" : "{\([local].onOneLine)}")` goes to this machine"
            )
        case .thisMachine:
            return MeantMapping(entries: [local])
        case .address(let address) where address.isLoopback:
            return MeantMapping(
                entries: [local],
                remark: "connections from outside do not reach a server that listens on "
                    + "`\(address)` only"
            )
        case .address(let address):
            return MeantMapping(entries: endpoint.entries("\(address)"))
        case .range(let range):
            return MeantMapping(remark: SingleUse.target.adviceOnSeveral(range))
        case .name:
            let keys = endpoint.entries("192.0.2.10")
            return MeantMapping(
                remark: "host names are not looked up; write the address: `{\(keys.onOneLine)}`"
            )
        }
    }

    /// The balance that a list of targets stands for.
    private static func balance(_ list: Node.List) -> MeantMapping? {
        guard list.items.count <= AdviceLimits.values else { return nil }
        let shares = list.items.compactMap { item -> String? in
            switch item {
            case .scalar(let scalar): target(meantBy: scalar)?.text
            // A port alone more likely belongs to the address before it.
            case .mapping(let mapping)
            where mapping.entries.contains { ["address", "local"].contains($0.key.text) }:
                item.onOneLine
            default: nil
            }
        }
        guard shares.count == list.items.count else { return nil }
        return MeantMapping(
            entries: [
                ("balance", "round-robin"), ("targets", "[\(shares.joined(separator: ", "))]"),
            ]
        )
    }
}

extension ShareKey {
    static func meant(by node: Node) -> MeantMapping? {
        if case .scalar(let scalar) = node { TargetKey.target(meantBy: scalar) } else { nil }
    }
}

extension EndpointKey {
    static func meant(by node: Node) -> MeantMapping? {
        switch node {
        case .scalar(let scalar):
            guard let endpoint = LooseEndpoint(scalar), let keys = endpoint.endpointKeys else {
                return nil
            }
            guard case .name(let name) = endpoint.host else { return MeantMapping(entries: keys) }
            return MeantMapping(entries: keys, remark: "or `{port: \(name)}` for a list of ports")
        case .list(let list):
            guard let text = node.onOneLine, let first = list.items.first,
                let key = meant(by: first)?.entries.first?.key,
                list.items.allSatisfy({ meant(by: $0)?.entries.map(\.key) == [key] })
            else { return nil }
            return MeantMapping(entries: [(key, text)])
        case .mapping, .unusable:
            return nil
        }
    }
}

extension MatchKey {
    /// The match that a text stands for: `tcp/80`, `tcp dport 80`, `80`, `udp`, `10.0.0.1`.
    static func meant(by node: Node) -> MeantMapping? {
        guard case .scalar(let scalar) = node, scalar.text.utf8.count <= AdviceLimits.text else {
            return nil
        }
        var words = scalar.words.filter { !["dport", "port", "to"].contains($0.text) }
        if words.count == 1, let word = words.first, IPAddress(word.text) == nil {
            // `80/tcp` and `tcp/80`
            words = word.text.split(separator: "/", maxSplits: 1).map { word.part($0) }
            if !words.contains(where: \.isProtocol) { words = [word] }
        }
        let transport = words.first(where: \.isProtocol)?.text
        let others = words.filter { !$0.isProtocol }
        if others.isEmpty, words.count == 1 {
            return transport.map { .init(entries: [("protocol", $0)]) }
        }
        guard others.count == 1, words.count <= 2, let endpoint = LooseEndpoint(others[0]),
            let keys = endpoint.endpointKeys
        else { return nil }
        let known = transport ?? (endpoint.ports == nil ? nil : "tcp")
        let start: [MeantMapping.Entry] = known.map { [("protocol", $0)] } ?? []
        return MeantMapping(
            entries: start + [("destination", "{\(keys.onOneLine)}")],
            remark: endpoint.ports == nil ? "or `source` for where they come from" : nil
        )
    }
}

extension LogKey {
    static func meant(by node: Node) -> MeantMapping? {
        guard case .scalar(let scalar) = node else { return nil }
        switch scalar.text.lowercased() {
        case "false", "no", "off": return MeantMapping(remark: "without `log` nothing is logged")
        case "true", "yes", "on":
            return MeantMapping(
                entries: [("rate", "10/minute")],
                remark: "without `rate` there is a line for every connection"
            )
        default: break
        }
        let text = scalar.text
        if let level: LogLevel = try? WordText.logLevel(text) {
            return MeantMapping(entries: [("level", level.rawValue)])
        }
        if (try? LogText.rate(text)) != nil { return MeantMapping(entries: [("rate", text)]) }
        if (try? LogText.group(text)) != nil { return MeantMapping(entries: [("group", text)]) }
        guard (try? LogText.prefix(text)) != nil else { return nil }
        return text.asYAML.map { MeantMapping(entries: [("prefix", $0)]) }
    }
}

extension PolicyKey {
    static func meant(by node: Node) -> MeantMapping? {
        guard case .list = node else {
            return MeantMapping(remark: "a policy begins with `\(version.example)`")
        }
        return MeantMapping(
            remark:
                "begin with `\(version.example)` and `redirects:`, and write the list below that"
        )
    }
}

extension RedirectKey {
    static func meant(by node: Node) -> MeantMapping? {
        MeantMapping(
            remark: "for example `{\(name.example), \(direction.example), \(match.example), "
                + "\(to.example)}`"
        )
    }
}

extension TestKey {
    static func meant(by node: Node) -> MeantMapping? {
        MeantMapping(remark: "for example `{\(connection.example), \(expect.example)}`")
    }
}

extension Node.Scalar {
    fileprivate var isProtocol: Bool { TransportProtocol(rawValue: text) != nil }
}
