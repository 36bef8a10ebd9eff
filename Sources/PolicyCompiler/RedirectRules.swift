import Addressing
import PolicyModel
import RulesetModel

/// The rules of one redirect for one direction.
///
/// A redirect of one plain target needs no more than rules in the base chain, or elements of maps in
/// their place. One that does more has a chain of its own: first a `return` for each exception, so
/// that later redirects are tried for what it lets go, then the log, then the label for those clients
/// whose source changes, then what decides.
struct RedirectRules {
    let inBaseChain: [Candidate]
    let chain: RegularChain?

    init(
        _ redirect: Redirect,
        _ direction: Direction,
        _ sources: SourceLabels,
        isCounting: Bool
    ) {
        let selectors = redirect.match.selectors(for: direction, among: redirect.families)
        let verdicts = TargetRules(of: redirect)
        let source = redirect.masquerade.flatMap { sources[$0.source] }
        if redirect.exceptions.isEmpty, redirect.log == nil, redirect.masquerade?.clients == nil,
            let only = verdicts.only, only.statement.mapped != nil
        {
            inBaseChain = selectors.map {
                Candidate(
                    $0,
                    only.statement,
                    of: redirect.name,
                    source: source,
                    isCounting: isCounting
                )
            }
            chain = nil
            return
        }
        let name = ObjectNames.chain(of: redirect.name, direction)
        inBaseChain = selectors.map {
            Candidate(
                $0,
                .jump(to: name),
                of: redirect.name,
                fallsThrough: !redirect.exceptions.isEmpty
            )
        }
        let returning = redirect.exceptions.flatMap { exception in
            exception.selectors(for: direction, among: exception.families).map {
                Rule(selector: $0, statement: .return, comment: redirect.name)
            }
        }
        let logging = redirect.log.map {
            Rule(selector: Selector(), statement: .log($0), comment: redirect.name)
        }
        // Whatever gets here is decided here, so the label can't end up on somebody else's connection.
        let labelling = source.map { source in
            redirect.masqueradedClients.map {
                Rule(selector: $0, statement: .label(source.label), comment: redirect.name)
            }
        }
        let deciding = verdicts.all.map { verdict in
            // What the jump has matched already is matched again only where nft asks for it: a
            // port has a meaning only beside its protocols, an address only beside its family.
            let protocols = verdict.statement.port == nil ? nil : redirect.match.protocols
            // A map that several share has ports of others, too.
            let shift = redirect.shift.flatMap { $0.isLong ? $0 : nil }
            return Rule(
                selector: Selector(
                    family: verdict.family,
                    protocols: protocols.map { $0.sorted() } ?? [],
                    destinationPorts: shift.map { PortSet($0.origin) }
                ),
                draw: verdict.draw,
                counter: isCounting ? ObjectNames.counter(of: redirect.name) : nil,
                statement: verdict.statement,
                comment: redirect.name
            )
        }
        chain = RegularChain(
            name: name,
            rules: returning + [logging].compactMap(\.self) + (labelling ?? []) + deciding
        )
    }
}

extension Redirect {
    /// The clients whose source it changes.
    fileprivate var masqueradedClients: [Selector] {
        guard let clients = masquerade?.clients else { return [Selector()] }
        return families.intersection(clients.families).sorted().map {
            Selector(family: $0, sourceAddresses: clients.restricted(to: $0))
        }
    }
}
