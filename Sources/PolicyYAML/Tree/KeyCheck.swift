import Diagnostics

/// Makes sure that the keys of one mapping are words, and each there once.
struct KeyCheck {
    /// Small mappings are searched; only a large one is worth a table.
    private static let small = 16

    /// Where the mapping's entries begin in the assembly.
    private let mark: Int

    /// The first keys with their texts, as soon as there are many.
    private var known: [String: Tree.Record]?

    init(since mark: Int) {
        self.mark = mark
    }

    /// Whether a key can follow those that are there; reports one that can't.
    mutating func accepts(
        _ key: Tree.Record,
        in assembly: TreeAssembly,
        bag: inout DiagnosticBag
    ) -> Bool {
        switch key.content {
        case .scalar where key.isNothing:
            bag.report(.noKey(at: assembly.tree.span(of: key)))
            return false
        case .scalar:
            guard let first = first(like: key, in: assembly) else { return true }
            let tree = assembly.tree
            bag.report(.duplicateKey(tree.scalar(key), first: tree.scalar(first)))
            return false
        case .list, .mapping:
            bag.report(.complexKey(assembly.tree.node(key)))
            return false
        case .unusable:
            return false
        }
    }

    /// The key with the same text among those that are there.
    mutating func first(like key: Tree.Record, in assembly: TreeAssembly) -> Tree.Record? {
        let count = assembly.entryCount(since: mark)
        guard count >= Self.small else {
            for index in 0..<count {
                let first = assembly.key(index, since: mark)
                if assembly.tree.isSameText(first, key) { return first }
            }
            return nil
        }
        if known == nil { known = [:] }
        for index in (known?.count ?? 0)..<count {
            let first = assembly.key(index, since: mark)
            known?[assembly.tree.text(of: first)] = first
        }
        return known?[assembly.tree.text(of: key)]
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

    fileprivate static func noKey(at span: SourceSpan) -> Diagnostic {
        Diagnostic(.wrongKind, "a key is missing", at: Label(span, "there is nothing here"))
    }
}
