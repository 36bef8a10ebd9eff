import Addressing
public import PolicyModel

/// What a policy does with some connections of one family.
public struct Fate: Hashable, Sendable {
    /// The targets and their weights; empty for connections that go where they were sent.
    public let shares: [Balance.Share]

    /// How one of several targets is chosen.
    public let method: Balance.Method?

    /// What their sources become where they leave this machine for another place; `nil` if they stay.
    public let source: Masquerade.Source?
}

/// What a redirect does with the connections of a family, or what happens if there is none.
struct Effect {
    /// The targets for the family; empty for connections that go where they were sent.
    let shares: [Balance.Share]

    let method: Balance.Method?

    /// What sources become; `nil` if they stay.
    let source: Masquerade.Source?

    /// The clients whose sources change; `nil` for all.
    let clients: NumberSet?

    init(of redirect: Redirect?, _ family: IPFamily) {
        switch redirect?.decision {
        case nil, .bypass: (shares, method) = ([], nil)
        case .target(let target): (shares, method) = ([.init(target: target)], nil)
        case .balance(let balance):
            shares = balance.shares.filter { $0.target.families.contains(family) }
            method = shares.count > 1 ? balance.method : nil
        }
        source = redirect?.masquerade?.source.restricted(to: family)
        clients = redirect?.masquerade?.clients.map {
            NumberSet($0.restricted(to: family).ranges.map(\.bits))
        }
    }

    /// The fate of connections whose source changes, if the redirect changes any, or of the others.
    func fate(isMasqueraded: Bool) -> Fate {
        Fate(shares: shares, method: method, source: isMasqueraded ? source : nil)
    }

    var targets: [Target?] { shares.isEmpty ? [nil] : shares.map(\.target) }
}
