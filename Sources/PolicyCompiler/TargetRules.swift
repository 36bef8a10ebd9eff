import Addressing
import PolicyModel
import RulesetModel

/// What a redirect's rules do with the connections that it decides, in the order of the rules.
struct TargetRules {
    /// One way to go, and for whom.
    struct Verdict {
        /// The family that it is for; `nil` for both.
        var family: IPFamily?

        /// Its part of the connections; `nil` for all that are left.
        var draw: LoadBalancing?

        var statement: Statement
    }

    let all: [Verdict]

    init(of redirect: Redirect) {
        switch redirect.decision {
        case .bypass:
            all = [Verdict(statement: .accept)]
        case .target(let target):
            all = [
                Verdict(
                    family: target.addresses?.family,
                    statement: target.statement(in: redirect.name)
                )
            ]
        case .balance(let balance):
            all = balance.familyGroups(among: redirect.families).flatMap { family in
                balance.verdicts(for: family, in: redirect.name)
            }
        }
    }

    /// The verdict, if there is just one and it is for all connections alike.
    var only: Verdict? { all.count == 1 ? all.first : nil }
}

extension Balance {
    /// The families that need rules of their own; `nil` stands for both at once.
    fileprivate func familyGroups(among families: Set<IPFamily>) -> [IPFamily?] {
        let isOneForAll = method != .sourceHash && shares.allSatisfy { $0.target.addresses == nil }
        return isOneForAll ? [nil] : families.sorted()
    }

    /// The shares that can take a family, one rule each: every rule draws among the connections
    /// that those before it have left, and the last one takes the rest.
    fileprivate func verdicts(for family: IPFamily?, in redirect: String) -> [TargetRules.Verdict] {
        let shares = shares.filter { share in
            family.map { share.target.families.contains($0) } ?? true
        }
        let total = shares.reduce(0) { $0 + $1.weight }
        var taken: UInt32 = 0
        return shares.map { share in
            defer { taken += share.weight }
            let isLast = taken + share.weight == total
            return TargetRules.Verdict(
                family: family,
                draw: isLast ? nil : draw(share.weight, of: total, after: taken),
                statement: share.target.statement(in: redirect)
            )
        }
    }

    private func draw(_ weight: UInt32, of total: UInt32, after taken: UInt32) -> LoadBalancing {
        switch method {
        // What came before is gone, so the numbers begin at zero again.
        case .random: LoadBalancing(.random, modulus: total - taken, range: 0...(weight - 1))
        case .roundRobin:
            LoadBalancing(.increasing, modulus: total - taken, range: 0...(weight - 1))
        // Every rule sees the same number.
        case .sourceHash:
            LoadBalancing(.sourceHash, modulus: total, range: taken...(taken + weight - 1))
        }
    }
}

extension Target {
    fileprivate func statement(in redirect: String) -> Statement {
        let port = port.map { PortExpression($0, in: redirect) }
        switch (self, port) {
        case (.address(let address, _), _): return .dnat(to: address, port: port)
        // The kernel would take a connection that stays for a redirected one, and masquerade it.
        case (.prefix(let move), _) where move.offset == 0: return .accept
        case (.prefix(let move), _): return .dnatPrefix(to: move.destination)
        case (.port, let port?): return .dnatPort(to: port)
        case (.local, _), (.port, nil): return .redirect(port: port)
        }
    }
}

extension PortExpression {
    fileprivate init(_ port: NewPort, in redirect: String) {
        switch port {
        case .one(let port): self = .port(port)
        case .shift(let shift):
            let map = ObjectNames.ports(shift, of: redirect)
            self = .mapped(by: Lookup(map, by: [.destinationPort]))
        }
    }
}
