import Diagnostics
import LocatedYAML

/// A mapping whose keys were checked and decoded.
struct DecodedMapping<Key: MappingKey> {
    let mapping: Node.Mapping

    /// The decoded values.
    var parts: Key.Parts

    /// Decodes a node that must be a mapping, or returns `nil` if it is none; `what` is how
    /// messages call it.
    init?(
        _ node: Node,
        _ what: @autoclosure () -> String,
        into parts: Key.Parts,
        _ context: DecodingContext
    ) {
        guard case .mapping(let mapping) = node else {
            context.reportKind(
                of: node,
                what(),
                mustBe: "a mapping",
                "expected a mapping with \(Key.names.alternatives)",
                help: Key.meant(by: node)?.help(for: nil)
            )
            return nil
        }
        self.init(mapping, what(), into: parts, context)
    }

    /// Decodes a mapping; `what` is how messages call it.
    init(
        _ written: Node.Mapping,
        _ what: @autoclosure () -> String,
        into parts: Key.Parts,
        _ context: DecodingContext
    ) {
        let entries = written.entries
        mapping = written
        self.parts = parts
        var known = 0
        for (position, key) in Key.allCases.enumerated() {
            guard let index = entries.index(of: key.rawValue) else { continue }
            known += 1
            Key.rows[position].decode(
                &self.parts,
                KeyValue(
                    Key.self,
                    position,
                    entries.value(at: index),
                    at: entries.span(ofKeyAt: index),
                    context
                )
            )
        }
        for key in Key.required where span(of: key) == nil {
            context.reportMissing(key, of: what(), at: mapping.head)
        }
        // Keys are unique, so if as many are known as there are, none is unknown.
        if known < entries.count { reportUnknown(what(), context) }
    }

    /// Whether the mapping has no key.
    var isEmpty: Bool { mapping.entries.isEmpty }

    /// The span of a key, or `nil` if the key is missing.
    func span(of key: Key) -> SourceSpan? {
        mapping.entries.index(of: key.rawValue).map { mapping.entries.span(ofKeyAt: $0) }
    }

    /// The span of the first of some keys that is there.
    func firstSpan(of keys: Key...) -> SourceSpan? {
        keys.lazy.compactMap { span(of: $0) }.first
    }

    private func reportUnknown(_ what: String, _ context: DecodingContext) {
        let absent = Key.allCases.filter { span(of: $0) == nil }.map(\.rawValue)
        // Advice looks at the other keys, and a mapping can have a million of them.
        var advised = 0
        for entry in mapping.entries where Key(rawValue: entry.key.text) == nil {
            advised += 1
            context.bag.error(
                .unknownKey,
                "\(entry.key.text.quoted) is not a key of \(what)",
                at: entry.key.span,
                absent.isEmpty
                    ? "\(what) has all its keys already" : "expected \(absent.alternatives)",
                help: advised > 100
                    ? nil : Key.help(forUnknown: entry, of: mapping, absent: absent)
            )
        }
    }
}
