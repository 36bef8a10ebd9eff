import Addressing
import Diagnostics
import LocatedYAML

/// What is meant by a key that a mapping does not have: one of another program, or in the wrong
/// place.
enum ForeignKey: Sendable, ExpressibleByStringLiteral {
    /// The key that means the same, or the keys that lead to it: `destination.port`.
    case path(String)
    /// Different keys for a port and for an address alone.
    case paths(port: String, address: String)
    /// What to do instead.
    case remark(String)

    init(stringLiteral path: String) { self = .path(path) }

    /// The key, if it is one of the same mapping.
    var key: String? {
        if case .path(let path) = self, !path.contains(".") { path } else { nil }
    }

    /// The path for a value.
    fileprivate func path(for value: Node) -> String? {
        switch self {
        case .path(let path):
            return path
        case .paths(let port, let address):
            guard case .scalar(let scalar) = value, let endpoint = LooseEndpoint(scalar) else {
                return port
            }
            return endpoint.ports == nil ? address : port
        case .remark:
            return nil
        }
    }

    /// The same inside the mapping of a key.
    fileprivate func inside(_ key: String) -> ForeignKey {
        switch self {
        case .path(let path): .path("\(key).\(path)")
        case .paths(let port, let address):
            .paths(port: "\(key).\(port)", address: "\(key).\(address)")
        case .remark: self
        }
    }
}

extension MappingKey {
    /// What to write instead of a key that a mapping does not have.
    static func help(
        forUnknown entry: Node.Entry,
        of mapping: Node.Mapping,
        absent: [String]
    ) -> String? {
        let key = entry.key.text
        if key == "<<" { return "merging is not part of the language; write the keys out" }
        if let colon = key.firstIndex(of: ":"), names.contains(String(key[..<colon])),
            let value = key[key.index(after: colon)...].asYAML
        {
            return "write `\(key[..<colon]): \(value)`, with a space after the colon"
        }
        if names.contains("name"), case .mapping(let inner) = entry.value, let name = key.asYAML,
            inner.entries.contains(where: { names.contains($0.key.text) })
        {
            return "write `name: \(name)`, and the other keys beside it"
        }
        if let meant = foreignKey(key) {
            if case .remark(let remark) = meant { return remark }
            return meant.path(for: entry.value).map { advice($0, entry.value, in: mapping) }
        }
        if let meant = Suggestion.nearest(to: key, among: absent) {
            return "did you mean `\(meant)`?"
        }
        let homes = PolicyLanguage.tables.filter { $0.names.contains(key) }.map { $0.owner }
        return homes.isEmpty
            ? nil : "`\(key)` is a key of \(homes.joined(separator: ", and of "))"
    }

    /// What is meant by a key of this mapping, or by one of a mapping inside it.
    private static func foreignKey(_ key: String) -> ForeignKey? {
        let plain = key.lowercased().replacing("_", with: "-")
        if let own = foreignKeys[plain] { return own }
        for inner in allCases {
            guard let keys = inner.value.mappingKeys else { continue }
            if keys.names.contains(key) { return .path("\(inner.rawValue).\(key)") }
            if let meant = keys.foreignKeys[plain] { return meant.inside(inner.rawValue) }
        }
        return nil
    }

    /// How a value is written under the keys of a path.
    private static func advice(_ path: String, _ value: Node, in mapping: Node.Mapping) -> String {
        var keys = path.split(separator: ".").map(String.init)
        var table: any MappingKey.Type = self
        var (mapping, outer) = (mapping, String?.none)
        while keys.count > 1, case .mapping(let inner)? = mapping.value(of: keys[0]) {
            table = table.inner(keys[0]) ?? table
            outer = keys.removeFirst()
            mapping = inner
        }
        if keys.count == 1, case .mapping(let inner)? = mapping.value(of: keys[0]),
            table.inner(keys[0]) == EndpointKey.self,
            let added = EndpointKey.meant(by: value)?.entries, !added.isEmpty,
            inner.entries.allSatisfy({ entry in !added.contains { $0.key == entry.key.text } })
        {
            return "write `\(added.onOneLine)` inside `\(keys[0])`"
        }
        guard mapping.entries.index(of: keys[0]) == nil else {
            return outer.map { "`\($0)` has `\(keys[0])` already; keep one of them" }
                ?? "`\(keys[0])` says this, and is there already; keep one of them"
        }
        guard value.onOneLine != nil else {
            return
                "here it is called \(keys.reversed().map { "`\($0)`" }.joined(separator: " inside "))"
        }
        for key in keys.dropLast() { table = table.inner(key) ?? table }
        let leaf = table.written(keys.removeLast(), value)
        let text = keys.reversed().reduce(leaf.text) { text, key in
            let needsProtocol = key == RedirectKey.match.rawValue && leaf.hasPort
            return "\(key): {\(needsProtocol ? "\(MatchKey.protocol.example), " : "")\(text)}"
        }
        return "write `\(text)`" + (outer.map { " inside `\($0)`" } ?? "")
    }

    /// The mapping of a key.
    private static func inner(_ name: String) -> (any MappingKey.Type)? {
        Self(rawValue: name)?.value.mappingKeys
    }

    /// A key of this mapping with a value that was written elsewhere.
    private static func written(
        _ name: String,
        _ value: Node
    ) -> (text: String, hasPort: Bool) {
        if case .scalar(let scalar) = value, let endpoint = LooseEndpoint(scalar) {
            if let meant = inner(name)?.meant(by: value), let text = meant.text {
                return ("\(name): \(text)", meant.entries.contains { $0.key == "port" })
            }
            if name == "address", endpoint.ports != nil, let keys = endpoint.endpointKeys {
                return (keys.onOneLine, true)
            }
            if name == "port", case .none = endpoint.host, let ports = endpoint.ports {
                return ("port: \(ports)", true)
            }
        }
        let text = value.onOneLine ?? "…"
        if case .list = Self(rawValue: name)?.value, case .mapping = value {
            return ("\(name): [\(text)]", false)
        }
        return ("\(name): \(text)", name == "port")
    }
}

extension Node.Mapping {
    /// The value of a key.
    fileprivate func value(of key: String) -> Node? {
        entries.index(of: key).map { entries.value(at: $0) }
    }
}
