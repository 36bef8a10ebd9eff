import Addressing
public import Diagnostics
public import TrustedFiles

/// What becomes of a policy that others can change.
public enum UnsafeFiles: Sendable, Hashable {
    /// It is not read, unless only the user who called sudo can change it.
    case refused
    /// It is read, with a warning.
    case warnedOf
    /// It is read.
    case accepted
}

/// Reads policies: from a file, from standard input, or from a text at hand.
public struct PolicyReader: Sendable {
    private let unsafe: UnsafeFiles
    private let trust: Trust
    private let limits: Limits
    private let cgroupRoot: String

    /// Creates a reader, which refuses a policy that others can change unless told otherwise.
    public init(allowsUnsafePermissions: Bool = false) {
        self.init(allowsUnsafePermissions ? .accepted : .refused)
    }

    /// Creates a reader.
    public init(_ unsafe: UnsafeFiles) {
        self.init(unsafe, limits: Limits())
    }

    init(
        _ unsafe: UnsafeFiles = .refused,
        trust: Trust = .ofThisProcess,
        limits: Limits,
        cgroupRoot: String = CgroupPath.hierarchy
    ) {
        self.unsafe = unsafe
        self.trust = trust
        self.limits = limits
        self.cgroupRoot = cgroupRoot
    }

    /// Reads the policy in a file, or from a descriptor; `-` is standard input.
    ///
    /// - Throws: ``PolicyRejected`` for what the operator has to repair,
    ///   ``TrustedFiles/FileError`` for what the machine could not do.
    public func read(path: String) throws -> LoadedPolicy {
        try read(CheckedFile(named: path, trusting: trust))
    }

    /// Reads the policy in an open file.
    public func read(_ file: borrowing CheckedFile) throws -> LoadedPolicy {
        let file = try texts.read(file)
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
        let kept = StoredTexts(sources)
        let texts = PolicyTexts(limits: limits, unsafe: .accepted, kept: kept)
        return try read(from: texts, knowing: AccountNames(accounts)) { texts, bag in
            kept.first.flatMap { texts.add($0, bag: &bag) }
        }
    }

    private var texts: PolicyTexts {
        PolicyTexts(limits: limits, unsafe: unsafe, trust: trust)
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
            warnings: findings,
            acceptedOfCaller: decoder.texts.acceptedOfCaller
        )
    }
}
