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

    /// The warnings, in the order of the text.
    public let warnings: [Diagnostic]

    /// The first file or directory that was accepted because it belongs to the user who called sudo.
    public let acceptedOfCaller: FileDanger?
}

/// A user or group of a policy, and its id.
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

    /// The id that the name has by now: `nil` if there is no such account any more.
    ///
    /// - Throws: ``AccountsUnavailable`` if the look-up fails.
    public func presentID() throws(AccountsUnavailable) -> UInt32? {
        guard let kind = AccountKind(rawValue: kind) else { throw AccountsUnavailable() }
        return switch AccountDatabase.id(of: kind, named: name) {
        case .id(let id): id
        case .unknown: nil
        case .failed: throw AccountsUnavailable()
        }
    }
}

/// A failed look-up of a user or group.
public struct AccountsUnavailable: Error, Sendable, Hashable {}

/// The refusal of a policy that has errors.
public struct PolicyRejected: Error, Sendable {
    /// All findings, errors and warnings, in the order of the text; never empty.
    public let findings: [Diagnostic]

    /// The texts that the findings are about.
    public let sources: SourceMap
}
