import Addressing
import Diagnostics
import PolicyModel
import Reporting
import Safeguards

extension Lockout {
    /// What would happen, in two lines.
    var text: String {
        let subject =
            switch reason {
            case .session: "a new connection like that of this SSH session"
            case .protected(let place): "a protected connection (\(sources.place(of: place)))"
            }
        let redirect = interception.redirect
        let place = "redirect `\(redirect.name)` (\(sources.place(of: redirect.span)))"
        let effect =
            interception.isCertain
            ? "would go to \(target), by \(place)"
            : "may go to \(target), by \(place); that depends on properties that are not known"
        return "\(subject), `\(connection)`,\n\(effect)"
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
            case .prefix(let move):
                connection.destinationAddress.flatMap { move($0) }.map { .address($0) }
                    ?? connection.destination
            case .local: .local
            }
        return host.text(withPort: port ?? connection.destinationPort)
    }

    /// The lockout as a result reports it.
    var report: LockoutReport {
        let redirect = interception.redirect
        let reason =
            switch reason {
            case .session: "ssh"
            case .protected: "protected"
            }
        return LockoutReport(
            connection: "\(connection)",
            reason: reason,
            redirect: redirect.name,
            file: sources[redirect.span.source].name,
            line: redirect.span.start.line,
            column: redirect.span.start.column,
            target: target,
            certain: interception.isCertain
        )
    }
}

extension LabelConflict {
    /// The conflict and what to do, in one sentence.
    var sentence: String {
        let bits = labels.sorted().map(\.description).joined(separator: ", ")
        return "table inet \(table) masquerades connections with "
            + "\(labels.count == 1 ? "label" : "labels") \(bits), too, so each table would change "
            + "sources of the other's connections; give this policy other ones "
            + "(`settings: {labels: …}`)"
    }
}

extension Console {
    private static let mostNamed = 5

    /// Warns of redirects whose `masquerade` has no effect in this network namespace.
    func warnOfMasqueradeHere(_ policy: Policy) {
        let found = LocalMasquerade.all(in: policy)
        for masquerade in found.prefix(Self.mostNamed) {
            warn(
                "`masquerade` of `\(masquerade.redirect)` has no effect on connections to "
                    + "\(masquerade.targets.joined(separator: ", ")): they never leave this machine"
            )
        }
        let more = found.count - Self.mostNamed
        if more > 0 {
            warn(
                "\(more) more \(more == 1 ? "redirect masquerades" : "redirects masquerade") "
                    + "connections that never leave this machine"
            )
        }
    }
}
