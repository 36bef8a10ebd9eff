import Addressing
public import Diagnostics
public import LocatedYAML
public import TrustedFiles

/// Reads policies from a file, from standard input, or from a text.
public struct PolicyReader: Sendable {
    private let unsafe: UnsafeFiles
    private let trust: Trust
    private let limits: Limits
    private let cgroupRoot: String

    /// Creates a reader, which refuses a policy that other users can change unless that is allowed.
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
        let files = SourceFiles(limits: limits, unsafe: unsafe, trust: trust)
        let file = try files.read(file)
        return try read(from: files) { $0.add(file, bag: &$1) }
    }

    /// Reads the policy in a text; the files that it names are relative to its own name.
    public func read(_ source: SourceText) throws(PolicyRejected) -> LoadedPolicy {
        try read(Array(source.text.utf8), named: source.name)
    }

    /// Reads the policy in the bytes of a file.
    func read(_ bytes: [UInt8], named name: String) throws(PolicyRejected) -> LoadedPolicy {
        let files = SourceFiles(limits: limits, unsafe: unsafe, trust: trust)
        return try read(from: files) { $0.add(bytes, named: name, bag: &$1) }
    }

    /// Reads a policy again from the texts that were read before, the first of the policy first.
    ///
    /// No file is opened, and users and groups have the ids that they had then.
    public func read(
        again sources: [SourceText],
        accounts: [ResolvedAccount]
    ) throws(PolicyRejected) -> LoadedPolicy {
        let files = SourceFiles(limits: limits, again: sources)
        return try read(from: files, AccountNames(accounts)) { $0.addFirst(bag: &$1) }
    }

    /// Reads the policy that begins with a text.
    private func read(
        from files: SourceFiles,
        _ accounts: AccountNames = AccountNames(),
        _ add: (inout SourceFiles, inout DiagnosticBag) -> SourceFiles.Text?
    ) throws(PolicyRejected) -> LoadedPolicy {
        let bag = DiagnosticBag(limit: limits.findings)
        let context = DecodingContext(files, bag, accounts, cgroupRoot: cgroupRoot)
        let text = add(&context.files, &context.bag)
        let policy = text.flatMap { text in
            context.tree(of: text).map { PolicyDecoder(context: context).policy($0, text) }
        }
        let (findings, sources) = (context.bag.sorted, context.files.sources)
        guard let policy, !context.bag.hasErrors else {
            throw PolicyRejected(findings: findings, sources: sources)
        }
        return LoadedPolicy(
            policy: policy,
            sources: sources,
            accounts: context.accounts.resolved,
            warnings: findings,
            acceptedOfCaller: context.files.acceptedOfCaller
        )
    }
}
