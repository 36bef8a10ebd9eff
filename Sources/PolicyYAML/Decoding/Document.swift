import Diagnostics

/// One file of a policy: its keys, and the path that others in it are relative to.
struct Document {
    let fields: Fields<PolicyKey>
    let name: String

    /// Where another file includes it; nothing for the file that the policy begins with.
    let includedAt: SourceSpan?
}
