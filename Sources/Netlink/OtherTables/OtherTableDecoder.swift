internal import CNetfilter
public import OtherTables

/// Builds the tables of other programs from the kernel's answers.
///
/// The answers must be added in this order: tables, chains, then for each table its sets, their
/// elements, and its rules.
public struct OtherTableDecoder {
    private var tables: [OtherTable.Name: OtherTable] = [:]
    private var sets: [OtherTable.Name: [String: OtherSetReading]] = [:]

    /// How many rules and elements were read of each table.
    private var counts: [OtherTable.Name: (rules: Int, elements: Int)] = [:]

    /// The tables that were found, in order.
    public var names: [OtherTable.Name] { tables.keys.sorted() }

    /// How many elements were read of all sets.
    public private(set) var elementCount = 0

    /// How many rules were read.
    public private(set) var ruleCount = 0

    /// Creates a decoder that has read no object yet.
    public init() {}

    /// Adds the object of a message; objects of families that have no packets of ours are ignored.
    public mutating func add(_ message: Message) throws(UnreadableMessage) {
        guard case .object(let kind) = message.kind,
            let family = OtherTable.Family(rawValue: message.family), family != .arp
        else { return }
        guard let object = Attributes(message.attributes), let text = object[NFTA_TABLE_NAME]?.text
        else { throw UnreadableMessage("an object with damaged attributes") }
        // In all kinds, attribute 1 is the table's name.
        let name = OtherTable.Name(family, text)
        switch kind {
        case NFT_MSG_NEWTABLE.rawValue:
            // The kernel asks none of the chains of a table that is switched off.
            if object.flags(NFTA_TABLE_FLAGS) & NFT_TABLE_F_DORMANT.rawValue == 0 {
                tables[name] = OtherTable(name)
            }
        case NFT_MSG_NEWCHAIN.rawValue:
            guard let chain = OtherChain(object, family) else {
                throw UnreadableMessage("a chain without a name")
            }
            tables[name]?.chains[chain.name] = chain
        case NFT_MSG_NEWSET.rawValue:
            guard let set = OtherSetReading(object) else {
                throw UnreadableMessage("a set without a name")
            }
            sets[name, default: [:]][set.name] = set
        case NFT_MSG_NEWSETELEM.rawValue: add(elements: object, of: name)
        case NFT_MSG_NEWRULE.rawValue: try add(rule: object, of: name)
        default: break
        }
    }

    private mutating func add(elements object: Attributes, of table: OtherTable.Name) {
        guard let set = object[NFTA_SET_ELEM_LIST_SET]?.text,
            let elements = object[NFTA_SET_ELEM_LIST_ELEMENTS]
        else { return }
        let before = sets[table]?[set]?.count ?? 0
        sets[table]?[set]?.add(elements)
        let added = (sets[table]?[set]?.count ?? 0) - before
        elementCount += added
        counts[table, default: (0, 0)].elements += added
    }

    private mutating func add(
        rule object: Attributes,
        of table: OtherTable.Name
    ) throws(UnreadableMessage) {
        guard let chain = object[NFTA_RULE_CHAIN]?.text,
            let handle = object[NFTA_RULE_HANDLE]?.number(UInt64.self)
        else { throw UnreadableMessage("a rule without chain or handle") }
        var instructions: [Instruction] = []
        if let expressions = object[NFTA_RULE_EXPRESSIONS] {
            var list = AttributeList(expressions)
            while let (_, value) = list.next() {
                let instruction = Instruction.read(value, family: table.family.rawValue)
                if let instruction { instructions.append(instruction) }
            }
            guard !list.isDamaged else { throw UnreadableMessage("a damaged rule") }
        }
        ruleCount += 1
        counts[table, default: (0, 0)].rules += 1
        let rule = OtherRule(handle: handle, instructions: instructions)
        tables[table]?.chains[chain]?.rules.append(rule)
    }

    /// The names of a table's sets whose elements must be read.
    public func setNames(of table: OtherTable.Name) -> [String] {
        (sets[table] ?? [:]).keys.sorted()
    }

    /// Notes that the elements of a set were not read.
    public mutating func giveUp(set: String, of table: OtherTable.Name, _ reason: String) {
        sets[table]?[set]?.giveUp(reason)
    }

    /// How many rules were read of a table.
    public func ruleCount(of table: OtherTable.Name) -> Int { counts[table]?.rules ?? 0 }

    /// Removes a table that is not to be examined; what was read of it counts no longer.
    public mutating func remove(_ table: OtherTable.Name) {
        let count = counts.removeValue(forKey: table) ?? (0, 0)
        ruleCount -= count.rules
        elementCount -= count.elements
        tables[table] = nil
        sets[table] = nil
    }

    /// Whether a table has base chains; without, the kernel calls nothing of it.
    public func hasBaseChains(_ table: OtherTable.Name) -> Bool {
        tables[table]?.chains.values.contains { $0.base != nil } ?? false
    }

    /// The tables with all objects that were added.
    public var result: [OtherTable] {
        names.compactMap { name in
            guard var table = tables[name] else { return nil }
            table.sets = (sets[name] ?? [:]).mapValues { $0.finished() }
            return table
        }
    }
}

extension OtherChain {
    /// Reads a chain without rules; `nil` if it has no name.
    fileprivate init?(_ chain: Attributes, _ family: OtherTable.Family) {
        guard let name = chain[NFTA_CHAIN_NAME]?.text else { return nil }
        self.init(name: name)
        guard let hook = chain.nest(NFTA_CHAIN_HOOK),
            let number = hook.number(NFTA_HOOK_HOOKNUM),
            let place = PacketHook(number, in: family),
            let priority = hook.number(NFTA_HOOK_PRIORITY)
        else { return }
        base = Base(
            type: chain[NFTA_CHAIN_TYPE]?.text ?? "filter",
            hook: place,
            priority: Int32(bitPattern: priority),
            drops: chain.number(NFTA_CHAIN_POLICY) == CNETFILTER_DROP.rawValue,
            devices: hook.devices
        )
    }
}

extension PacketHook {
    /// Reads a hook's number, which each kind of family counts in its own way.
    fileprivate init?(_ number: UInt32, in family: OtherTable.Family) {
        guard family == .netdev else {
            self.init(rawValue: number)
            return
        }
        // NF_NETDEV_INGRESS and NF_NETDEV_EGRESS
        switch number {
        case 0: self = .ingress
        case 1: self = .egress
        default: return nil
        }
    }
}
