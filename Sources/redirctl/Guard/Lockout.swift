import Addressing
import Diagnostics
import PolicyModel

/// A connection that somebody relies on, and the redirect that would take new ones like it
/// elsewhere.
struct Lockout {
    /// Why the connection matters.
    enum Reason {
        /// It is like that of the SSH session in which this runs.
        case session
        /// The policy protects it, at a place.
        case protected(SourceSpan)
    }

    let reason: Reason
    let connection: Connection
    let interception: Interception
    private let sources: SourceMap

    /// What a policy would do to the connections that matter.
    static func all(
        by policy: Policy,
        _ sources: SourceMap,
        session: Connection?,
        knowing addresses: Set<IPAddress>
    ) -> [Lockout] {
        let protected = policy.settings.protected.map {
            (Reason.protected($0.place), $0.connection)
        }
        return ((session.map { [(.session, $0)] } ?? []) + protected)
            .compactMap { reason, connection in
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

    private init(
        reason: Reason,
        connection: Connection,
        interception: Interception,
        sources: SourceMap
    ) {
        self.reason = reason
        self.connection = connection
        self.interception = interception
        self.sources = sources
    }

    /// Whether the policy itself names the connection.
    var isOfPolicy: Bool {
        if case .protected = reason { true } else { false }
    }

    /// What would happen, in two lines.
    var text: String {
        let subject =
            switch reason {
            case .session: "a new connection like the one of this SSH session"
            case .protected(let place): "a protected connection (\(name(of: place)))"
            }
        let redirect = interception.redirect
        let place = "redirect `\(redirect.name)` (\(name(of: redirect.place)))"
        let deed =
            interception.isCertain
            ? "would go to \(target), by \(place)"
            : "may go to \(target), by \(place); that depends on what is not known of it"
        return "\(subject), `\(connection)`,\n\(deed)"
    }

    /// Where the connection would go.
    private var target: String {
        let targets = interception.redirect.decision.targets
        return targets.count == 1 ? words(of: targets[0]) : "one of \(targets.count) places"
    }

    private func words(of target: Target) -> String {
        let port =
            switch target.port {
            case nil: connection.destinationPort
            case .one(let port): port
            case .shift(let shift): shift(connection.destinationPort)
            }
        let host: Connection.Destination =
            switch target {
            case .port: connection.destination
            case .address(let address, _): .address(address)
            case .local: .local
            }
        return host.text(withPort: port ?? connection.destinationPort)
    }

    private func name(of span: SourceSpan) -> String {
        "\(sources[span.source].name):\(span.start.line):\(span.start.column)"
    }

    /// The JSON shape of a lockout.
    var report: Report {
        let redirect = interception.redirect
        return Report(
            connection: "\(connection)",
            reason: isOfPolicy ? "protected" : "ssh",
            redirect: redirect.name,
            file: sources[redirect.place.source].name,
            line: redirect.place.start.line,
            column: redirect.place.start.column,
            target: target,
            certain: interception.isCertain
        )
    }

    struct Report: Encodable {
        let connection: String
        let reason: String
        let redirect: String
        let file: String
        let line: Int32
        let column: Int32
        let target: String
        let certain: Bool
    }
}
