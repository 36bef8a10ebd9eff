import Addressing
import Diagnostics
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import Testing

/// A policy that a test compiles.
struct Compilation {
    /// The ruleset without what is the same for every policy.
    let ruleset: Ruleset
    let layouts: [Layout]

    /// Compiles what follows a policy's version.
    init(_ body: String) throws {
        let source = SourceText(name: "test.yaml", text: "version: 1\n\(body)\n")
        let policy = try PolicyReader().read(source).policy
        let (whole, layouts) = PolicyCompiler.compile(policy)
        (ruleset, self.layouts) = (whole.ofRedirects, layouts)
    }

    /// Compiles outbound redirects, each by its name, match and target.
    init(outbound redirects: [(name: String, match: String, target: String)]) throws {
        let lines = redirects.map { name, match, target in
            "  - {name: \(name), direction: outbound, match: {\(match)}, \(target)}\n"
        }
        try self.init("redirects:\n\(lines.joined())")
    }

    /// What decides outbound connections, in order, with the names of the redirects.
    var outbound: [String] { ruleset.lines(of: .output, named: true) }

    /// Why each redirect that has a rule of its own for outbound connections has it.
    var reasons: [String: Layout.Reason] {
        var reasons: [String: Layout.Reason] = [:]
        for case .rule(let name, let reason) in layouts[1].steps { reasons[name] = reason }
        return reasons
    }

    /// The redirects of which earlier ones leave nothing of some part.
    var covered: [String] { layouts[1].covered }
}

extension Ruleset {
    /// The ruleset without the rules and sets that belong to no redirect.
    var ofRedirects: Ruleset {
        var ruleset = self
        for index in chains.indices {
            let fixed = Rule.fixed(at: chains[index].head.hook)
            #expect(Array(chains[index].rules.prefix(fixed.count)) == fixed)
            ruleset.chains[index].rules.removeFirst(fixed.count)
        }
        let held = IPFamily.allCases.map(Holdback.set)
        #expect(held.allSatisfy(maps.contains))
        ruleset.maps.removeAll(where: held.contains)
        return ruleset
    }

    /// The rules of a base chain, and for those that ask a map its elements instead.
    func lines(of hook: Hook, named: Bool = false) -> [String] {
        let rules = chains.first { $0.head.hook == hook }?.rules ?? []
        return rules.flatMap { rule -> [String] in
            guard let lookup = rule.lookup,
                let map = maps.first(where: { $0.name == lookup.map })
            else {
                var bare = rule
                bare.counter = nil
                bare.comment = nil
                return [(named ? "\(rule.comment ?? "")  " : "") + bare.text]
            }
            let keys = lookup.key.map(\.expression).joined(separator: " . ")
            let action = rule.statement.text.prefix { $0 != ":" && !$0.isNumber }
                .split(separator: " ").prefix(1).joined()
            return map.elements.map { element in
                let verb = map.type.value == .verdict ? "" : "\(action) to "
                if element.value == .member {
                    return "\(keys): \(map.type.text(of: element.key)) → \(rule.statement.text)"
                }
                return (named ? "\(element.redirect ?? "")  " : "")
                    + "\(keys): \(map.type.text(of: element.key)) → \(verb)\(element.value.text)"
            }
        }
    }
}
