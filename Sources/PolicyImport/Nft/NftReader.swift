import Addressing
import PolicyModel
import RulesetModel

/// Reads the output of `nft -j list ruleset`.
struct NftReader {
    private let options: ImportOptions
    private var ruleset = ForeignRuleset()
    private var rules: [ForeignRuleset.ChainName: [JSONValue]] = [:]
    private var listed: [ForeignRuleset.ChainName] = []
    private var families: [ForeignRuleset.ChainName: Region] = [:]
    private var bases: [Base] = []
    /// The chains of other types that the kernel starts.
    private var otherBases: [ForeignRuleset.ChainName] = []
    /// The tables that are not read, and why.
    private var unreadTables: [String: String] = [:]
    private var sets: [ForeignRuleset.ChainName: NftSet] = [:]

    /// The chains of type nat that drop what no rule accepts, or the like.
    private var policies: [(chain: ForeignRuleset.ChainName, policy: String)] = []

    /// How many elements and rules were read.
    private var work = 0
    private static let mostWork = 2_000_000

    /// A chain of type nat that the kernel starts.
    private struct Base {
        let chain: ForeignRuleset.ChainName
        let hook: String
        let priority: Int
    }

    init(_ options: ImportOptions) { self.options = options }

    /// Reads the tables of a text.
    func read(_ text: ForeignText) throws(ImportRefused) -> ForeignRuleset {
        var copy = self
        return try copy.readAll(try JSONValue(text.bytes))
    }

    private mutating func readAll(_ json: JSONValue) throws(ImportRefused) -> ForeignRuleset {
        guard let objects = json["nftables"]?.array else {
            throw ImportRefused("it is not what `nft -j list ruleset` prints")
        }
        for object in objects {
            guard let (kind, value) = object.only else { continue }
            take(kind, value)
        }
        ruleset.remarks = ["imported by redirctl from the output of nft", ForeignRuleset.advice]
        leaveOutTables()
        var reached = chains(reachedFrom: bases.map(\.chain))
        let tables = Set(bases.map(\.chain.table))
        // Those of NAT that nothing leads to have a comment of their own.
        let elsewhere = chains(reachedFrom: otherBases)
        reached.formUnion(
            listed.filter { tables.contains($0.table) && !elsewhere.contains($0) }
        )
        let others = listed.filter { !reached.contains($0) }.reduce(0) {
            $0 + (rules[$1]?.count ?? 0)
        }
        if others > 0 {
            ruleset.remarks.append(
                "not read, because they are in chains of other types: \(others) rule\(others == 1 ? "" : "s")"
            )
        }
        for base in bases.sorted(by: { $0.priority < $1.priority }) {
            guard let hook = Self.hooks[base.hook], let region = families[base.chain] else {
                ruleset.unread[base.chain] =
                    "a policy can't change the sources of connections to this machine"
                continue
            }
            ruleset.starts.append(.init(hook: hook, chain: base.chain, region: region))
        }
        for chain in listed where reached.contains(chain) {
            ruleset.order.append(chain)
            ruleset.chains[chain] = []
            for rule in rules[chain] ?? [] {
                add(rule, to: chain)
                guard work <= Self.mostWork else {
                    throw ImportRefused(
                        "the sets and maps of its rules have more than \(Self.mostWork) elements"
                    )
                }
            }
        }
        return ruleset
    }

    private static let hooks: [String: ForeignRuleset.Hook] = [
        "prerouting": .prerouting, "output": .output, "postrouting": .postrouting,
    ]

    private mutating func take(_ kind: String, _ value: JSONValue) {
        guard let family = value["family"]?.string, ["ip", "ip6", "inet"].contains(family),
            let table = value[kind == "table" ? "name" : "table"]?.string
        else { return }
        let place = "\(family) \(table)"
        func name(_ key: String) -> ForeignRuleset.ChainName? {
            value[key]?.string.map { .init(table: place, name: $0) }
        }
        switch kind {
        case "table":
            let flags = value["flags"].map { $0.array ?? [$0] } ?? []
            if flags.contains(.string("dormant")) {
                unreadTables[place] =
                    "because the table is dormant, so the kernel does not use them"
            }
        case "chain":
            guard let chain = name("name") else { return }
            if Marker(chain: chain.name) != nil {
                unreadTables[place] = "because the table is redirctl's own"
            }
            listed.append(chain)
            families[chain] =
                switch family {
                case "ip": Region(match: Match(family: .ipv4))
                case "ip6": Region(match: Match(family: .ipv6))
                default: .all
                }
            if value["type"]?.string == "nat", let hook = value["hook"]?.string {
                let priority = value["prio"]?.number ?? 0
                bases.append(Base(chain: chain, hook: hook, priority: priority))
                if let policy = value["policy"]?.string, policy != "accept" {
                    policies.append((chain, policy))
                }
            } else if value["hook"] != nil {
                otherBases.append(chain)
            }
        case "rule":
            if let chain = name("chain") { rules[chain, default: []].append(value) }
        case "set", "map":
            if let set = name("name") { sets[set] = NftSet(value) }
        default: break
        }
    }

