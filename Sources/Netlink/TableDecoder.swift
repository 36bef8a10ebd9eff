public import Addressing
internal import CNetfilter
public import RulesetModel

/// Builds a table from the kernel's answers.
///
/// The answers must be added in this order: chains, objects, sets, the answers to
/// ``elementRequests(only:)``, flowtables, and then the rules, which refer to all of these.
public struct TableDecoder {
    private var table: LiveTable
    private var chains: [String: Int] = [:]
    private var sets: [KernelSet] = []
    private var setPlaces: [String: Int] = [:]
    private var others: Set<LiveObject> = []
    private var flowtables: [LiveObject] = []
    private var counterHandles: Set<Handle> = []
    private var ruleHandles: Set<Handle> = []
    private var surroundings: RuleProgram.Surroundings
    private var sharesSets = false

    /// The keys that rules look up in the maps, by the map's name.
    private var lookedUpKeys: [String: Set<[KeyField]>] = [:]

    /// Creates a decoder that has read no object yet.
    ///
    /// - Parameters:
    ///   - table: The table without contents.
    ///   - cgroups: Returns the path of a control group by the kernel's number for it.
    public init(of table: LiveTable, cgroups: @escaping (UInt64) -> CgroupPath?) {
        self.table = table
        surroundings = RuleProgram.Surroundings(cgroups: cgroups)
    }

    /// Adds the object of a message; objects of other tables are ignored.
    public mutating func add(_ message: Message) throws(UnreadableMessage) {
        guard case .object(let kind) = message.kind,
            message.family == UInt8(CNETFILTER_INET.rawValue)
        else {
            return
        }
        guard let object = Attributes(message.attributes) else {
            throw UnreadableMessage("an object with damaged attributes")
        }
        // In all kinds, attribute 1 is the table's name.
        guard object[NFTA_CHAIN_TABLE]?.isText(table.name) == true else { return }
        switch kind {
        case NFT_MSG_NEWCHAIN.rawValue: try add(chain: object)
        case NFT_MSG_NEWRULE.rawValue: try add(rule: object)
        case NFT_MSG_NEWSET.rawValue: try add(set: object)
        case NFT_MSG_NEWSETELEM.rawValue: add(elements: object)
        case NFT_MSG_NEWOBJ.rawValue: add(object)
        case NFT_MSG_NEWFLOWTABLE.rawValue:
            let flowtable = LiveObject(flowtable: object)
            if others.insert(flowtable).inserted { flowtables.append(flowtable) }
        default: break
        }
    }

    /// The `inet` table of the chain in a message; `nil` if it is no chain of this name.
    public static func table(ofChain name: String, _ message: Message) -> String? {
        guard case .object(NFT_MSG_NEWCHAIN.rawValue) = message.kind,
            message.family == UInt8(CNETFILTER_INET.rawValue),
            let chain = Attributes(message.attributes),
            chain[NFTA_CHAIN_NAME]?.isText(name) == true
        else { return nil }
        return chain[NFTA_CHAIN_TABLE]?.text
    }

    /// The requests for the elements of sets and maps.
    ///
    /// With keys, by the map's name, they ask only for the elements of redirctl's maps that have one of
    /// these. A map with ranges for keys is read as a whole if any of its keys is given.
    public func elementRequests(only keys: [String: [MapKey]]?) -> [NetlinkRequest] {
        sets.filter(\.needsElements).flatMap { set in
            keys.flatMap { set.requests(for: $0[set.name] ?? [], in: table.name) }
                ?? [NetlinkRequest(.elements(of: set.name), of: table.name)]
        }
    }

    /// The table with all objects that were added.
    public var result: LiveTable {
        var table = table
        for set in sets {
            if let map = set.map(askedFor: lookedUpKeys[set.name] ?? []) {
                table.maps.append(map)
            } else if let lease = set.lease {
                table.lease = lease
            } else if !set.isPartOfRule {
                let kind = set.isMap ? "map" : "set"
                table.others.append(LiveObject(kind: kind, name: set.name, handle: set.handle))
            }
        }
        table.others += flowtables
        return table
    }
}

// MARK: - Objects

extension TableDecoder {
    private mutating func add(chain object: Attributes) throws(UnreadableMessage) {
        guard let chain = LiveChain(object) else {
            throw UnreadableMessage("a chain without name or handle")
        }
        if object.flags(NFTA_CHAIN_FLAGS) & NFT_CHAIN_BINDING.rawValue != 0 {
            surroundings.boundChains.insert(chain.name)
        } else if chains[chain.name] == nil {
            chains[chain.name] = table.chains.count
            table.chains.append(chain)
        }
    }

    private mutating func add(set object: Attributes) throws(UnreadableMessage) {
        guard let set = KernelSet(object) else { throw UnreadableMessage("a set without a name") }
        guard setPlaces[set.name] == nil else { return }
        setPlaces[set.name] = sets.count
        sets.append(set)
    }

    private mutating func add(elements object: Attributes) {
        guard let name = object[NFTA_SET_ELEM_LIST_SET]?.text, let place = setPlaces[name],
            let elements = object[NFTA_SET_ELEM_LIST_ELEMENTS]
        else { return }
        sets[place].add(elements: elements)
    }

    private mutating func add(_ object: Attributes) {
        if let counter = LiveCounter(object) {
            if counterHandles.insert(counter.handle).inserted { table.counters.append(counter) }
        } else {
            let other = LiveObject(object)
            if others.insert(other).inserted { table.others.append(other) }
        }
    }
}

// MARK: - Rules

extension TableDecoder {
    private mutating func add(rule object: Attributes) throws(UnreadableMessage) {
        guard let handle = object[NFTA_RULE_HANDLE]?.number(UInt64.self),
            let name = object[NFTA_RULE_CHAIN]?.text
        else { throw UnreadableMessage("a rule without chain or handle") }
        guard !surroundings.boundChains.contains(name), ruleHandles.insert(handle).inserted else {
            return
        }
        guard let chain = chains[name] else {
            throw UnreadableMessage("a rule of an unlisted chain")
        }
        if !sharesSets {
            sharesSets = true
            for set in sets { surroundings.sets[set.name] = set }
        }
        let rule = LiveRule(object, handle: handle, in: surroundings)
        if let lookup = rule.known?.lookup {
            lookedUpKeys[lookup.map, default: []].insert(lookup.key)
        }
        table.chains[chain].rules.append(rule)
    }
}

extension LiveRule {
    fileprivate init(
        _ object: Attributes,
        handle: Handle,
        in surroundings: RuleProgram.Surroundings
    ) {
        let rule = Rule(object, in: surroundings)
        self.init(
            handle: handle,
            content: rule.map(Content.known) ?? .foreign("a rule with handle \(handle)")
        )
    }
}

extension Rule {
    /// Reads a rule; `nil` if ``Rule`` can't express exactly the same.
    fileprivate init?(_ object: Attributes, in surroundings: RuleProgram.Surroundings) {
        guard object[NFTA_RULE_COMPAT] == nil, let expressions = object[NFTA_RULE_EXPRESSIONS]
        else { return nil }
        var list = AttributeList(expressions)
        var program = RuleProgram(in: surroundings)
        while let (type, value) = list.next() {
            guard type == NFTA_LIST_ELEM.rawValue, let expression = Expression(value),
                program.follow(expression)
            else { return nil }
        }
        guard !list.isDamaged else { return nil }
        let comment = object[NFTA_RULE_USERDATA].flatMap(Comment.read(in:))
        guard let rule = program.rule(comment: comment) else { return nil }
        self = rule
    }
}
