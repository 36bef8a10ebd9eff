import Addressing
public import Diagnostics
public import PolicyModel

extension PolicyAnalysis {
    /// Findings about connections that a policy protects, and that one of its redirects takes elsewhere.
    ///
    /// `apply` asks the same on the machine itself. Here, an inbound connection is taken to be sent to an
    /// address of the machine, because that is where operators reach it.
    public static func protectedFindings(in policy: Policy) -> [Diagnostic] {
        policy.settings.protected.compactMap { protected in
            let connection = protected.connection
            let isInbound = connection.direction == .inbound
            let own = isInbound ? [connection.destinationAddress].compactMap(\.self) : []
            guard let found = policy.interception(of: connection, knowing: Set(own)) else {
                return nil
            }
            let verb = found.isCertain ? "takes" : "may take"
            return Diagnostic(
                .protectedConnection,
                severity: .warning,
                "`\(found.redirect.name)` \(verb) a protected connection elsewhere: `\(connection)`",
                at: .init(
                    found.redirect.span,
                    found.isCertain ? "" : "that depends on what the connection leaves open"
                ),
                related: [.init(protected.span, "it is protected here")],
                help: "`apply` refuses the policy unless `--allow-lockout` is given; to leave the "
                    + "connection alone, name it in `except`, or in a `bypass` before",
                witness: "\(connection)"
            )
        }
    }
}
