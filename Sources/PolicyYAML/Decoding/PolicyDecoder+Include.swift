import Diagnostics
import TrustedFiles

/// `include`: the other files of a policy.
extension PolicyDecoder {
    /// One value behind `include`; each is there for itself, so no two are equal.
    private struct Include: Hashable {
        let span: SourceSpan
    }

    /// All files of a policy, each behind those that it includes.
    mutating func documents(from root: Node, _ text: PolicyTexts.Text) -> [Document] {
        var documents: [Document] = []
        collect(root, text, includedAt: nil, into: &documents)
        return documents
    }

    private mutating func collect(
        _ root: Node,
        _ text: PolicyTexts.Text,
        includedAt span: SourceSpan?,
        into documents: inout [Document]
    ) {
        let title = span == nil ? "the policy" : "an included file"
        guard let fields = fields(of: root, PolicyKey.self, expecting: title) else {
            isIncomplete = true
            return
        }
        let document = Document(
            fields: fields,
            name: texts.sources[text.source].name,
            includedAt: span
        )
        checkKeys(of: document)
        chain.enter(text.identity, at: span)
        defer { chain.leave() }
        _ = several(fields, .include) { decoder, scalar -> Include? in
            guard decoder.isPath(scalar) else { return nil }
            decoder.include(scalar, in: document, into: &documents)
            return Include(span: scalar.span)
        }
        documents.append(document)
    }

    private mutating func checkKeys(of document: Document) {
        let fields = document.fields
        version(fields)
        if let included = document.includedAt, let span = fields.span(of: .settings) {
            bag.report(.settingsInInclude(at: span, included: included))
        }
        if document.includedAt == nil, !fields.contains(.include), !fields.contains(.redirects) {
            let span = fields.mapping.head
            bag.report(.missingKey(PolicyKey.redirects, what: "the policy", at: span))
        }
    }

    /// Reads the files that a value behind `include` stands for.
    private mutating func include(
        _ scalar: Node.Scalar,
        in document: Document,
        into documents: inout [Document]
    ) {
        let path = FilePath.resolve(scalar.text, besideFile: document.name)
        let pattern = IncludePattern(path)
        guard !IncludePattern(scalar.text).hasWildcardInDirectory else {
            isIncomplete = true
            bag.report(.wildcardInDirectory(scalar))
            return
        }
        guard chain.depth < texts.limits.includes else {
            isIncomplete = true
            bag.report(.includeTooDeep(texts.limits.includes, at: scalar.span))
            return
        }
        guard pattern.hasWildcard else {
            include(path: path, at: scalar.span, into: &documents)
            return
        }
        do throws(FileError) {
            let names = try texts.names(in: pattern.directory, namedAt: scalar.span, bag: &bag)
            for name in pattern.matches(among: names) {
                include(path: pattern.directory + name, at: scalar.span, into: &documents)
            }
        } catch {
            isIncomplete = true
            bag.report(.unreadableFile(error, namedAt: scalar.span))
        }
    }

    private mutating func include(
        path: String,
        at span: SourceSpan,
        into documents: inout [Document]
    ) {
        guard let file = texts.open(path: path, namedAt: span, bag: &bag) else {
            isIncomplete = true
            return
        }
        if let mismatch = file.identity.flatMap({ chain.mismatch(to: $0) }) {
            bag.report(.cannotInclude(path, at: span, mismatch))
            return
        }
        guard let text = texts.add(file, namedAt: span, bag: &bag),
            let root = texts.tree(of: text, bag: &bag)
        else {
            isIncomplete = true
            return
        }
        collect(root, text, includedAt: span, into: &documents)
    }
}

extension Diagnostic {
    fileprivate static func settingsInInclude(
        at span: SourceSpan,
        included: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .settingsInInclude,
            "an included file cannot have `settings`",
            at: Label(span, "these would hold for the whole policy"),
            related: [Label(included, "included here")],
            help: "write them into the file that the policy begins with"
        )
    }

    fileprivate static func wildcardInDirectory(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidPath,
            "\(scalar.text.quoted) has a wildcard in the name of a directory",
            at: Label(scalar.span, "`*` and `?` can stand behind the last slash only"),
            help: "write a pattern for each directory, in a list"
        )
    }

    fileprivate static func includeTooDeep(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .includeTooDeep,
            "files are included more than \(limit) deep",
            at: Label(span, "this is one too many"),
            help: "include the files from one that is further up"
        )
    }

    fileprivate static func cannotInclude(
        _ path: String,
        at span: SourceSpan,
        _ mismatch: IncludeChain.Obstacle
    ) -> Diagnostic {
        switch mismatch {
        case .cycle(let places):
            Diagnostic(
                .includeCycle,
                "\(path.quoted) includes itself",
                at: Label(span, "this leads back to it"),
                related: places.map { Label($0, "included here") },
                help: "remove one of these; a pattern finds the file that it stands in too, "
                    + "so keep included files in a directory of their own"
            )
        case .again(let first):
            Diagnostic(
                .duplicateInclude,
                "\(path.quoted) is included twice",
                at: Label(span, "here again"),
                related: first == span ? [] : [Label(first, "first here")],
                help: "one of them is enough: names hold in all files of a policy"
            )
        }
    }
}
