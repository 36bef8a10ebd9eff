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
        // Keys are unique, so if as many are known as there are, none is left to be found.
        for (position, key) in Key.allCases.enumerated() where known < entries.count {
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
        if known < entries.count { context.reportUnknown(in: mapping, what(), Key.self) }
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
}

extension DecodingContext {
    /// Reports the keys that a mapping can't have.
    ///
    /// It is not generic: a copy of it and of all advice for each table would take much room.
    @inline(never)
    fileprivate func reportUnknown(
        in mapping: Node.Mapping,
        _ what: String,
        _ table: any MappingKey.Type
    ) {
        let names = table.names
        let absent = names.filter { mapping.entries.index(of: $0) == nil }
        // Advice looks at the other keys, and a mapping can have a million of them.
        var advised = 0
        for entry in mapping.entries where !names.contains(entry.key.text) {
            advised += 1
            bag.error(
                .unknownKey,
                "\(entry.key.text.quoted) is not a key of \(what)",
                at: entry.key.span,
                absent.isEmpty
                    ? "\(what) has all its keys already" : "expected \(absent.alternatives)",
                help: advised > 100
                    ? nil : table.help(forUnknown: entry, of: mapping, absent: absent)
            )
        }
    }
}
