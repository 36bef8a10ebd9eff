import Addressing
import Diagnostics
import LocatedYAML

extension KeyValue {
    /// What to write instead of a value of the wrong kind, if it is clear what was meant.
    func help(insteadOf node: Node) -> String? {
        guard !node.isNull else { return nil }
        switch (shape, node) {
        case (.mapping(let keys), _), (.oneOrMapping(_, let keys), .list):
            if let meant = keys.meant(by: node) {
                return name == MatchKey.source.rawValue
                    && meant.entries.contains { $0 == ("address", "local") }
                    ? "connections that this machine opens are `direction: outbound`"
                    : meant.help(for: name)
            }
            guard case .list(let list) = node, keys.areEntries(list) else { return nil }
            return "the keys of `\(name)` stand together; write them without `- `"
        case (.list(let keys), .mapping(let mapping)):
            return Self.help(insteadOf: mapping, keys)
        case (.list(let keys), .scalar):
            return keys.meant(by: node)?.text.map { "write `\(name): [\($0)]`" }
        case (.definitions, .list), (.definitions, .scalar):
            return node.onOneLine.map { "give the list a name: `\(name): {my-list: \($0)}`" }
        case (.oneOrMore(.outcome), .mapping(let mapping)):
            return Self.outcome(meantBy: mapping).map { "write `\(name): \($0)`" }
        case (.one, .list(let list)) where list.items.count == 1:
            return list.items[0].onOneLine.map { "write `\(name): \($0)`" }
        case (.one(.address), .list):
            return SingleUse.share.adviceOnSeveral()
        case (.one(.targetAddress), .list):
            return SingleUse.target.adviceOnSeveral()
        case (.one(.targetPort), .list):
            return "write one port, or a redirect for each"
        default:
            return nil
        }
    }

    /// The outcome of a connection that a mapping stands for.
    private static func outcome(meantBy mapping: Node.Mapping) -> String? {
        func text(_ key: TargetKey) -> String? {
            guard let index = mapping.entries.index(of: key.rawValue),
                case .scalar(let scalar) = mapping.entries.value(at: index)
            else { return nil }
            return scalar.text
        }
        if let port = text(.local).flatMap({ PortText.port($0[...]) }) { return "local:\(port)" }
        guard let address = text(.address).flatMap({ IPAddress($0) }),
            let port = text(.port).flatMap({ PortText.port($0[...]) })
        else { return nil }
        let outcome = address.text(withPort: port)
        return address.family == .ipv6 ? "\"\(outcome)\"" : outcome
    }

    /// What to write instead of a mapping where a list of mappings belongs.
    private static func help(insteadOf mapping: Node.Mapping, _ keys: any MappingKey.Type)
        -> String?
    {
        guard let entry = mapping.entries.first else { return nil }
        let key = entry.key.text
        if keys.names.contains(key) {
            let first = entry.value.onOneLine.map { "`- \(key): \($0)`" } ?? "`- \(key):`"
            return "each entry of the list begins with a dash: \(first)"
        }
        guard keys.names.contains("name"), let name = key.asYAML else { return nil }
        return "each entry of the list begins with a dash and has its name inside: "
            + "`- name: \(name)`, and the other keys below `name`"
    }
}

extension MappingKey {
    /// Whether a list has only mappings with keys of this table, each of which is there once.
    fileprivate static func areEntries(_ list: Node.List) -> Bool {
        guard list.items.count <= names.count else { return false }
        var keys: [String] = []
        for item in list.items {
            guard case .mapping(let mapping) = item, mapping.entries.count <= names.count else {
                return false
            }
            keys += mapping.entries.map(\.key.text)
        }
        return !keys.isEmpty && keys.allSatisfy(names.contains) && Set(keys).count == keys.count
    }
}
