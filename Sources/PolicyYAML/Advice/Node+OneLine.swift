import Diagnostics
import LocatedYAML

/// Limits on what advice is made of, so that it stays short and costs little.
enum AdviceLimits {
    /// The most values of a list, or keys of a mapping.
    static let values = 8

    /// How deep lists and mappings are nested.
    static let depth = 4

    /// The bytes of a single value that is written.
    static let value = 64

    /// The bytes of a list or mapping that is written.
    static let line = 120

    /// The bytes of a text that is taken apart.
    static let text = 256

    /// The lines that are searched for the first of another format.
    static let lines = 100
}

/// Values as advice writes them: on one line, so that they can be copied into a policy.
extension Node {
    /// The value on one line, or `nil` if it is too long for a message.
    var onOneLine: String? {
        guard let text = written(depth: 0), text.utf8.count <= AdviceLimits.line else {
            return nil
        }
        return text
    }

    private func written(depth: Int) -> String? {
        let (most, deepest) = (AdviceLimits.values, AdviceLimits.depth)
        switch self {
        case .scalar(let scalar):
            return scalar.isNull ? nil : scalar.text.asYAML
        case .list(let list) where list.items.count <= most && depth < deepest:
            let items = list.items.compactMap { $0.written(depth: depth + 1) }
            return items.count == list.items.count ? "[\(items.joined(separator: ", "))]" : nil
        case .mapping(let mapping) where mapping.entries.count <= most && depth < deepest:
            let entries = mapping.entries.compactMap { entry -> String? in
                guard let key = entry.key.text.asYAML else { return nil }
                return entry.value.written(depth: depth + 1).map { "\(key): \($0)" }
            }
            return entries.count == mapping.entries.count
                ? "{\(entries.joined(separator: ", "))}" : nil
        case .list, .mapping, .unusable:
            return nil
        }
    }
}

extension StringProtocol {
    /// The text of an address and a port as a single value of YAML, outside of braces.
    var inYAML: String { hasPrefix("[") ? "\"\(self)\"" : String(self) }

    /// The text as a single value of YAML, in quotes where it needs them; `nil` if it is long, or
    /// can't be printed.
    var asYAML: String? {
        guard utf8.count <= AdviceLimits.value, unicodeScalars.allSatisfy(\.isPrintable) else {
            return nil
        }
        let isPlain =
            first.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "/") } == true
            && unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || "0123456789./-_".unicodeScalars.contains($0))
            }
        if isPlain { return String(self) }
        let escaped = flatMap { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
        return "\"\(String(escaped))\""
    }
}
