/// The names of a candidate's objects while it is on trial beside the confirmed ones.
public enum TrialName {
    /// What each begins with; the compiler gives no name that does.
    public static let prefix = "trial_"

    /// The name on trial.
    public static func of(_ name: String) -> String { prefix + name }

    /// The name without a trial; `nil` if it is none of a trial.
    public static func original(_ name: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    /// The same where something on trial refers to an object that is not: then it is no name at all.
    static func referred(_ name: String) -> String {
        original(name) ?? "\(name) (not on trial)"
    }
}

extension Rule {
    /// The first rule of a base chain while a trial goes on: `meta nfproto @lease goto CHAIN`.
    ///
    /// `goto`, so that what the candidate leaves alone never falls into the confirmed rules.
    public static func trial(chain: String) -> Rule {
        Rule(selector: Selector(), statement: .trial(chain: TrialName.of(chain)))
    }

    /// The rule with other names for the objects that it refers to.
    func renamed(_ name: (String) -> String) -> Rule {
        var rule = self
        rule.counter = counter.map(name)
        rule.selector.member = selector.member?.renamed(name)
        rule.statement = statement.renamed(name)
        return rule
    }
}

extension Statement {
    fileprivate func renamed(_ name: (String) -> String) -> Statement {
        switch self {
        case .dnatPort(let port): .dnatPort(to: port.renamed(name))
        case .dnat(let address, let port): .dnat(to: address, port: port?.renamed(name))
        case .dnatMapped(let family, let lookup): .dnatMapped(family, by: lookup.renamed(name))
        case .redirect(let port): .redirect(port: port?.renamed(name))
        case .jump(let chain): .jump(to: name(chain))
        case .verdict(let lookup): .verdict(by: lookup.renamed(name))
        case .trial(let chain): .trial(chain: name(chain))
        case .dnatPrefix, .masquerade, .snat, .label, .log, .accept, .drop, .return: self
        }
    }
}

extension PortExpression {
    fileprivate func renamed(_ name: (String) -> String) -> PortExpression {
        switch self {
        case .port: self
        case .mapped(let lookup): .mapped(by: lookup.renamed(name))
        }
    }
}

extension Lookup {
    fileprivate func renamed(_ name: (String) -> String) -> Lookup { Lookup(name(map), by: key) }
}

extension MapElement {
    func renamed(_ name: (String) -> String) -> MapElement {
        guard case .jump(let chain) = value else { return self }
        return MapElement(key: key, value: .jump(to: name(chain)), redirect: redirect)
    }
}
