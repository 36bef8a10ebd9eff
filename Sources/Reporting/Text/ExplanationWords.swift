import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel

/// What the words of an explanation depend on.
struct ExplanationContext {
    let connection: Connection

    /// The names of users and groups in the policy, by their ids.
    let accounts: [Match.Key: [UInt32: String]]

    /// A value with its name in the policy: `proxy (13)`.
    func named(_ value: String, _ key: Match.Key) -> String {
        UInt32(value).flatMap { accounts[key]?[$0] }.map { "\($0) (\(value))" } ?? value
    }
}

extension Match.Key {
    /// The key in a sentence: `destination port`.
    var words: String { path.replacing(".", with: " ") }
}

extension Explanation.Clause {
    private static let mostValues = 4

    /// The values in a sentence: `80, 443 or 8000-8010`.
    func valueWords(_ context: ExplanationContext) -> String {
        let values = values.map { context.named($0, key) }
        guard count > Self.mostValues else { return values.joined(by: "or") }
        let shown = values.prefix(Self.mostValues - 1)
        return "\(shown.joined(separator: ", ")) or \(count - shown.count) more"
    }

    /// What it asks of a connection: `user is 1000-1999`.
    func words(in context: ExplanationContext) -> String {
        if isLocality, let address = context.connection.destinationAddress {
            return "\(address) is an address of this machine"
        }
        return "\(key.words) is \(valueWords(context))"
    }
}

extension [Explanation.Clause] {
    /// What all of them ask of a connection.
    func words(in context: ExplanationContext) -> String {
        map { $0.words(in: context) }.joined(separator: " and ")
    }
}

extension Explanation.Condition {
    /// The condition with a small letter at the beginning: `otherwise, if user is 5, unless mark is 0x1`.
    func words(in context: ExplanationContext) -> String {
        var parts: [String] = []
        if isOtherwise {
            parts.append(isOfKernel ? "otherwise, for what the kernel itself sends" : "otherwise")
        }
        if !clauses.isEmpty { parts.append("if \(clauses.words(in: context))") }
        if !exceptions.isEmpty {
            var all = exceptions.map { clauses in
                let words = clauses.words(in: context)
                return exceptions.count > 1 && clauses.count > 1 ? "(\(words))" : words
            }
            let more = exceptionCount - exceptions.count
            if more > 0 { all.append("\(more) more of its exceptions apply") }
            parts.append("unless \(all.joined(separator: " or "))")
        }
        return parts.joined(separator: ", ")
    }
}

extension Explanation.Obstacle {
    /// Why a redirect does not decide a connection.
    func words(in context: ExplanationContext) -> String {
        let direction = context.connection.direction.rawValue
        switch self {
        case .disabled: return "is disabled (`enabled: false`)"
        case .direction(let directions):
            let wanted = directions.map(\.rawValue).joined(by: "or")
            return "direction: wants \(wanted), has \(direction)"
        case .key(let clause, let found):
            let has =
                found.map { context.named($0, clause.key) }
                ?? "none, because it is \(direction)"
            return "\(clause.key.words): wants \(clause.valueWords(context)), has \(has)"
        case .target(let family): return "none of its targets can take \(family.title)"
        case .exception(let number, let clauses):
            return "entry \(number) of `except` matches: "
                + (clauses.isEmpty ? "everything" : clauses.words(in: context))
        case .exceptions: return "together, its exceptions cover all that it matches"
        case .combination: return "its keys can't all match at the same time"
        case .decidedBefore(let names):
            let shown = names.prefix(3).map { "`\($0)`" }
            let more = names.count > 3 ? ["\(names.count - 3) more"] : []
            return "earlier redirects decide all that it matches: "
                + (shown + more).joined(by: "and")
        }
    }
}

extension Explanation.Undecided {
    /// What was not worked out, in sentences; `place` is that of the redirect.
    func words(_ place: String) -> String {
        guard let exceptionCount else {
            return
                "What `\(redirect.name)` (\(place)) and later redirects make of the rest was not "
                + "worked out: there are too many outcomes. Describe the connection further."
        }
        let keys = openKeys.map(\.words)
        return "`\(redirect.name)` (\(place)) or a later redirect may decide the rest. "
            + "\(exceptionCount) exceptions of `\(redirect.name)` may apply, too many to work out. "
            + "Describe the connection further"
            + (keys.isEmpty ? "." : ": its \(keys.joined(by: "or")).")
    }
}

extension Explanation.Note {
    /// The note in sentences.
    func words(of connection: Connection) -> String {
        switch self {
        case .decidedOnce(let redirect, let next):
            return
                "`\(next)` matches the place where `\(redirect)` sends it, but NAT decides once: "
                + "`\(next)` does not see it."
        case .ownConnections(let redirect):
            return
                "if the program that gets it opens such a connection itself, `\(redirect)` takes "
                + "that one, too. To leave it out: `except: [{user: NAME}]`, with the program's user."
        case .localAddress(let redirect, let port):
            return "the target `local` of `\(redirect)` is the first address of the interface on "
                + "which the connection arrives. With `to: {port: \(port)}` it would keep the "
                + "address to which it was sent."
        case .mayBeLocal(let address):
            let port = connection.destinationPort
            return "write `local:\(port)` instead of `\(address.text(withPort: port))` if it is an "
                + "address of this machine."
        }
    }
}

extension Masquerade.Source {
    /// The new source before an arrow.
    var words: String {
        let chosen = addresses.values.sorted().map(\.description)
        return chosen.isEmpty ? "(address of the outgoing interface)" : chosen.joined(by: "or")
    }
}

extension Balance.Method {
    /// How a target is chosen.
    var words: String {
        switch self {
        case .random: "at random"
        case .roundRobin: "in turn"
        case .sourceHash: "by the client's address"
        }
    }
}
