public import Diagnostics
public import PolicyModel
public import TrustedFiles

/// A policy that was read without errors.
public struct LoadedPolicy: Sendable {
    /// The policy.
    public let policy: Policy

    /// The texts it was read from.
    public let sources: SourceMap

    /// The users and groups that it names, with the ids that they had when it was read; sorted.
    public let accounts: [ResolvedAccount]

    /// What the operator should look at, in the order of the text.
    public let warnings: [Diagnostic]

    /// What of the policy, or on the way to it, belongs to the user who called sudo, and was accepted
    /// for that: the first of it.
    public let acceptedOfCaller: FileDanger?
}

/// A user or group of a policy, and the id behind the name.
public struct ResolvedAccount: Sendable, Hashable {
    /// `user` or `group`.
    public let kind: String

    /// The name.
    public let name: String

    /// The id.
    public let id: UInt32

    /// Creates an account.
    public init(kind: String, name: String, id: UInt32) {
        self.kind = kind
        self.name = name
        self.id = id
    }
}
