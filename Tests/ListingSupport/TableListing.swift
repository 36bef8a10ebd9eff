internal import Nftables
internal import RulesetModel

/// A table that is being put together from the entries of its listing.
struct TableListing {
    private var listed: LiveTable

    /// Whether there is a rule that ``Rule`` can't express, or one of which JSON does not say all.
    private(set) var needsTexts = false

    private var chains: [String: Int] = [:]
    private var declarations: [String: MapDeclaration] = [:]
    private var questions: [String: Set<[KeyField]>] = [:]

    /// Creates the listing of a table of which nothing has been read yet.
    init(of table: LiveTable) {
        listed = table
    }

    /// The table, as far as it was listed.
    ///
    /// Which address or interface a map is asked for, only rules say.
    var table: LiveTable {
        var table = listed
        for index in table.maps.indices {
            guard let asked = questions[table.maps[index].name], asked.count == 1,
                let key = asked.first
            else { continue }
            table.maps[index].type.key = key
        }
        return table
    }

    /// Adds one entry of the listing.
    mutating func add(_ object: JSONObject, of kind: String) throws(KernelError) {
        switch kind {
        case "metainfo", "table": break
        case "chain": try add(chain: object)
        case "rule": try add(rule: object)
        case "counter": try listed.counters.append(LiveCounter(listing: object))
        case "map", "set": add(set: object, of: kind)
        default: listed.others.append(LiveObject(listing: object, kind: kind))
        }
    }

    private mutating func add(set object: JSONObject, of kind: String) {
        let isMap = kind == "map"
        declarations[object["name"]?.text ?? ""] = MapDeclaration(listing: object, isMap: isMap)
        if !isMap, let lease = LiveLease(listing: object) {
            listed.lease = lease
        } else if object["name"]?.text != LiveLease.name,
            let map = LiveMap(listing: object, isMap: isMap)
        {
            listed.maps.append(map)
        } else {
            listed.others.append(LiveObject(listing: object, kind: kind))
        }
    }

    private mutating func add(chain object: JSONObject) throws(KernelError) {
        let chain = try LiveChain(listing: object)
        chains[chain.name] = listed.chains.count
        listed.chains.append(chain)
    }

    private mutating func add(rule object: JSONObject) throws(KernelError) {
        guard let chain = chains[try object.text("chain", of: "rule")] else {
            throw .unreadableListing("a rule of an unlisted chain")
        }
        let rule = try LiveRule(listing: object, maps: declarations)
        if let lookup = rule.known?.lookup {
            questions[lookup.map, default: []].insert(lookup.key)
        }
        if rule.known?.selector.cgroup != nil || rule.known == nil { needsTexts = true }
        listed.chains[chain].rules.append(rule)
    }
}

extension JSONObject {
    /// The text of a key that every object of this kind has.
    func text(_ key: String, of kind: String) throws(KernelError) -> String {
        guard let text = self[key]?.text else {
            throw .unreadableListing("a \(kind) without `\(key)`")
        }
        return text
    }

    /// The kernel's number for an object of a kind that has one.
    func handle(of kind: String) throws(KernelError) -> Handle {
        guard let handle else { throw .unreadableListing("a \(kind) without `handle`") }
        return handle
    }

    /// The kernel's number for the object, where it has one.
    var handle: Handle? {
        self["handle"]?.number.map(Handle.init(bitPattern:))
    }
}
