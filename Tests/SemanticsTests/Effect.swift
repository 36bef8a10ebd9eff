import Addressing
import PolicyModel
import RulesetModel

/// What is done to one connection, in the same words for a policy and for a ruleset.
struct Effect: Hashable {
    /// A line in a log.
    struct Line: Hashable {
        var log: PacketLog
        var redirect: String?
    }

    /// The redirects that the deciding rule belongs to, and every jump on the way there: one at most,
    /// where all is well.
    var redirects: Set<String> = []

    /// Where the connection goes.
    var place: Outcome.Place

    /// The redirects whose counters count it.
    var counted: [String] = []

    /// The lines that it gives.
    var lines: [Line] = []

    /// What decides among several places.
    var draws: Set<LoadBalancing.Method> = []

    /// What its source becomes on the way out; `nil` if it stays.
    var newSource: NewSource?

    /// Whether its packets are thrown away.
    var isDropped = false

    /// What the source of a connection can become.
    enum NewSource: Hashable {
        /// The address of the interface by which it leaves.
        case interface
        case address(IPAddress)
    }
}

extension Effect: CustomStringConvertible {
    var description: String {
        let parts = [
            redirects.isEmpty ? "nobody" : redirects.sorted().joined(separator: "+"),
            "→ \(place.text)",
            counted.isEmpty ? nil : "counted by \(counted.joined(separator: ", "))",
            lines.isEmpty ? nil : "logged by \(lines.map { $0.redirect ?? "nobody" })",
            draws.isEmpty ? nil : "drawn by \(draws.map(\.rawValue).sorted())",
            newSource.map { "with the source \($0)" },
            isDropped ? "dropped" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension Outcome.Place {
    var text: String {
        switch host {
        case .address(let address): port.map { address.text(withPort: $0) } ?? "\(address)"
        case .local: "this machine" + (port.map { ":\($0)" } ?? "")
        }
    }
}

/// What can be done to one connection, and how often.
typealias Effects = [Effect: Fraction]
