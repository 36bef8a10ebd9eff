/// How much of a file the reader takes in before it refuses to go on.
///
/// They are enforced while reading, so that no file, however made, can exhaust memory or time.
struct Limits {
    /// The size of a file, in bytes.
    var bytes = 64 << 20

    /// How deep lists and mappings may be nested.
    var depth = 32

    /// How many files may lead to one that is included.
    var includes = 16

    /// The number of keys, values, lists and mappings; a full redirect has about thirty.
    var values = 5_000_000

    /// The number of findings that are kept.
    var findings = 10_000
}
