import Diagnostics
import LocatedYAML
import TrustedFiles

/// One file of a policy.
struct Document {
    /// The path of the file, to which paths in it are relative.
    let name: String

    /// The span where another file includes it; `nil` for the first file of the policy.
    let includedAt: SourceSpan?

    let parts: DocumentParts
}

/// Reads the files of a policy: the first, and those that are included.
struct IncludeDecoder {
    let context: DecodingContext

    /// The files that were read, each after those that it includes.
    private(set) var documents: [Document] = []

    private var chain = IncludeChain()

    init(context: DecodingContext) { self.context = context }

    /// Adds a file and those that it includes.
    mutating func collect(_ root: Node, _ text: SourceFiles.Text, includedAt span: SourceSpan?) {
        let title = span == nil ? "the policy" : "an included file"
        guard let mapping = DecodedMapping<PolicyKey>(root, title, into: DocumentParts(), context)
        else {
            context.isIncomplete = true
            return
        }
        if let span, let settings = mapping.span(of: .settings) {
            context.bag.error(
                .settingsInInclude,
                "an included file cannot have `settings`",
                at: settings,
                "these would apply to the whole policy",
                related: [.init(span, "included here")],
                help: "write them into the file that the policy begins with"
            )
        }
        if span == nil, mapping.parts.include == nil, mapping.parts.redirects == nil {
            context.reportMissing(PolicyKey.redirects, of: title, at: mapping.mapping.head)
        }
        let name = context.files.sources[text.source].name
        chain.enter(text.identity, at: span)
        defer { chain.leave() }
        // Each value is another, so that none is reported as there twice.
        _ = mapping.parts.include?.severalScalars { scalar -> SourceSpan? in
            guard context.read(scalar, NameText.path) != nil else { return nil }
            include(scalar, in: name)
            return scalar.span
        }
        documents.append(Document(name: name, includedAt: span, parts: mapping.parts))
    }

    /// Reads the files that a value of `include` stands for.
    private mutating func include(_ scalar: Node.Scalar, in document: String) {
        let path = FilePath.resolve(scalar.text, besideFile: document)
        let pattern = PathPattern(path)
        guard !PathPattern(scalar.text).hasWildcardInDirectory else {
            context.isIncomplete = true
            context.bag.error(
                .invalidPath,
                "\(scalar.text.quoted) has a wildcard in the name of a directory",
                at: scalar.span,
                "`*` and `?` are allowed after the last slash only",
                help: "write a pattern for each directory, in a list"
            )
            return
        }
        let limit = context.files.limits.includes
        guard chain.depth < limit else {
            context.isIncomplete = true
            context.bag.error(
                .includeTooDeep,
                "files are included more than \(limit) deep",
                at: scalar.span,
                "this is one too many",
                help: "include the files from one that is further up"
            )
            return
        }
        guard pattern.hasWildcard else { return include(path: path, at: scalar.span) }
        do throws(FileError) {
            let names = try context.files.names(
                in: pattern.directory,
                namedAt: scalar.span,
                bag: &context.bag
            )
            for name in pattern.matches(among: names) {
                include(path: pattern.directory + name, at: scalar.span)
            }
        } catch {
            context.isIncomplete = true
            context.bag.report(.unreadableFile(error, namedAt: scalar.span))
        }
    }

    private mutating func include(path: String, at span: SourceSpan) {
        guard let file = context.files.open(path: path, namedAt: span, bag: &context.bag) else {
            context.isIncomplete = true
            return
        }
        if let obstacle = file.identity.flatMap({ chain.obstacle(to: $0) }) {
            return report(obstacle, path, at: span)
        }
        guard let text = context.files.add(file, namedAt: span, bag: &context.bag),
            let root = context.tree(of: text)
        else {
            context.isIncomplete = true
            return
        }
        collect(root, text, includedAt: span)
    }

    private func report(_ obstacle: IncludeChain.Obstacle, _ path: String, at span: SourceSpan) {
        switch obstacle {
        case .cycle(let spans):
            context.bag.error(
                .includeCycle,
                "\(path.quoted) includes itself",
                at: span,
                "this leads back to it",
                related: spans.map { .init($0, "included here") },
                help: "remove one of these; a pattern finds the file that it stands in too, "
                    + "so keep included files in a directory of their own"
            )
        case .again(let first):
            context.bag.repetition(
                .duplicateInclude,
                "\(path.quoted) is included twice",
                at: span,
                first: first,
                help: "one of them is enough: names apply to all files of a policy"
            )
        }
    }
}

/// The files that lead to the one that is being read, and those that were read before.
private struct IncludeChain {
    /// A file, and the span where another includes it; `nil` for the first file of a policy.
    private struct Link {
        let identity: FileIdentity?
        let span: SourceSpan?
    }

    /// The reason why a file cannot be included.
    enum Obstacle {
        /// It is being read; the spans that lead from it to here, in order.
        case cycle([SourceSpan])
        /// It was read before; the span where it is included.
        case again(SourceSpan)
    }

    private var links: [Link] = []
    private var spans: [FileIdentity: SourceSpan] = [:]

    /// How many files lead to the current one.
    var depth: Int { links.count - 1 }

    /// The reason why a file cannot be included, or `nil`.
    func obstacle(to identity: FileIdentity) -> Obstacle? {
        if let first = links.firstIndex(where: { $0.identity == identity }) {
            return .cycle(links[(first + 1)...].compactMap(\.span))
        }
        return spans[identity].map { .again($0) }
    }

    mutating func enter(_ identity: FileIdentity?, at span: SourceSpan?) {
        links.append(Link(identity: identity, span: span))
        if let identity, let span { spans[identity] = span }
    }

    mutating func leave() { links.removeLast() }
}
