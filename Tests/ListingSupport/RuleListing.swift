internal import Nftables
internal import RulesetModel

extension LiveRule {
    /// Reads the `rule` of a listing.
    init(listing object: JSONObject, maps: [String: MapDeclaration]) throws(KernelError) {
        let handle = try object.handle(of: "rule")
        let rule = Rule(
            listing: object["expr"]?.list ?? [],
            comment: object["comment"]?.text,
            maps: maps
        )
        self.init(
            handle: handle,
            content: rule.map(Content.known) ?? .foreign("a rule with handle \(handle)")
        )
    }
}

extension Rule {
    /// Reads a rule's expressions, or `nil` if ``Rule`` can't say exactly the same: matches,
    /// a draw, a named counter, one statement at the end, with a limit only in front of a log.
    fileprivate init?(
        listing expressions: [JSONValue],
        comment: String?,
        maps: [String: MapDeclaration]
    ) {
        var rest = expressions.compactMap { $0.object?.single }[...]
        guard rest.count == expressions.count else { return nil }
        if rest.count == 2, let way = Statement(wayToTrial: rest) {
            guard comment == nil else { return nil }
            self.init(selector: Selector(), statement: way)
            return
        }
        var selector = SelectorListing()
        var draw: LoadBalancing?
        while let match = rest.first, match.key == "match" {
            if draw == nil, let read = LoadBalancing.read(listing: match.value) {
                guard selector.imply(read.family) else { return nil }
                draw = read.draw
            } else if !selector.add(match.value, sets: maps) {
                return nil
            }
            rest.removeFirst()
        }
        var counter: String?
        if let first = rest.first, first.key == "counter" {
            guard let name = first.value.text else { return nil }
            counter = name
            rest.removeFirst()
        }
        var limit: JSONValue?
        if let first = rest.first, first.key == "limit" {
            limit = first.value
            rest.removeFirst()
        }
        guard rest.count == 1, let last = rest.first,
            let statement = Statement(
                listing: last,
                limit: limit,
                maps: maps,
                selector: &selector
            ),
            let selector = selector.selector
        else { return nil }
        self.init(
            selector: selector,
            draw: draw,
            counter: counter,
            statement: statement,
            comment: comment
        )
    }
}
