import Addressing
import PolicyModel

/// Reads the expressions of one rule, which maps make several of.
struct NftRule {
    /// What the rule became.
    private(set) var rules: [ForeignRule] = []

    private let id: Int
    private let table: String
    private let sets: NftSets
    private let values: NftValues
    private var conditions: [ForeignConditions] = [ForeignConditions()]
    private var notes: [String] = []
    /// What the rule has changed of the packet so far.
    private var changed: [String] = []
    private var isDone = false

    /// How many elements of sets and maps were read.
    private(set) var work = 0

    /// The most combinations that a rule can except.
    private static let mostExceptions = 1000

    /// The most alternatives that concatenations of a rule can have.
    private static let mostAlternatives = 100_000

    init(id: Int, table: String, sets: NftSets, _ options: ImportOptions) {
        (self.id, self.table, self.sets) = (id, table, sets)
        values = NftValues(sets: sets, options: options)
    }

    private var family: IPFamily? {
        table.hasPrefix("ip6 ") ? .ipv6 : table.hasPrefix("ip ") ? .ipv4 : nil
    }

    /// Reads the expressions.
    mutating func read(_ expressions: [JSONValue], comment: String?) {
        do throws(Unsayable) {
            for expression in expressions where !isDone {
                guard let (key, value) = expression.only else {
                    throw Unsayable(reason: "it has an expression without a name")
                }
                try take(key, value)
            }
            if !isDone {
                finish(
                    .nothing(
                        changed.isEmpty
                            ? "it only counts or reports"
                            : "it redirects nothing; keep it if others need it"
                    )
                )
            }
        } catch {
            var rule = ForeignRule(id: id)
            rule.refuse(error.reason)
            rules = [rule]
        }
        for index in rules.indices { rules[index].description = comment?.asDescription }
    }

    private mutating func finish(_ action: ForeignAction, for own: [ForeignConditions]? = nil) {
        isDone = true
        for conditions in own ?? conditions {
            var rule = ForeignRule(id: id, conditions: conditions, action: action)
            rule.notes = notes
            rules.append(rule)
        }
    }

    private mutating func take(_ key: String, _ value: JSONValue) throws(Unsayable) {
        switch key {
        case "match": try takeMatch(value)
        case "counter": break
        case "log": notes.append("its log is not taken; `log` at a redirect does so")
        case "mangle":
            notes.append("it also changes something else: keep that if others need it")
            if let key = value["key"] {
                changed.append(key["payload"] == nil ? key.text : "{payload: ")
            }
        case "accept": finish(.accept)
        case "return": finish(.return)
        case "continue": break
        case "jump", "goto": finish(try verdict(key, value))
        case "vmap": try takeVerdicts(value)
        case "dnat": try takeDestination(value, isLocal: false)
        case "redirect": try takeDestination(value, isLocal: true)
        case "masquerade":
            guard value["port"] == nil else { throw Unsayable(reason: "it chooses source ports") }
            finish(.source(ForeignSource()))
        case "snat":
            guard let address = value["addr"]?.string.flatMap({ IPAddress($0) }),
                value["port"] == nil
            else {
                throw Unsayable(reason: "it chooses ports, or one of several source addresses")
            }
            for index in conditions.indices {
                conditions[index].require(Match(family: address.family))
            }
            finish(.source(ForeignSource(address: address)))
        case "xt":
            throw Unsayable(
                reason: "nft lists a rule of iptables without its details; import the output of "
                    + "iptables-save"
            )
        default: throw Unsayable(reason: "\(key.inComment) can't be said in a policy")
        }
    }

    private func verdict(_ key: String, _ value: JSONValue) throws(Unsayable) -> ForeignAction {
        let target = value["target"]?.string.map {
            ForeignRuleset.ChainName(table: table, name: $0)
        }
        switch (key, target) {
        case ("accept", _): return .accept
        case ("return", _): return .return
        case ("continue", _): return .nothing("it goes on with the next rule")
        case ("jump", let target?): return .jump(target)
        case ("goto", let target?): return .goto(target)
        default: throw Unsayable(reason: "\(key.inComment) can't be said in a policy")
        }
    }

    // MARK: - Matches

    private mutating func takeMatch(_ value: JSONValue) throws(Unsayable) {
        guard let left = value["left"], let right = value["right"],
            let sign = value["op"]?.string, ["==", "!=", "in"].contains(sign)
        else { throw Unsayable(reason: "its comparison can't be said in a policy") }
        if left["ct"]?["key"]?.string == "state" {
            guard sign != "!=", values.isNewConnection(right) else {
                throw Unsayable(reason: "NAT sees new connections only")
            }
            return
        }
        let fields = left["concat"]?.array ?? [left]
        for field in fields { try ask(field) }
        if fields.count == 1 {
            work += try sets.elements(of: right)?.count ?? 1
            let piece = try values.piece(field: left, right)
            for index in conditions.indices {
                piece.narrow(&conditions[index], isNegated: sign == "!=")
            }
            return
        }
        guard let elements = try sets.elements(of: right) ?? [right] as [JSONValue]? else { return }
        work += elements.count
        if sign == "!=" {
            guard elements.count <= Self.mostExceptions else {
                throw Unsayable(reason: "it excepts more than \(Self.mostExceptions) combinations")
            }
            for element in elements {
                let match = try values.match(of: fields, element)
                for index in conditions.indices {
                    conditions[index].require(match, isNegated: true)
                }
            }
            return
        }
        conditions = try narrowed(
            to: elements.map { element throws(Unsayable) in
                try values.pieces(fields: fields, element)
            }
        )
    }

