/// Limits on what is read, so that no file can exhaust memory or time.
public struct Limits: Sendable {
    /// The size of a file, in bytes.
    public var bytes: Int

    /// How deep lists and mappings may be nested.
    public var depth: Int

    /// How many files may lead to one that is included.
    public var includes: Int

    /// The number of keys, values, lists and mappings of a file; a full redirect has about thirty.
    public var values: Int

    /// The number of findings that are kept.
    public var findings: Int

    /// Creates limits; those that are not given are high enough for every real policy.
    public init(
        bytes: Int = 64 << 20,
        depth: Int = 32,
        includes: Int = 16,
        values: Int = 5_000_000,
        findings: Int = 10_000
    ) {
        self.bytes = bytes
        self.depth = depth
        self.includes = includes
        self.values = values
        self.findings = findings
    }
}

/// What happens to files that other users can change.
public enum UnsafeFiles: Sendable, Hashable {
    /// They are not read, unless only the user who called sudo can change them.
    case refused
    /// They are read, with a warning.
    case warnedOf
    /// They are read.
    case accepted
}
