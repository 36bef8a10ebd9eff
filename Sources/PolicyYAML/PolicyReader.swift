public import Diagnostics

/// Reads policies: from a file, from standard input, or from a text at hand.
public struct PolicyReader: Sendable {
    private let allowsUnsafePermissions: Bool
    private let limits: Limits

    /// Creates a reader.
    ///
    /// - Parameter allowsUnsafePermissions: Whether root may read a policy that others can write.
    public init(allowsUnsafePermissions: Bool = false) {
        self.init(allowsUnsafePermissions: allowsUnsafePermissions, limits: Limits())
    }

    init(allowsUnsafePermissions: Bool = false, limits: Limits) {
        self.allowsUnsafePermissions = allowsUnsafePermissions
        self.limits = limits
    }

    /// Reads the policy in a file; `-` is standard input.
    ///
    /// - Throws: ``PolicyRejected`` for what the operator has to repair, ``PolicyFileError`` for
    ///   what the machine could not do.
    public func read(path: String) throws -> LoadedPolicy {
        let file =
            path == "-"
            ? try PolicyFile(standardInputUpTo: limits.bytes)
            : try PolicyFile(
                path: path,
                upTo: limits.bytes,
                checksPermissions: !allowsUnsafePermissions
            )
        if !file.dangers.isEmpty {
            throw rejection(of: file.name) { source in
                file.dangers.map { .unsafePermissions($0, in: source) }
            }
        }
        guard let bytes = file.bytes else {
            throw rejection(of: file.name) { [.fileTooLarge(limits.bytes, in: $0)] }
        }
        return try read(bytes, named: file.name)
    }

    /// Reads the policy in the bytes of a file.
    func read(_ bytes: [UInt8], named name: String) throws(PolicyRejected) -> LoadedPolicy {
        let source = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
        return try bytes.withUnsafeBufferPointer { bytes throws(PolicyRejected) in
            try read(source, bytes)
        }
    }

    /// Reads the policy in a text.
    public func read(_ source: SourceText) throws(PolicyRejected) -> LoadedPolicy {
        guard source.text.utf8.count <= limits.bytes else {
            throw rejection(of: source.name) { [.fileTooLarge(limits.bytes, in: $0)] }
        }
        var text = source.text
        // `withUTF8` forgets the type of what is thrown.
        let result = text.withUTF8 { bytes in
            Result { () throws(PolicyRejected) in try read(source, bytes) }
        }
        return try result.get()
    }

    /// Reads a text whose bytes, as they were found, are given beside it.
    private func read(
        _ source: SourceText,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(PolicyRejected) -> LoadedPolicy {
        // A byte order mark is no part of the text: columns are counted without it.
        let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let bytes = marked ? UnsafeBufferPointer(rebasing: bytes.dropFirst(3)) : bytes
        let source = marked ? source.withoutByteOrderMark : source
        var sources = SourceMap()
        let id = sources.add(source)
        var bag = DiagnosticBag(limit: limits.findings)
        let scan = TextScan(bytes, source: id, bag: &bag)
        guard scan.isText, !bag.hasErrors else {
            throw PolicyRejected(findings: bag.sorted, sources: sources)
        }
        guard let root = tree(bytes, source.text, id, bag: &bag) else {
            throw PolicyRejected(findings: bag.sorted, sources: sources)
        }
        var decoder = PolicyDecoder(bag: bag)
        let policy = decoder.policy(root)
        guard !decoder.bag.hasErrors else {
            throw PolicyRejected(findings: decoder.bag.sorted, sources: sources)
        }
        return LoadedPolicy(policy: policy, sources: sources, warnings: decoder.bag.sorted)
    }

    private func tree(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ text: String,
        _ source: SourceID,
        bag: inout DiagnosticBag
    ) -> Node? {
        let events = YAMLEvents(bytes, source: source)
        var builder = TreeBuilder(events, of: text, limits: limits)
        do throws(TreeBuilder.Stopped) {
            let root = try builder.document(bag: &bag)
            if root?.isNothing ?? true { bag.report(.emptyDocument(in: source)) }
            return root?.isNothing ?? true ? nil : root
        } catch {
            return nil
        }
    }

    /// The refusal of a file whose text is not shown, because it was not read.
    private func rejection(
        of name: String,
        _ findings: (SourceID) -> [Diagnostic]
    ) -> PolicyRejected {
        var sources = SourceMap()
        let source = sources.add(SourceText(name: name, text: ""))
        return PolicyRejected(findings: findings(source), sources: sources)
    }
}

extension SourceText {
    fileprivate var withoutByteOrderMark: SourceText {
        SourceText(name: name, text: String(text.unicodeScalars.dropFirst()))
    }
}

extension Node {
    /// Whether the document holds no value at all.
    fileprivate var isNothing: Bool {
        if case .scalar(let scalar) = self { scalar.isPlain && scalar.text.isEmpty } else { false }
    }
}
