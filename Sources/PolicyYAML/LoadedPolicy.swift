public import Diagnostics
public import PolicyModel

/// A policy that was read without errors.
public struct LoadedPolicy: Sendable {
    /// The policy.
    public let policy: Policy

    /// The texts it was read from.
    public let sources: SourceMap

    /// What the operator should look at, in the order of the text.
    public let warnings: [Diagnostic]
}