    /// Adds what a field needs to be there at all.
    private mutating func ask(_ field: JSONValue) throws(Unsayable) {
        let text = field.text
        guard !changed.contains(where: { text.contains($0) }) else {
            throw Unsayable(reason: "it asks for what it changed itself")
        }
        try require(values.implied(by: field))
    }

    private mutating func require(_ match: Match) throws(Unsayable) {
        for index in conditions.indices { conditions[index].require(match) }
    }

    /// The conditions with each of some alternatives.
    private func narrowed(
        to alternatives: [[NftPiece]]
    ) throws(Unsayable) -> [ForeignConditions] {
        guard conditions.count * alternatives.count <= Self.mostAlternatives else {
            throw Unsayable(reason: "its sets have more than \(Self.mostAlternatives) combinations")
        }
        return conditions.flatMap { conditions in
            alternatives.map { pieces in
                var narrowed = conditions
                for piece in pieces { piece.narrow(&narrowed, isNegated: false) }
                return narrowed
            }
        }
    }

    // MARK: - Maps

    /// The fields of a map's key, and its elements with their values.
    private mutating func entries(
        of map: JSONValue
    ) throws(Unsayable) -> [(conditions: [ForeignConditions], value: JSONValue)] {
        guard let key = map["key"], let data = map["data"],
            let elements = try sets.elements(of: data)
        else { throw Unsayable(reason: "its map can't be read") }
        let fields = key["concat"]?.array ?? [key]
        for field in fields { try ask(field) }
        work += elements.count
        var entries: [(conditions: [ForeignConditions], value: JSONValue)] = []
        for element in elements {
            guard let pair = element.array, pair.count == 2 else {
                throw Unsayable(reason: "an element of its map has no value")
            }
            let pieces =
                fields.count == 1
                ? [try values.piece(field: key, pair[0])]
                : try values.pieces(fields: fields, pair[0])
            entries.append((try narrowed(to: [pieces]), pair[1]))
            guard entries.count <= Self.mostAlternatives else {
                throw Unsayable(reason: "its map has more than \(Self.mostAlternatives) elements")
            }
        }
        return entries
    }

    private mutating func takeVerdicts(_ map: JSONValue) throws(Unsayable) {
        for (conditions, value) in try entries(of: map) {
            guard let (key, inner) = value.only else {
                throw Unsayable(reason: "its verdict can't be read")
            }
            finish(try verdict(key, inner), for: conditions)
        }
        isDone = true
    }

    // MARK: - Destinations

    private mutating func takeDestination(
        _ value: JSONValue,
        isLocal: Bool
    ) throws(Unsayable) {
        let flags = value["flags"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
        let family: IPFamily? =
            switch value["family"]?.string {
            case "ip": .ipv4
            case "ip6": .ipv6
            default: self.family
            }
        if !isLocal, let family { try require(Match(family: family)) }
        if let map = value["addr"]?["map"] {
            guard value["port"]?["map"] == nil else {
                throw Unsayable(reason: "address and port come from two maps")
            }
            if let balance = try NftBalance(map, sets, port: value["port"]) {
                notes += balance.notes
                finish(.destination(balance.destination))
                return
            }
            for (conditions, address) in try entries(of: map) {
                let destination = try NftValues.destination(address, value["port"])
                finish(.destination(destination), for: conditions)
            }
        } else if let map = value["port"]?["map"] {
            for (conditions, port) in try entries(of: map) {
                var destination = try NftValues.destination(value["addr"], port)
                if isLocal { destination.place = .local }
                finish(.destination(destination), for: conditions)
            }
        } else {
            var destination = try NftValues.destination(value["addr"], value["port"])
            if isLocal { destination.place = .local }
            guard destination.place != .same || destination.ports != nil else {
                throw Unsayable(reason: "it changes neither address nor port")
            }
            finish(.destination(destination))
        }
        isDone = true
        let choosesPorts = rules.contains { rule in
            guard case .destination(let destination) = rule.action else { return false }
            return destination.ports.map { $0.size > 1 } ?? false
        }
        if flags.contains("random") || flags.contains("fully-random"), choosesPorts {
            throw Unsayable(reason: "it chooses ports at random")
        }
    }
}
