import Addressing
public import Diagnostics

/// Reads policies: from a file, from standard input, or from a text at hand.
public struct PolicyReader: Sendable {
    private let allowsUnsafePermissions: Bool
    private let limits: Limits
    private let cgroupRoot: String

    /// Creates a reader.
    ///
    /// - Parameter allowsUnsafePermissions: Whether root may read a policy that others can write.
    public init(allowsUnsafePermissions: Bool = false) {
        self.init(allowsUnsafePermissions: allowsUnsafePermissions, limits: Limits())
    }

    init(
        allowsUnsafePermissions: Bool = false,
        limits: Limits,
        cgroupRoot: String = CgroupPath.hierarchy
    ) {
        self.allowsUnsafePermissions = allowsUnsafePermissions
        self.limits = limits
        self.cgroupRoot = cgroupRoot
    }

    /// Reads the policy in a file; `-` is standard input.
    ///
    /// - Throws: ``PolicyRejected`` for what the operator has to repair, ``PolicyFileError`` for
    ///   what the machine could not do.
    public func read(path: String) throws -> LoadedPolicy {
        let file = try texts.file(path: path)
        return try read { texts, bag in texts.add(file, bag: &bag) }
    }

    /// Reads the policy in a text; the files that it names are relative to its own name.
    public func read(_ source: SourceText) throws(PolicyRejected) -> LoadedPolicy {
        try read(Array(source.text.utf8), named: source.name)
    }

    /// Reads the policy in the bytes of a file.
    func read(_ bytes: [UInt8], named name: String) throws(PolicyRejected) -> LoadedPolicy {
        try read { texts, bag in texts.add(bytes, named: name, bag: &bag) }
    }

    /// Reads a policy once more from the texts that a reading has left, the first one being what it
    /// begins with.
    ///
    /// No file is opened, and users and groups have the ids that they had then.
    public func read(
        again sources: [SourceText],
        accounts: [ResolvedAccount]
    ) throws(PolicyRejected) -> LoadedPolicy {
        let kept = KeptTexts(sources)
        let texts = PolicyTexts(limits: limits, checksPermissions: false, kept: kept)
        return try read(from: texts, knowing: AccountNames(accounts)) { texts, bag in
            kept.first.flatMap { texts.add($0, bag: &bag) }
        }
    }

    private var texts: PolicyTexts {
        PolicyTexts(limits: limits, checksPermissions: !allowsUnsafePermissions)
    }

    /// Reads the policy that begins with a text.
    private func read(
        _ add: (inout PolicyTexts, inout DiagnosticBag) -> PolicyTexts.Text?
    ) throws(PolicyRejected) -> LoadedPolicy {
        try read(from: texts, knowing: AccountNames(), add)
    }

    private func read(
        from texts: PolicyTexts,
        knowing accounts: AccountNames,
        _ add: (inout PolicyTexts, inout DiagnosticBag) -> PolicyTexts.Text?
    ) throws(PolicyRejected) -> LoadedPolicy {
        var (texts, bag) = (texts, DiagnosticBag(limit: limits.findings))
        guard let text = add(&texts, &bag), let root = texts.tree(of: text, bag: &bag) else {
            throw PolicyRejected(findings: bag.sorted, sources: texts.sources)
        }
        var decoder = PolicyDecoder(texts: texts, bag: bag, cgroupRoot: cgroupRoot)
        decoder.accounts = accounts
        let policy = decoder.policy(root, text)
        let (findings, sources) = (decoder.bag.sorted, decoder.texts.sources)
        guard !decoder.bag.hasErrors else {
            throw PolicyRejected(findings: findings, sources: sources)
        }
        return LoadedPolicy(
            policy: policy,
            sources: sources,
            accounts: decoder.accounts.resolved,
            warnings: findings
        )
    }
}
