import Diagnostics

/// Makes sure that the keys of one mapping are scalars, and that each is there once.
struct KeyCheck {
    /// Mappings with fewer entries are searched; for larger ones a dictionary is faster.
    private static let small = 16

    /// Where the mapping's entries begin in the assembly.
    private let mark: Int

    /// The keys by their texts; `nil` while there are only a few.
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
            bag.error(
                .wrongKind,
                "a key is missing",
                at: assembly.tree.span(of: key),
                "there is nothing here"
            )
            return false
        case .scalar:
            guard let first = first(like: key, in: assembly) else { return true }
            bag.repetition(
                .duplicateKey,
                "the key \(assembly.tree.text(of: key).quoted) is there twice",
                at: assembly.tree.span(of: key),
                first: assembly.tree.span(of: first),
                help: "keep one of them; for several values of one key write a list"
            )
            return false
        case .list:
            reportCollection("list", assembly.node(key).head, bag: &bag)
            return false
        case .mapping:
            reportCollection("mapping", assembly.node(key).head, bag: &bag)
            return false
        case .unusable:
            return false
        }
    }

    private func reportCollection(_ kind: String, _ span: SourceSpan, bag: inout DiagnosticBag) {
        bag.error(
            .wrongKind,
            "a key is a single word",
            at: span,
            "this is a \(kind)",
            help: kind == "list"
                ? "put a value with brackets in quotes: `\"[2001:db8::10]:80\"`"
                : "a value in braces stands after its key: `to: {port: 8080}`"
        )
    }

    /// The key with the same text among those that are there.
    private mutating func first(like key: Tree.Record, in assembly: TreeAssembly) -> Tree.Record? {
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
