import PolicyModel
import RulesetModel

/// The rules of one redirect for one direction.
///
/// Without exceptions they stand in the base chain. With exceptions they stand in a chain of their
/// own, behind a `return` for each: what an exception lets go comes back to the base chain, and
/// later redirects are tried.
struct RedirectRules {
    let inBaseChain: [Rule]
    let chain: RegularChain?

    init(_ redirect: Redirect, _ direction: Direction, isCounting: Bool) {
        let selectors = redirect.match.selectors(for: direction, among: redirect.families)
        let deciding = selectors.map { selector in
            Rule(
                selector: selector,
                counter: isCounting ? ObjectNames.counter(of: redirect.name) : nil,
                statement: redirect.decision.statement,
                comment: redirect.name
            )
        }
        guard !redirect.exceptions.isEmpty else {
            inBaseChain = deciding
            chain = nil
            return
        }
        let name = ObjectNames.chain(of: redirect.name, direction)
        inBaseChain = selectors.map {
            Rule(selector: $0, statement: .jump(to: name), comment: redirect.name)
        }
        let returning = redirect.exceptions.flatMap { exception in
            exception.selectors(for: direction, among: exception.families).map {
                Rule(selector: $0, statement: .return, comment: redirect.name)
            }
        }
        chain = RegularChain(name: name, rules: returning + deciding)
    }
}

extension Decision {
    fileprivate var statement: Statement {
        switch self {
        case .bypass: .accept
        case .target(.port(.one(let port))): .dnatPort(to: port)
        case .target(.address(let address, .one(let port)?)): .dnat(to: address, port: port)
        case .target(.address(let address, nil)): .dnat(to: address, port: nil)
        case .target(.local(.one(let port)?)): .redirect(port: port)
        case .target(.local(nil)): .redirect(port: nil)
        case .target, .balance: preconditionFailure("not compiled yet")
        }
    }
}
