internal import Addressing
public import Diagnostics
internal import Nftables
public import PolicyModel

/// A redirect that takes, or may take, new connections elsewhere that operators rely on.
public struct Lockout: Sendable {
    /// Why the connection matters.
    public enum Reason: Sendable, Hashable {
        /// It is like that of the SSH session in which this process runs.
        case session
        /// The policy protects it, at this place.
        case protected(SourceSpan)
    }

    /// Why the connection matters.
    public let reason: Reason

    /// The connection.
    public let connection: Connection

    /// The redirect that takes it elsewhere, and whether it certainly does.
    public let interception: Interception

    /// The texts of the policy, in which the places are.
    public let sources: SourceMap

    /// Whether the policy itself protects the connection.
    public var isProtected: Bool {
        switch reason {
        case .session: false
        case .protected: true
        }
    }
}

/// Finds the connections that a policy would take away from operators.
///
/// The policy's reference semantics decide what happens to new connections.
public struct LockoutCheck: Sendable {
    /// The SSH session in which this process runs.
    public let session: SSHSession

    private let isElsewhere: Bool

    /// Creates a check of policies for one network namespace.
    ///
    /// - Parameters:
    ///   - session: The SSH session in which this process runs.
    ///   - isElsewhere: Whether it is another network namespace than the caller's. Then the SSH session
    ///     matters only if it ends there.
    public init(session: SSHSession = .current, isElsewhere: Bool) {
        self.session = session
        self.isElsewhere = isElsewhere
    }

    /// The lockouts by a policy; this process must have entered the network namespace.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - sources: The texts that it was read from.
    /// - Returns: The lockouts; that of the SSH session comes first.
    public func lockouts(by policy: Policy, from sources: SourceMap) -> [Lockout] {
        var addresses = LocalAddresses.all()
        var relied = policy.settings.protected.map {
            (reason: Lockout.Reason.protected($0.span), connection: $0.connection)
        }
        if case .connection(let connection, _) = session {
            let server = connection.destinationAddress
            if !isElsewhere || server.map(addresses.contains) ?? false {
                if let server { addresses.insert(server) }
                relied.insert((.session, connection), at: 0)
            }
        }
        return relied.compactMap { reason, connection in
            policy.interception(of: connection, knowing: addresses).map {
                Lockout(
                    reason: reason,
                    connection: connection,
                    interception: $0,
                    sources: sources
                )
            }
        }
    }
}
