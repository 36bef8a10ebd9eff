import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The mapping that somebody means who writes a value of another kind: `to: 10.2.0.2:22`.
struct MeantMapping {
    /// The keys with their values, or `nil` if only the remark can help.
    var keys: String?

    /// What else has to be said.
    var remark: String?

    /// The mapping with its braces.
    var text: String? { keys.map { "{\($0)}" } }

    /// The advice; `key` is the key of the mapping, or `nil` for an entry of a list.
    func help(for key: String?) -> String? {
        let advice = text.map { text in "write `\(key.map { "\($0): " } ?? "")\(text)`" }
        let parts = [advice, remark].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension TargetKey {
    static func meant(by node: Node) -> MeantMapping? {
        switch node {
        case .scalar(let scalar):
            let alone = ["bypass", "none", "unchanged", "direct", "accept", "return"]
            guard !alone.contains(scalar.text) else {
                return MeantMapping(
                    remark: "to leave the connections alone write `bypass: true` instead of `to`"
                )
            }
            return target(meantBy: scalar)
        case .list(let list) where list.items.count == 1:
            return meant(by: list.items[0])
        case .list(let list):
            return balance(list)
        case .mapping, .unusable:
            return nil
        }
    }

    /// The target that a text stands for.
    fileprivate static func target(meantBy scalar: Node.Scalar) -> MeantMapping? {
        guard let endpoint = LooseEndpoint(scalar) else { return nil }
        let local = "local: \(endpoint.ports ?? "true")"
        switch endpoint.host {
        case .none:
            guard let ports = endpoint.ports else { return nil }
            return MeantMapping(
                keys: "port: \(ports)",
                remark: "the address stays as it is, and `{\(local)}` goes to this machine"
            )
        case .thisMachine:
            return MeantMapping(keys: local)
        case .address(let address) where address.isLoopback:
            return MeantMapping(
                keys: local,
                remark: "connections from outside do not reach a server that listens on "
                    + "`\(address)` only"
            )
        case .address(let address):
            return MeantMapping(keys: endpoint.written("\(address)"))
        case .range(let range):
            return MeantMapping(remark: SingleUse.target.adviceOnSeveral(range))
        case .name:
            let keys = endpoint.written("192.0.2.10")
            return MeantMapping(
                remark: "host names are not looked up; write the address: `{\(keys)}`"
            )
        }
    }

    /// The balance that a list of targets stands for.
    private static func balance(_ list: Node.List) -> MeantMapping? {
        guard list.items.count <= 8 else { return nil }
        let shares = list.items.compactMap { item -> String? in
            switch item {
            case .scalar(let scalar): target(meantBy: scalar)?.text
            // A port alone rather belongs to the address before it.
            case .mapping(let mapping)
            where mapping.entries.contains { ["address", "local"].contains($0.key.text) }:
                item.onOneLine
            default: nil
            }
        }
        guard shares.count == list.items.count else { return nil }
        return MeantMapping(
            keys: "balance: round-robin, targets: [\(shares.joined(separator: ", "))]"
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
            guard let endpoint = LooseEndpoint(scalar), let keys = endpoint.ofConnection else {
                return nil
            }
            guard case .name(let name) = endpoint.host else { return MeantMapping(keys: keys) }
            return MeantMapping(keys: keys, remark: "or `{port: \(name)}` for a list of ports")
        case .list(let list):
            guard let text = node.onOneLine, let first = list.items.first,
                let keys = meant(by: first)?.keys
            else { return nil }
            let key = keys.prefix { $0 != ":" }
            let areAlike = list.items.allSatisfy { meant(by: $0)?.keys?.hasPrefix(key) == true }
            return areAlike ? MeantMapping(keys: "\(key): \(text)") : nil
        case .mapping, .unusable:
            return nil
        }
    }
}

extension MatchKey {
    static func meant(by node: Node) -> MeantMapping? {
        guard case .scalar(let scalar) = node, scalar.text.utf8.count <= 100 else { return nil }
        var words = scalar.words.filter { !["dport", "port", "to"].contains($0.text) }
        if words.count == 1, let word = words.first, IPAddress(word.text) == nil {
            // `80/tcp` and `tcp/80`
            words = word.text.split(separator: "/", maxSplits: 1).map { word.part($0) }
            if !words.contains(where: \.isProtocol) { words = [word] }
        }
        let transport = words.first(where: \.isProtocol)?.text
        let others = words.filter { !$0.isProtocol }
        if others.isEmpty, words.count == 1 {
            return transport.map { .init(keys: "protocol: \($0)") }
        }
        guard others.count == 1, words.count <= 2, let endpoint = LooseEndpoint(others[0]),
            let keys = endpoint.ofConnection
        else { return nil }
        let known = transport ?? (endpoint.ports == nil ? nil : "tcp")
        let part = known.map { "protocol: \($0), " } ?? ""
        return MeantMapping(
            keys: "\(part)destination: {\(keys)}",
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
                keys: rate.example,
                remark: "without `rate` there is a line for every connection"
            )
        default: break
        }
        let text = scalar.text
        if let level: LogLevel = try? WordText.logLevel(text) {
            return MeantMapping(keys: "level: \(level.rawValue)")
        }
        if (try? LogText.rate(text)) != nil { return MeantMapping(keys: "rate: \(text)") }
        if (try? LogText.group(text)) != nil { return MeantMapping(keys: "group: \(text)") }
        guard (try? LogText.prefix(text)) != nil else { return nil }
        return text.asYAML.map { MeantMapping(keys: "prefix: \($0)") }
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
