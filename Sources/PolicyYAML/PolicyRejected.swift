public import Diagnostics

/// The refusal of a policy that has errors.
public struct PolicyRejected: Error, Sendable {
    /// All findings, errors and warnings, in the order of the text; never empty.
    public let findings: [Diagnostic]

    /// The texts that the findings are about.
    public let sources: SourceMap
}