    /// Says which tables are not read, and forgets what they hold.
    private mutating func leaveOutTables() {
        for table in unreadTables.keys.sorted() {
            let count = listed.reduce(0) { $0 + ($1.table == table ? rules[$1]?.count ?? 0 : 0) }
            ruleset.remarks.append(
                "not read, \(unreadTables[table] ?? ""): \(table.inComment), "
                    + "\(count) rule\(count == 1 ? "" : "s")"
            )
        }
        listed.removeAll { unreadTables[$0.table] != nil }
        bases.removeAll { unreadTables[$0.chain.table] != nil }
        otherBases.removeAll { unreadTables[$0.table] != nil }
        for (chain, policy) in policies where unreadTables[chain.table] == nil {
            ruleset.remarks.append(
                "the policy \(policy.inComment) of \(chain.table.inComment) \(chain.name.inComment) "
                    + "is not taken"
            )
        }
    }

    /// Some chains, and those that they lead to.
    private func chains(
        reachedFrom chains: [ForeignRuleset.ChainName]
    ) -> Set<ForeignRuleset.ChainName> {
        var reached = Set(chains)
        var open = Array(reached)
        while let chain = open.popLast() {
            var names: Set<String> = []
            for rule in rules[chain] ?? [] { targets(in: rule["expr"], chain.table, &names) }
            for name in names {
                let target = ForeignRuleset.ChainName(table: chain.table, name: name)
                if reached.insert(target).inserted { open.append(target) }
            }
        }
        return reached
    }

    private func targets(in value: JSONValue?, _ table: String, _ names: inout Set<String>) {
        switch value {
        case .object(let members)?:
            for (key, value) in members {
                if key == "jump" || key == "goto", let target = value["target"]?.string {
                    names.insert(target)
                } else if key == "vmap", let set = value["data"]?.string, set.hasPrefix("@") {
                    let name = ForeignRuleset.ChainName(table: table, name: String(set.dropFirst()))
                    for element in sets[name]?.elements ?? [] {
                        targets(in: element, table, &names)
                    }
                } else {
                    targets(in: value, table, &names)
                }
            }
        case .array(let values)?: for value in values { targets(in: value, table, &names) }
        case .string, .number, .other, nil: break
        }
    }

    private mutating func add(_ json: JSONValue, to chain: ForeignRuleset.ChainName) {
        let id = ruleset.written.count
        let expressions = json["expr"]?.array ?? []
        let handle = json["handle"]?.number.map { ", handle \($0)" } ?? ""
        ruleset.written.append(
            WrittenRule(
                line: nil,
                text: "\(chain.table) \(chain.name)\(handle): "
                    + expressions.map(\.text).joined(separator: " ")
            )
        )
        var parser = NftRule(
            id: id,
            table: chain.table,
            sets: NftSets(table: chain.table, all: sets),
            options
        )
        parser.read(expressions, comment: json["comment"]?.string)
        work += parser.work + parser.rules.count
        ruleset.chains[chain]?.append(contentsOf: parser.rules)
    }
}

/// A set or map with a name.
struct NftSet {
    /// The elements: keys, or keys with their values.
    let elements: [JSONValue]

    /// Whether packets or time change it.
    let changes: Bool

    init(_ json: JSONValue) {
        elements = json["elem"]?.array ?? []
        let flags = json["flags"]?.array?.compactMap(\.string) ?? []
        changes = flags.contains("dynamic") || flags.contains("timeout") || json["timeout"] != nil
    }
}

/// The sets that rules of a table can name.
struct NftSets {
    let table: String
    let all: [ForeignRuleset.ChainName: NftSet]

    /// The elements of a set: of one in the rule, or of one with a name.
    func elements(of value: JSONValue) throws(Unsayable) -> [JSONValue]? {
        if let elements = value["set"]?.array { return elements }
        guard let name = value.string, name.hasPrefix("@") else { return nil }
        guard let set = all[.init(table: table, name: String(name.dropFirst()))] else {
            throw Unsayable(reason: "there is no set \(name.inComment)")
        }
        guard !set.changes else {
            throw Unsayable(reason: "the set \(name.inComment) changes while it is in use")
        }
        return set.elements
    }
}
