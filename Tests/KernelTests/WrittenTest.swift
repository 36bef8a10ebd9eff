import Addressing
import PolicyAnalysis
import PolicyModel
import TestSupport

/// An entry of a policy's `tests`, written from what `explain` says.
struct WrittenTest {
    var connection: Connection
    var expect: [String]
    var by: String

    /// What the source should become; `nil` if places differ in it.
    var masquerade: String?

    /// Whether the policy should pass it.
    var passes = true

    var yaml: String {
        let goals = expect.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
              - connection: "\(connection)"
                expect: [\(goals)]
                by: \(by)

            """ + (masquerade.map { "    masquerade: \"\($0)\"\n" } ?? "")
    }

    /// The test that expects an outcome of a connection.
    init(_ connection: Connection, expecting outcome: Explanation.Case) {
        self.connection = connection
        by = outcome.redirect?.name ?? "none"
        let places = outcome.places.keys.sorted { "\($0)" < "\($1)" }
        expect = places.map { $0.goal(of: connection) }
        let leaving = places.count { $0.leaves(connection) }
        if outcome.newSource == nil || leaving == 0 {
            masquerade = "false"
        } else if leaving == places.count {
            let address = outcome.newSource?.addresses.values.first
            masquerade = address.map { "\($0)" } ?? "true"
        }
    }

    /// The same test with an expectation that is wrong, in each way there is.
    func wrongVariants(redirects: [String]) -> [WrittenTest] {
        var variants: [WrittenTest] = []
        func add(_ change: (inout WrittenTest) -> Void) {
            var variant = self
            change(&variant)
            variant.passes = false
            variants.append(variant)
        }
        let family = connection.destinationAddress?.family ?? connection.sourceAddress?.family
        add { $0.expect = ["\(LabEndpoint(Lan.remote(family ?? .ipv4, 250), 9))"] }
        if expect.count > 1 { add { $0.expect.removeLast() } }
        if expect != ["unchanged"], connection.destinationAddress?.isLoopback == false {
            add { $0.expect = ["unchanged"] }
        }
        // Neighbours in the policy are the likeliest to be taken for each other.
        let others = (["none"] + redirects).filter { $0 != by }
        if let other = others.last(where: { $0 < by }) ?? others.first { add { $0.by = other } }
        switch masquerade {
        case nil: break
        case "false": add { $0.masquerade = "true" }
        default:
            add { $0.masquerade = "false" }
            add { $0.masquerade = "\(Lan.remote(family ?? .ipv4, 251))" }
        }
        return variants
    }
}

extension Outcome.Place {
    /// The place as a test says it.
    fileprivate func goal(of connection: Connection) -> String {
        guard let port else { return "unchanged" }
        switch host {
        case .local: return "local:\(port)"
        case .address(let address):
            if connection.destination == .local, RouterLab.here.contains(address) {
                return "local:\(port)"
            }
            return isSent(connection) ? "unchanged" : address.text(withPort: port)
        }
    }

    /// Whether the connection leaves the machine for another place than it was sent to.
    fileprivate func leaves(_ connection: Connection) -> Bool {
        guard case .address(let address) = host else { return false }
        return !RouterLab.here.contains(address) && !isSent(connection)
    }

    private func isSent(_ connection: Connection) -> Bool {
        host == connection.destination && port == connection.destinationPort
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool { self == Lan.loopback(family) }
}
