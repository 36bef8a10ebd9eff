import Diagnostics

/// Makes sure that the keys of one mapping are words, and each there once.
struct KeyCheck {
    /// Small mappings are searched; only a large one is worth a table.
    private static let small = 16

    private var known: [String: Int] = [:]

    /// The key, or nothing for one that has been reported.
    mutating func accept(
        _ key: Node,
        after entries: ArraySlice<Node.Entry>,
        bag: inout DiagnosticBag
    ) -> Node.Scalar? {
        switch key {
        case .scalar(let key) where key.isPlain && key.text.isEmpty:
            bag.report(.noKey(at: key.span))
            return nil
        case .scalar(let key):
            guard let first = index(of: key.text, in: entries) else { return key }
            bag.report(.duplicateKey(key, first: entries[first].key))
            return nil
        case .list, .mapping:
            bag.report(.complexKey(key))
            return nil
        case .unusable:
            return nil
        }
    }

    private mutating func index(of key: String, in entries: ArraySlice<Node.Entry>) -> Int? {
        guard entries.count >= Self.small else { return entries.firstIndex { $0.key.text == key } }
        while known.count < entries.count {
            let next = entries.startIndex + known.count
            known[entries[next].key.text] = next
        }
        return known[key]
    }
}

extension Diagnostic {
    fileprivate static func duplicateKey(_ key: Node.Scalar, first: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .duplicateKey,
            "the key \(key.text.quoted) is there twice",
            at: Label(key.span, "here again"),
            related: [Label(first.span, "first here")],
            help: "keep one of them; for several values behind one key write a list"
        )
    }

    fileprivate static func complexKey(_ key: Node) -> Diagnostic {
        let isList = if case .list = key { true } else { false }
        return Diagnostic(
            .wrongKind,
            "a key is a single word",
            at: Label(key.head, "this is a \(isList ? "list" : "mapping")"),
            help: isList
                ? "put a value with brackets in quotes: `\"[2001:db8::10]:80\"`"
                : "`{…}` as a value stands behind its key: `to: {port: 8080}`"
        )
    }

    fileprivate static func noKey(at place: SourceSpan) -> Diagnostic {
        Diagnostic(.wrongKind, "a key is missing", at: Label(place, "there is nothing here"))
    }
}
